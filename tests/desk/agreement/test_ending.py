"""Suspension, notice and end: who may, with what behind it, and what both parties are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import connections

from agreeing import noon
from concord.core.agreement.admit import admit
from concord.core.agreement.days import LONDON
from concord.core.agreement.events import Event
from concord.core.agreement.model import Actor, Refusal
from concord.core.seal.signature import Forged
from concord.core.seal.statement import check_statement
from concord.desk import (
    acts,
    agreement_duties,
    agreements,
    ending,
    gate,
    keep_document,
    keys,
    run_off,
    sign_agreement,
    standings,
    statement,
    what_if,
)
from concord.desk.gate import Refused
from desk.agreement.parties import ACADEMY, MAINTAINED, Parties, documents, in_days, lines, sign, state

pytestmark = pytest.mark.database
BREACH = "Incident 7: a laptop with the courier's key was stolen"


def refused(deed: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(Refused) as no:
        deed()
    return no.value.clause, no.value.refusal.reason


def test_a_suspension_without_evidence_is_refused_with_its_clause(parties: Parties) -> None:
    sign(parties)
    assert refused(lambda: ending.suspend(parties.head, ACADEMY, "  ")) == ("7c", "evidence_missing")
    assert state() == "in_force"
    assert json.loads(lines()[-1].body)["answer"] == "refusal"


def test_a_notice_shorter_than_thirty_days_is_refused_with_its_clause(parties: Parties) -> None:
    sign(parties)
    assert refused(lambda: ending.give_notice(parties.head, ACADEMY, in_days(29), "letter")) == (
        "7d",
        "notice_too_short",
    )
    ending.give_notice(parties.head, ACADEMY, in_days(30), "letter")
    assert state() == "notice"


def test_a_back_dated_event_is_refused(parties: Parties) -> None:
    sign(parties)
    late = lambda: agreements.record(parties.head, ACADEMY, "suspended", on=in_days(-1), evidence=BREACH)  # noqa: E731
    assert refused(late)[1] == "back_dated"


def test_a_suspension_stops_the_flows_under_the_agreement_and_leaves_those_of_the_law(parties: Parties) -> None:
    for laestab in (ACADEMY, MAINTAINED):
        sign(parties, laestab)
    ending.suspend(parties.head, ACADEMY, BREACH)
    ending.suspend(parties.other_head, MAINTAINED, BREACH)
    courier = Actor("c", "courier", frozenset([ACADEMY, MAINTAINED]))
    assert refused(lambda: gate.ask(courier, "academy-census-copy", establishments=[ACADEMY]))[1] == (
        "agreement_suspended"
    )
    assert refused(lambda: gate.ask(courier, "orchestra-feed", establishments=[MAINTAINED]))[1] == "agreement_suspended"
    assert gate.ask(courier, "school-census", establishments=[MAINTAINED]).clause == "2f"
    assert gate.ask(courier, "own-ledger", establishments=[ACADEMY]).clause == "7a"


def test_a_deed_that_was_permitted_before_the_suspension_is_undone_by_it(parties: Parties) -> None:
    sign(parties)
    permit = gate.ask(parties.data_manager, "orchestra-feed", establishments=[ACADEMY])

    def late() -> None:
        with gate.act(permit, "feed taken") as deed:
            deed.facts["rows"] = 1
            with ThreadPoolExecutor(1) as other:
                other.submit(in_thread, lambda: ending.suspend(parties.head, ACADEMY, BREACH)).result()

    assert refused(late)[1] == "agreement_suspended"
    assert lines("feed taken") == []
    last = [json.loads(line.body) for line in lines()][-1]
    assert (last["answer"], last["ref"]) == ("refusal", permit.ref)


def in_thread(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    finally:
        connections.close_all()


def test_of_two_who_suspend_at_once_one_wins_and_the_other_is_told(parties: Parties) -> None:
    sign(parties)
    tries = [lambda n=n: ending.suspend(parties.head, ACADEMY, f"{BREACH}, report {n}") for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(in_thread, one) for one in tries]
    faults = [one.exception() for one in done]
    (told,) = [fault for fault in faults if fault]
    assert isinstance(told, Refused)
    assert told.refusal.reason == "already_suspended"
    assert len(lines("agreement suspended")) == 1


def test_both_parties_get_a_statement_that_the_hub_signed(parties: Parties) -> None:
    sign(parties)
    ending.suspend(parties.head, ACADEMY, BREACH)
    (pdf,), (data,) = documents(ACADEMY, "statement"), documents(ACADEMY, "statement_data")
    for who in (parties.head, parties.manager):
        assert keep_document.fetch(who, ACADEMY, pdf.pk).content.startswith(b"%PDF")
    given = json.loads(keep_document.fetch(parties.manager, ACADEMY, data.pk).content)
    told = check_statement(given, keys.signing_key().public_key())
    assert (told["was"], told["is"], told["clause"], told["party"]) == ("in_force", "suspended", "7c", "establishment")
    assert {"academy-census-copy", "orchestra-feed", "professional-view"} <= set(told["stopped"])
    assert {"own-ledger", "guidance"} <= set(told["goes_on"])
    assert told["ledger_line"] == lines("agreement suspended")[0].seq


def test_a_statement_that_was_changed_no_longer_holds(parties: Parties) -> None:
    sign(parties)
    ending.suspend(parties.head, ACADEMY, BREACH)
    (data,) = documents(ACADEMY, "statement_data")
    given = json.loads(keep_document.fetch(parties.head, ACADEMY, data.pk).content)
    given["statement"]["at"] = "2026-01-01T00:00:00.000000Z"
    with pytest.raises(Forged):
        check_statement(given, keys.signing_key().public_key())


def test_lifting_starts_again_what_was_stopped_and_says_so(parties: Parties) -> None:
    sign(parties)
    ending.suspend(parties.head, ACADEMY, BREACH)
    assert refused(lambda: ending.lift(parties.manager, ACADEMY)) == ("7c", "not_suspended")
    ending.lift(parties.head, ACADEMY)
    assert state() == "in_force"
    told = [one.about for one in documents(ACADEMY, "statement")]
    assert [one.split()[0] for one in told] == ["suspended", "lifted"]


def test_an_end_by_notice_is_told_by_the_daily_round_and_once(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(parties)
    ending.give_notice(parties.manager, ACADEMY, in_days(30), "letter")
    later = in_days(30)
    assert statement.sweep() == 0
    _on(monkeypatch, later)
    assert (statement.sweep(), statement.sweep()) == (1, 0)
    data = documents(ACADEMY, "statement_data")[-1]
    told = json.loads(keep_document.fetch(parties.head, ACADEMY, data.pk).content)["statement"]
    assert (told["was"], told["is"], told["effective"]) == ("notice", "ended", later.isoformat())
    assert any(row[0].startswith("Pupil record") for row in told["run_off"])


def _on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(gate, "today", lambda: day)


def test_the_run_off_says_what_goes_what_stays_and_until_when(parties: Parties) -> None:
    sign(parties)
    plan = run_off.planned(parties.head, ACADEMY)
    actions = {line.title: line.action for line in plan}
    assert actions["Files that had half arrived"] == "delete"
    assert actions["Pupil record in the register"] == "delete"
    assert {line.action for line in plan} >= {"delete", "deactivate", "keep"}
    agreement = next(line for line in plan if line.title.startswith("Agreements"))
    assert agreement.by == gate.today().replace(year=gate.today().year + 6)
    assert agreement.held == len(standings.events_of(ACADEMY)) - 1


def test_a_notice_counts_from_the_first_day_without_agreement(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(parties)
    ending.give_notice(parties.head, ACADEMY, in_days(30), "letter")
    for ahead, expected in ((29, "notice"), (30, "ended")):
        day = in_days(ahead)
        assert standings.of([ACADEMY], day)[ACADEMY].state == expected


def given_and_proposed(parties: Parties) -> None:
    sign(parties)
    ending.give_notice(parties.head, ACADEMY, in_days(40), "We leave")
    ending.propose_withdrawal(parties.head, ACADEMY, "We would rather stay")


def test_a_notice_is_taken_back_by_both_and_both_are_told_what_goes_on(parties: Parties) -> None:
    given_and_proposed(parties)
    assert state() == "notice"
    ending.withdraw_notice(parties.manager, ACADEMY)
    assert state() == "in_force"
    told = json.loads(keep_document.fetch(parties.head, ACADEMY, documents(ACADEMY, "statement_data")[-1].pk).content)
    told = check_statement(told, keys.signing_key().public_key())
    assert (told["was"], told["is"], told["party"], told["run_off"]) == ("notice", "in_force", "authority", [])
    assert len(documents(ACADEMY, "statement")) == 2


def test_neither_party_takes_a_notice_back_alone(parties: Parties) -> None:
    given_and_proposed(parties)
    assert refused(lambda: ending.withdraw_notice(parties.head, ACADEMY)) == ("7d", "withdrawal_not_proposed")
    assert refused(lambda: ending.propose_withdrawal(parties.manager, ACADEMY, "too")) == ("7d", "withdrawal_proposed")
    assert state() == "notice"


def test_after_the_end_no_notice_is_taken_back(parties: Parties, monkeypatch: pytest.MonkeyPatch) -> None:
    given_and_proposed(parties)
    events = standings.events_of(ACADEMY)
    new = Event("notice_withdrawn", in_days(40), events[-1].recorded, "authority", role="mi_manager")
    given = admit(standings.agreement(), events, replace(new, recorded=noon(in_days(40))), in_days(40), kind="academy")
    assert isinstance(given, Refusal)
    assert (given.clause, given.reason) == ("7d", "no_notice_running")


def test_of_two_answers_to_a_proposal_the_second_is_told(parties: Parties) -> None:
    given_and_proposed(parties)
    ending.withdraw_notice(parties.manager, ACADEMY)
    assert refused(lambda: ending.withdraw_notice(parties.manager, ACADEMY)) == ("7d", "no_notice_running")


def test_what_each_party_may_do_about_a_notice_follows_from_what_was_done(parties: Parties) -> None:
    def offered() -> tuple[set[str], set[str]]:
        stands = standings.of([ACADEMY], gate.today())[ACADEMY]
        mine = {"give-notice", "propose-withdrawal", "withdraw-notice"}
        return tuple(set(acts.open_to(one, stands, None, "1.1")) & mine for one in (parties.head, parties.manager))

    sign(parties)
    assert offered() == ({"give-notice"}, {"give-notice"})
    ending.give_notice(parties.head, ACADEMY, in_days(40), "We leave")
    assert offered() == ({"propose-withdrawal"}, {"propose-withdrawal"})
    ending.propose_withdrawal(parties.manager, ACADEMY, "Please stay")
    assert offered() == ({"withdraw-notice"}, set())
    assert "Say whether the notice is taken back" in [one.title for one in agreement_duties.of_person(parties.head)]
    ending.withdraw_notice(parties.head, ACADEMY)
    assert offered() == ({"give-notice"}, {"give-notice"})


@pytest.mark.parametrize("hour", [0, 12, 22])
def test_what_if_is_answered_at_any_hour_of_the_day_on_which_something_was_recorded(
    parties: Parties, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    at = datetime.combine(gate.today(), time(hour, 59), LONDON)
    monkeypatch.setattr(agreements.timezone, "now", lambda: at)
    sign_agreement.offer(parties.manager, ACADEMY)
    answer = what_if.suppose(parties.head, ACADEMY, what_if.Supposed("sign"))
    assert (answer.refused, answer.after.state) == ([], "in_force")
    monkeypatch.undo()
