from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreeing import HERE, START, event, kent, notice, signed, stand, suspension, westmarch
from concord.core.agreement.events import Event, read_event
from concord.core.agreement.standing import reminders, standing

DAY = timedelta(days=1)
LEAP = date(2024, 2, 29)


def states(events: list[Event], day: date) -> tuple[str, str]:
    """The state the day before and on the day."""
    return stand(events, day - DAY).state, stand(events, day).state


def test_nothing_recorded_is_no_agreement() -> None:
    now = stand([], START)
    assert (now.state, now.in_force, now.clause) == ("none", False, "1a")


def test_an_offer_is_not_a_signature() -> None:
    assert states([event("offered", START, "mi_officer", version="1.1")], START) == ("none", "offered")


@pytest.mark.parametrize("missing", range(4))
def test_nothing_is_in_force_while_one_condition_is_missing(missing: int) -> None:
    events = [one for place, one in enumerate(signed()) if place != missing]
    assert not any(stand(events, START + day * DAY).in_force for day in (0, 1, 400))


def test_in_force_begins_on_the_day_the_last_condition_is_met() -> None:
    registered, *rest = signed()
    late = event("ico_registered", START + 20 * DAY, details=dict(registered.details))
    now = stand([*rest, late], START + 20 * DAY)
    assert states([*rest, late], START + 20 * DAY) == ("signed", "in_force")
    assert now.since == START + 20 * DAY
    assert now.facts["lapses"] == "2026-09-01"


@pytest.mark.parametrize(
    ("on", "lapses"),
    [
        (START, date(2026, 9, 1)),
        (LEAP, date(2027, 2, 28)),
        (date(2024, 2, 28), date(2027, 2, 28)),
        (date(2023, 3, 26), date(2026, 3, 26)),
        (date(2023, 10, 29), date(2026, 10, 29)),
    ],
)
def test_it_lapses_three_years_after_the_signature(on: date, lapses: date) -> None:
    events = signed(on)
    assert states(events, lapses) == ("due", "lapsed")
    assert stand(events, lapses).since == lapses
    assert stand(events, lapses - DAY).until == lapses


@pytest.mark.parametrize("ahead", [180, 90, 30])
def test_a_reminder_falls_due_so_many_days_ahead(ahead: int) -> None:
    day = date(2026, 9, 1) - ahead * DAY
    before, now = stand(signed(), day - DAY), stand(signed(), day)
    assert now.facts["reminder"] == str(ahead)
    assert before.facts.get("reminder") != str(ahead)
    assert (ahead, day) in reminders(kent(), now)


def test_a_renewal_in_time_leaves_no_gap() -> None:
    events = [*signed(), *signed(date(2026, 6, 1))]
    assert {stand(events, date(2026, 5, 1) + day * DAY).in_force for day in range(200)} == {True}
    assert stand(events, date(2026, 9, 1)).facts["lapses"] == "2029-06-01"


def test_a_renewal_signed_but_not_countersigned_does_not_prolong() -> None:
    events = [*signed(), event("signed", date(2026, 8, 1), version="1.1")]
    assert states(events, date(2026, 9, 1)) == ("due", "lapsed")
    assert "countersignature" in stand(events, date(2026, 9, 1)).facts["waits_for"]


@pytest.mark.parametrize("on", [date(2024, 3, 4), date(2024, 3, 31), date(2024, 10, 27), date(2024, 2, 12), LEAP])
def test_a_suspension_lasts_thirty_days_and_no_more(on: date) -> None:
    events = [*signed(), suspension(on)]
    assert states(events, on) == ("in_force", "suspended")
    assert states(events, on + 30 * DAY) == ("suspended", "in_force")
    assert stand(events, on).until == on + 30 * DAY


def test_the_party_that_suspended_lifts_its_own_and_not_the_others() -> None:
    on = date(2024, 3, 4)
    lifted = event("suspension_lifted", on + 5 * DAY, "mi_manager", minute=9)
    assert states([*signed(), suspension(on), lifted], on + 5 * DAY) == ("suspended", "in_force")
    both = [*signed(), suspension(on), suspension(on + DAY, "head"), lifted]
    assert stand(both, on + 5 * DAY).state == "suspended"
    assert states(both, on + 31 * DAY) == ("suspended", "in_force")


def test_a_suspension_does_not_stop_the_three_years() -> None:
    events = [*signed(), suspension(date(2026, 8, 20))]
    assert states(events, date(2026, 9, 1)) == ("suspended", "lapsed")
    assert stand(events, date(2026, 8, 25)).until == date(2026, 9, 1)


