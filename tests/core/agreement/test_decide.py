from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreeing import HERE, START, THERE, actor, ask, event, kent, notice, signed, stand, suspension, westmarch
from concord.core.agreement.decide import decide
from concord.core.agreement.model import EVERY, Actor, Ask, Permit, Refusal, Standing
from concord.core.agreement.reasons import OF_ASKS

ON = date(2024, 5, 1)
DAY = timedelta(days=1)
IN_FORCE, NEVER = "in force", "never"
HISTORIES = {
    IN_FORCE: signed(),
    NEVER: [],
    "offered": [event("offered", START, "mi_officer", version="1.1")],
    "signed": signed()[:2],
    "lapsed": signed(ON - 3 * 365 * DAY - DAY, version="0.9"),
    "suspended": [*signed(), suspension(ON)],
    "ended": [*signed(), notice(ON - 40 * DAY, ON)],
    "unregistered": signed(expires=ON - 31 * DAY),
}
VIEW: dict[str, Any] = {"role": "inclusion_officer", "flow": "professional-view", "purpose": "attendance"}


def answer(asked: Ask, history: str = IN_FORCE, kind: str = "academy") -> Permit | Refusal:
    return decide(kent(), asked, {HERE: stand(HISTORIES[history], asked.on, kind=kind)})


def reason(asked: Ask, history: str = IN_FORCE, kind: str = "academy") -> tuple[str, str]:
    """(reason, clause) of a refusal, whose words must be whole; ("", "") for a permit."""
    given = answer(asked, history, kind)
    if isinstance(given, Permit):
        return "", ""
    words = given.says + given.missing + given.remedy
    assert "{" not in words
    assert "…" not in words
    assert given.ref == asked.ref
    return given.reason, given.clause


def view(*categories: str, on: date = ON, **more: Any) -> Ask:
    told = VIEW | more
    return ask(told.pop("role"), told.pop("flow"), on, *(categories or ("identity",)), **told)


BY_STANDING = [
    (IN_FORCE, ("", "")),
    (NEVER, ("no_agreement", "2d")),
    ("offered", ("no_agreement", "2d")),
    ("signed", ("not_yet_in_force", "2d")),
    ("lapsed", ("agreement_lapsed", "7b")),
    ("suspended", ("agreement_suspended", "7c")),
    ("ended", ("agreement_ended", "7d")),
    ("unregistered", ("ico_registration_expired", "4h")),
]


@pytest.mark.parametrize(("history", "expected"), BY_STANDING)
def test_the_feed_follows_the_standing(history: str, expected: tuple[str, str]) -> None:
    assert reason(ask("courier", "orchestra-feed", ON, "attendance"), history) == expected


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("flow", ["school-census", "workforce-census", "key-stage", "ncer-results", "death-notice"])
def test_what_the_law_or_the_clause_frees_flows_in_every_standing(flow: str, history: str) -> None:
    role = "mi_officer" if flow == "ncer-results" else "head"
    assert reason(ask(role, flow, ON), history, kind="maintained") == ("", "")


BY_ASK = [
    (view(flow="gossip"), ("unknown_flow", "2b")),
    (view(on=date(2017, 9, 7)), ("flow_not_open", "2d")),
    (view(active=False), ("account_disabled", "4a")),
    (view(authorised_until=ON - DAY), ("access_ended", "4a")),
    (view(role="auditor"), ("not_a_recipient", "2d")),
    (view(role="nobody", establishments=frozenset([HERE])), ("not_a_recipient", "2d")),
    (view(trained_until=ON - DAY), ("training_expired", "4a")),
    (view(trained_until=None), ("training_expired", "4a")),
    (view(declared_until=ON - DAY), ("declaration_missing", "4b")),
    (view("care"), ("category_not_allowed", "4c")),
    (view("identity", "staff"), ("category_not_allowed", "4c")),
    (view("address", role="social_worker"), ("step_up_needed", "4c")),
    (view(purpose=""), ("purpose_missing", "1b")),
    (view(purpose="curiosity"), ("purpose_not_allowed", "1b")),
    (view(role="social_worker", subjects=()), ("outside_scope", "4c")),
    (view(role="social_worker", subjects=("p1", "p2")), ("outside_scope", "4c")),
    (view(establishments=frozenset()), ("outside_scope", "4c")),
    (view(establishments=frozenset(["886/9999"])), ("unknown_establishment", "1a")),
    (ask("head", "school-census", ON, "identity"), ("wrong_establishment_type", "2f")),
    (ask("contractor", "remote-install", ON), ("permission_missing", "2d")),
]


