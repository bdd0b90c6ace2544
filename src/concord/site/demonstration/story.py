"""The main job on a synthetic county, step by step: each step does real work through the desk's own verbs and the
couriers' own wire."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from concord.county import County, make
from concord.desk import approve_return, establishments, gate, people
from concord.site.demonstration import clerk, couriers, desk_work
from concord.site.demonstration.clerk import SignIn
from concord.store.models import Establishment

Tell = Callable[[str, int, int], None]


@dataclass
class Story:
    """What happened, as the summary tells it."""

    seconds: dict[str, float] = field(default_factory=dict)
    refusals: list[dict[str, str]] = field(default_factory=list)
    returns: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    feeds: dict[str, int] = field(default_factory=dict)
    register: dict[str, int] = field(default_factory=dict)
    sign_ins: list[SignIn] = field(default_factory=list)
    word: str = ""
    home: str = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.seconds[name] = round(perf_counter() - started, 2)

    def refused(self, no: dict[str, str]) -> None:
        told = {key: no.get(key, "") for key in ("flow", "establishment", "clause", "says")}
        if told not in self.refusals:  # a feed of several files is refused once for each
            self.refusals.append(told)


@dataclass(frozen=True, slots=True)
class Cast:
    """Which establishments play the refusals: chosen by what they are, never by name."""

    home: str
    unsigned_academy: str
    suspended_academy: str
    unsigned_maintained: str


def play(schools: int, pupils: int, seed: int, tell: Tell) -> tuple[Story, County]:
    """Agreements signed, couriers send, returns checked, queries explained, returns approved, pupils matched,
    register loaded, conflicts settled, a record opened and the school's line about it read."""
    story = Story(word=clerk.passphrase())
    with story.step("county"):
        county = make(schools, pupils, seed)
    with story.step("establishments"):
        establishments.learn(gate.system(), couriers.register_extract(county))
    roles = cast_of(county)
    story.home = roles.home
    with story.step("people"):
        story.sign_ins = clerk.let_everybody_in(roles.home, roles.unsigned_maintained, story.word)
    with story.step("agreements"):
        without = frozenset({roles.unsigned_academy, roles.unsigned_maintained})
        clerk.sign_agreements(list(Establishment.objects.filter(closed=None)), without, roles.suspended_academy, tell)
    with tempfile.TemporaryDirectory() as folder:
        _send_and_correct(story, county, Path(folder), tell)
        _submit_and_load(story, tell)
        _feed(story, county, roles, Path(folder), tell)
    with story.step("conflicts settled"):
        story.changes = desk_work.settle(tell)
        desk_work.run_jobs(tell, "What was settled loaded")
    with story.step("cases and doubts"):
        story.register = {"cases": desk_work.hand_out_cases(), "doubts": desk_work.doubt(roles.home)}
    with story.step("records opened"):
        for no in desk_work.look():
            story.refused(no)
    return story, county


def _submit_and_load(story: Story, tell: Tell) -> None:
    with story.step("queries explained, returns submitted"):
        desk_work.explain_and_submit(tell)
    with story.step("returns approved"):
        story.returns["approved"] = _approve()
    with story.step("register loaded"):
        desk_work.run_jobs(tell, "Returns loaded")


def _feed(story: Story, county: County, roles: Cast, folder: Path, tell: Tell) -> None:
    """Where the agreement is in force the regular feed flows; where it is not, only what the law asks for did."""
    with story.step("feeds sent"):
        agreed = desk_work.in_force([one.laestab for one in county.open])
        chosen = couriers.to_feed(county, roles.home, agreed)
        for no in couriers.send_feeds(county, folder, [*chosen, roles.unsigned_maintained], tell):
            story.refused(no)
    with story.step("feeds loaded"):
        desk_work.run_jobs(tell, "Feeds loaded")
        story.feeds = desk_work.fed(len(chosen))


def _send_and_correct(story: Story, county: County, folder: Path, tell: Tell) -> None:
    """Every courier sends; what the check finds is corrected in the MIS and sent again, by all schools but a few."""
    with story.step("couriers send"):
        for no in couriers.send_all(county, folder, tell):
            story.refused(no)
    with story.step("returns checked"):
        desk_work.run_jobs(tell, "Returns checked")
    with story.step("errors corrected, sent again"):
        story.returns |= desk_work.found_by_the_check()
        wrong = desk_work.with_errors()
        couriers.send_corrected(county, folder, wrong[: len(wrong) * 4 // 5], tell)
        desk_work.run_jobs(tell, "Corrected returns checked")


def cast_of(county: County) -> Cast:
    """The cast, from the establishments the hub has learned."""
    open_now = {one.laestab for one in county.open}
    kinds = [
        (one.laestab, establishments.family_of(one.laestab, gate.today()))
        for one in Establishment.objects.filter(laestab__in=open_now)
    ]
    academies = [laestab for laestab, family in kinds if family == "academy"]
    maintained = [laestab for laestab, family in kinds if family == "maintained"]
    largest = max(maintained, key=lambda laestab: sum(county.at(laestab).places))
    others = [one for one in maintained if one != largest]
    return Cast(largest, academies[0], academies[1], others[0])


def _approve() -> int:
    """An MI officer approves every submitted return."""
    officer = people.by_role("mi_officer")
    done = 0
    for laestab, collection in desk_work.submitted():
        approve_return.approve(officer, laestab, collection)
        done += 1
    return done


def summary(story: Story, county: County) -> dict[str, Any]:
    """The document of `concord demo --json`."""
    from concord.desk import audit

    verdict = audit.verified()
    return {
        "establishments": Establishment.objects.count(),
        "pupils": county.pupils,
        "returns": story.returns,
        "changes": story.changes,
        "feeds": story.feeds,
        "refusals": story.refusals,
        "register": {"pupils": desk_work.register_size(), **story.register},
        "ledger": {"lines": verdict.lines, "root": verdict.root, "whole": verdict.holds},
        "seconds": story.seconds,
    }


def keep_sign_ins(home: Path, story: Story) -> None:
    """Leave the demonstration's sign-ins where its sign-in page finds them, readable by this user alone."""
    path = home / "demonstration.json"
    path.touch(mode=0o600)
    known = [
        {"role": one.role, "name": one.title, "email": one.email, "password": story.word} for one in story.sign_ins
    ]
    path.write_text(json.dumps({"sign_ins": known}))