def test_notice_runs_out_on_its_day_even_while_suspended() -> None:
    given_on, ends = date(2024, 10, 1), date(2024, 10, 31)
    assert states([*signed(), notice(given_on, ends)], ends) == ("notice", "ended")
    assert states([*signed(), notice(given_on, ends), suspension(date(2024, 10, 20))], ends) == ("suspended", "ended")
    assert stand([*signed(), notice(given_on, ends)], ends).clause == "7d"


def test_a_new_signature_after_the_end_begins_anew() -> None:
    events = [*signed(), notice(date(2024, 10, 1), date(2024, 10, 31)), *signed(date(2025, 1, 6))]
    assert states(events, date(2025, 1, 6)) == ("ended", "in_force")


@pytest.mark.parametrize(("days", "state"), [(30, "in_force"), (31, "unregistered")])
def test_a_registration_that_ran_out_stops_it_after_the_days_of_grace(days: int, state: str) -> None:
    expires = date(2024, 4, 30)
    now = stand(signed(expires=expires), expires + days * DAY)
    assert (now.state, now.in_force) == (state, state == "in_force")


def test_a_renewed_registration_starts_it_again() -> None:
    again = event("ico_registered", date(2024, 7, 1), details={"number": "ZA123456", "expires": "2025-06-30"})
    assert states([*signed(expires=date(2024, 4, 30)), again], date(2024, 7, 1)) == ("unregistered", "in_force")


def test_a_conversion_ends_what_the_old_establishment_signed() -> None:
    on = date(2024, 9, 1)
    converted = event("converted", on, "system", details={"kind": "academy", "from": "maintained"})
    before, after = (stand([*signed(), converted], day, kind="academy") for day in (on - DAY, on))
    assert (before.kind, before.state) == ("maintained", "in_force")
    assert (after.kind, after.state, after.facts["ended_by"]) == ("academy", "ended", "conversion")


def test_a_closed_establishment_has_no_agreement() -> None:
    closed = event("closed", date(2024, 9, 1), "system")
    assert states([*signed(), closed], date(2024, 9, 1)) == ("in_force", "ended")
    assert stand([closed], date(2024, 9, 1)).facts["closed"] == "2024-09-01"


def test_events_of_another_establishment_count_for_nothing() -> None:
    others = [
        event(one.kind, one.on, one.role, minute=place, establishment="886/4002") for place, one in enumerate(signed())
    ]
    assert standing(kent(), others, HERE, START).state == "none"


@pytest.mark.parametrize(
    ("version", "on", "state"),
    [
        ("1.0", date(2022, 6, 13), "due"),
        (
            "1.0",
            date(2022, 6, 14),
            "due",
        ),  # the day 1.1 opened: what was signed that morning stands, and is asked for anew
        ("1.0", date(2022, 6, 15), "signed"),
        ("1.1", date(2022, 6, 13), "signed"),
        ("1.1", date(2022, 6, 14), "in_force"),
    ],
)
def test_what_was_signed_before_a_version_opened_stands(version: str, on: date, state: str) -> None:
    assert stand(signed(on, version=version), max(on, date(2022, 6, 14))).state == state


def test_a_new_version_asks_again_and_ends_older_signatures_when_it_says_so() -> None:
    history = westmarch().histories["in-force"]
    told = [read_event(one) for one in history.events]
    details = {"number": "Z7654321", "expires": "2030-01-01"}
    told.append(event("ico_registered", date(2026, 3, 1), establishment="", details=details))
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 9, 30), date(2026, 10, 1)]
    states = [standing(westmarch(), told, "999/4001", day).state for day in days]
    assert states == ["in_force", "due", "due", "lapsed"]


@given(st.integers(0, 2500), st.permutations(range(6)))
def test_the_order_in_which_events_are_handed_over_does_not_matter(days: int, order: list[int]) -> None:
    events = [*signed(), suspension(date(2024, 3, 4)), notice(date(2025, 1, 1), date(2025, 3, 1))]
    on = START + days * DAY
    assert stand([events[place] for place in order], on) == stand(events, on)


@given(st.integers(-10, 2500), st.integers(1, 900))
def test_what_happens_later_changes_nothing_earlier(days: int, later: int) -> None:
    on = START + days * DAY
    known, after = [*signed()], on + later * DAY
    assert stand([*known, suspension(after), notice(after, after + 40 * DAY)], on) == stand(known, on)