@pytest.mark.parametrize(("asked", "expected"), BY_ASK)
def test_each_refusal_has_its_reason_and_clause(asked: Ask, expected: tuple[str, str]) -> None:
    assert reason(asked) == expected


def test_every_reason_a_decision_may_give_is_given_by_some_test() -> None:
    tested = {expected[0] for _, expected in (*BY_STANDING, *BY_ASK)}
    assert set(OF_ASKS) - tested == {"establishment_closed"}


@pytest.mark.parametrize("word", ["trained_until", "declared_until", "authorised_until"])
def test_a_date_holds_through_its_last_day(word: str) -> None:
    assert reason(view(**{word: ON})) == ("", "")
    assert reason(view(**{word: ON - DAY})) != ("", "")


def test_nobody_at_a_closed_establishment_takes_part_any_more() -> None:
    closed = {HERE: stand([*signed(), event("closed", ON, "system")], ON)}
    given = decide(kent(), ask("head", "own-ledger", ON, "return"), closed)
    assert isinstance(given, Refusal)
    assert given.reason == "establishment_closed"


def test_a_stranger_learns_nothing_of_the_standing() -> None:
    asked = ask("head", "register-feedback", ON, "identity", establishments=frozenset([THERE]))
    standings = {THERE: stand(HISTORIES["suspended"], ON)}
    given = decide(kent(), asked, standings)
    assert isinstance(given, Refusal)
    assert (given.reason, "suspended" in given.says) == ("outside_scope", False)


def test_a_sender_needs_no_second_proof_and_a_reader_does() -> None:
    assert reason(ask("data_manager", "school-census", ON, "care"), kind="maintained") == ("", "")
    assert reason(ask("data_manager", "own-return", ON, "care"))[0] == "step_up_needed"
    stepped = ask("data_manager", "own-return", ON, "care", stepped_up=True)
    assert reason(stepped) == ("", "")


def test_the_head_permits_the_contractor_for_that_day_alone() -> None:
    hours = {"starts": "2024-05-01T09:00:00+01:00", "ends": "2024-05-01T17:00:00+01:00", "engineer": "e4"}
    permitted = [*signed(), event("install_permitted", ON, details=hours)]
    withdrawn = [*permitted, event("install_withdrawn", ON, minute=9)]
    for events, day, expected in ((permitted, ON, Permit), (permitted, ON + DAY, Refusal), (withdrawn, ON, Refusal)):
        given = decide(kent(), ask("contractor", "remote-install", day), {HERE: stand(events, day)})
        assert isinstance(given, expected)


def _county(on: date) -> dict[str, Standing]:
    good, bad = stand(signed(), on), stand([], on)
    return {HERE: good, THERE: replace(bad, establishment=THERE), "886/4003": replace(good, establishment="886/4003")}


def test_a_search_across_the_county_is_cut_down_to_what_may_be_seen() -> None:
    asked = view(establishments=EVERY)
    given = decide(kent(), asked, _county(ON))
    assert isinstance(given, Permit)
    assert given.establishments == {HERE, "886/4003"}


def test_a_search_by_a_district_officer_stays_in_the_district() -> None:
    asked = view(establishments=EVERY)
    mine = replace(asked, actor=replace(asked.actor, establishments=frozenset([HERE, THERE])))
    given = decide(kent(), mine, _county(ON))
    assert isinstance(given, Permit)
    assert given.establishments == {HERE}


