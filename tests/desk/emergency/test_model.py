"""Any run of steps: the hub opens a record exactly when a much simpler account of the rules says that it is open.

The account below is written from the rules in words, shares no code with the program, and counts whole minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import small_hub
from concord.core.trouble import Trouble
from concord.desk import break_glass
from desk.emergency.play import Play

ASKERS, SECOND = ("worker", "caseworker"), ("manager", "dpo")
EVERYBODY = (*ASKERS, *SECOND, "let_in", "officer", "auditor", "head")
ANSWER, OPEN = 120, 240  # minutes, as access.toml has them


@dataclass
class Told:
    """One request, as somebody with pencil and paper would note it."""

    by: str
    child: int
    at: int
    said: str = ""
    second: str = ""
    ends: int = 0


@dataclass
class Account:
    minute: int = 0
    requests: list[Told] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)

    def live(self, one: Told) -> bool:
        waits = not one.said and self.minute < one.at + ANSWER
        return waits or (one.said == "yes" and self.minute < one.ends)

    def ask(self, who: str, child: int) -> bool:
        if who not in ASKERS or child in self.hidden:
            return False
        same = [one for one in self.requests if (one.by, one.child) == (who, child) and self.live(one)]
        self.requests = [one for one in self.requests if one not in same] + (same or [Told(who, child, self.minute)])
        return True

    def answer(self, who: str, what: str) -> bool:
        one = self.requests[-1]
        if one.child in self.hidden:
            return False
        waits = not one.said and self.minute < one.at + ANSWER
        if what == "end":
            may = one.said == "yes" and self.minute < one.ends and (who in (one.by, "let_in", *SECOND))
            one.ends = self.minute if may else one.ends
            return may
        may = waits and (who == one.by if what == "off" else self._second(who, one))
        if may:
            one.said, one.second, one.ends = what, who, self.minute + OPEN if what == "yes" else 0
        return may

    def _second(self, who: str, one: Told) -> bool:
        """`let_in` was let in by the worker."""
        return who in SECOND or (who == "let_in" and one.by != "worker")

    def seen(self) -> set[str]:
        mine = [one for one in self.requests if one.said == "yes" and self.minute < one.ends]
        return {f"{one.by} {one.child}" for one in mine if one.child not in self.hidden} | {"inclusion 3"}


STEPS = st.one_of(
    st.tuples(st.sampled_from(ASKERS), st.just("ask"), st.sampled_from(["0", "1"])),
    st.tuples(st.sampled_from(SECOND), st.just("yes")),
    st.tuples(st.sampled_from(EVERYBODY), st.sampled_from(["yes", "no", "off", "end"])),
    st.tuples(st.just("pass"), st.sampled_from(["1", "119", "120", "239", "240"])),
    st.tuples(st.just("hide"), st.just("1")),
)


def told(account: Account, words: tuple[str, ...]) -> bool:
    """Whether the step goes through by the account, which follows it."""
    if words[0] == "pass":
        account.minute += int(words[1])
        return True
    if words[0] == "hide":
        account.hidden.add(int(words[1]))
        return True
    return account.ask(words[0], int(words[2])) if words[1] == "ask" else account.answer(words[0], words[1])


def done(play: Play, words: tuple[str, ...]) -> bool:
    try:
        play.step(" ".join(words))
    except Trouble:
        return False
    return True


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(run=st.lists(STEPS, min_size=3, max_size=9))
def test_a_record_is_open_exactly_when_two_people_opened_it_and_the_time_is_not_over(stage, run):
    with pytest.MonkeyPatch.context() as patch:
        plenty = replace(break_glass.terms(), tries_an_hour=10_000)
        patch.setattr(break_glass, "terms", lambda: plenty)
        play, account = Play(stage), Account()
        try:
            _follow(play, account, run)
        finally:
            play.over()


def _follow(play: Play, account: Account, run: list[tuple[str, ...]]) -> None:
    for words in [("worker", "ask", "0"), *run]:
        if words == ("hide", "1") and 1 in account.hidden:
            continue
        asked = account.requests[-1:] if words[1:2] != ("ask",) else []
        expected = told(account, words)
        assert done(play, words) == expected, (run, words, asked)
        assert play.seen() == account.seen(), (run, words)
        assert _alone() == 0


def _alone() -> int:
    """Requests with a yes of whoever asked: none, whatever was done."""
    return int(
        small_hub.owner_rows("SELECT count(*) FROM emergency_access WHERE answer = 'yes' AND decided_by = asked_by")[0][
            0
        ]
    )