def test_a_search_that_finds_no_ground_at_all_is_refused() -> None:
    given = decide(kent(), view(establishments=frozenset([THERE])), _county(ON))
    assert isinstance(given, Refusal)
    assert (given.reason, given.establishment) == ("no_agreement", THERE)


def test_a_flow_without_partial_answers_names_the_first_that_fails() -> None:
    asked = ask("mi_officer", "inaccuracy-notice", ON, "identity", establishments=frozenset([HERE, THERE]))
    given = decide(kent(), asked, _county(ON))
    assert isinstance(given, Refusal)
    assert (given.reason, given.establishment) == ("no_agreement", THERE)


def test_a_flow_for_the_whole_county_may_name_no_establishment_and_gives_none() -> None:
    given = decide(kent(), ask("auditor", "audit", ON, "return", establishments=frozenset()), {})
    assert isinstance(given, Permit)
    assert given.establishments == frozenset()


def test_a_standing_of_another_day_is_a_bug_and_stops_loudly() -> None:
    with pytest.raises(ValueError, match="the ask of 2024-05-02"):
        decide(kent(), view(on=ON + DAY), {HERE: stand(signed(), ON)})


def test_a_permit_gives_no_more_than_was_asked() -> None:
    asked = view("identity", "attendance")
    given = answer(asked)
    assert isinstance(given, Permit)
    assert (given.categories, given.establishments) == (asked.categories, asked.establishments)
    assert (given.actor, given.purpose, given.on, given.ref) == ("someone", "attendance", ON, "r1")


def test_another_authority_decides_by_its_own_terms() -> None:
    there = Standing("999/2001", "none", date(2025, 6, 1))
    principal = Actor("x", "principal", frozenset(["999/2001"]))
    asked = Ask("r", "school-census", principal, frozenset(["999/2001"]), frozenset(["who"]), there.on)
    given = decide(westmarch(), asked, {"999/2001": there})
    assert isinstance(given, Refusal)
    assert (given.reason, given.clause) == ("no_agreement", "B1")
    assert isinstance(decide(westmarch(), asked, {"999/2001": replace(there, state="in_force")}), Permit)
    feed = decide(westmarch(), replace(asked, flow="orchestra-feed"), {"999/2001": there})
    assert isinstance(feed, Refusal)
    assert feed.reason == "unknown_flow"


FLOWS, ROLES = st.sampled_from(sorted(kent().flows)), st.sampled_from(sorted(kent().roles))
CATEGORIES = st.frozensets(st.sampled_from(sorted(kent().categories)), max_size=3)


@given(FLOWS, ROLES, CATEGORIES, st.sampled_from(sorted(HISTORIES)), st.sampled_from(sorted(kent().terms.kinds)))
def test_no_permit_goes_beyond_flow_role_or_standing(
    flow: str, role: str, wanted: frozenset[str], history: str, kind: str
) -> None:
    asked = ask(role, flow, ON, *wanted, purpose=kent().flows[flow].purposes[0], stepped_up=True)
    given = answer(asked, history, kind)
    told = kent().flows[flow]
    if isinstance(given, Permit):
        assert role in told.roles
        assert given.categories <= told.categories & kent().roles[role].categories
        assert given.purpose in told.purposes
        assert not told.needs_agreement[kind] or history == IN_FORCE
    else:
        assert given.reason in OF_ASKS
        assert given.clause in kent().clauses


@given(FLOWS, ROLES, st.sampled_from(sorted(HISTORIES)))
def test_giving_less_never_opens_more(flow: str, role: str, history: str) -> None:
    """Taking away training, activity or scope never turns a refusal into a permit."""
    asked = ask(role, flow, ON, purpose=kent().flows[flow].purposes[0])
    for less in (
        {"trained_until": None},
        {"active": False},
        {"establishments": frozenset()},
        {"caseload": frozenset()},
    ):
        poorer = replace(asked, actor=replace(actor(role, ON), **less))
        assert not (isinstance(answer(poorer, history), Permit) and isinstance(answer(asked, history), Refusal))
