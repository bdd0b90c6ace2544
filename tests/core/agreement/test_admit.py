from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from agreeing import HERE, START, event, kent, noon, notice, signed, suspension
from concord.core.agreement.admit import admit
from concord.core.agreement.events import Event, read_event
from concord.core.agreement.model import Refusal
from concord.core.trouble import Trouble

ON = date(2024, 5, 1)
DAY = timedelta(days=1)
HOURS = {"starts": "2024-05-01T09:00:00+01:00", "ends": "2024-05-01T17:00:00+01:00", "engineer": "e4"}


def answer(new: Event, earlier: list[Event], today: date = ON, kind: str = "academy") -> tuple[str, str]:
    """The reason and clause of the refusal, or nothing where the event may be recorded."""
    given = admit(kent(), earlier, new, today, kind=kind)
    if isinstance(given, Refusal):
        assert given.says
        assert given.missing
        assert given.remedy
        assert "{" not in given.says + given.missing + given.remedy
        assert "…" not in given.says + given.missing + given.remedy
        return given.reason, given.clause
    assert given is new
    return "", ""


def made(kind: str, role: str = "head", on: date = ON, **more: Any) -> Event:
    return event(kind, on, role, minute=30, **more)


@pytest.mark.parametrize("role", ["data_manager", "attendance_officer", "senco", "mi_manager", "system", ""])
def test_only_the_head_or_the_trust_signs(role: str) -> None:
    new = Event("signed", ON, noon(ON), "establishment", role=role, version="1.1", establishment=HERE)
    assert answer(new, []) == ("no_authority", "1a")


@pytest.mark.parametrize("kind", ["countersigned", "privacy_notice_confirmed", "offered"])
def test_the_establishment_cannot_do_the_authoritys_part(kind: str) -> None:
    assert answer(made(kind, version="1.1", evidence="x"), signed()) == ("no_authority", "1a")


def test_a_whole_signature_is_admitted_step_by_step() -> None:
    earlier: list[Event] = []
    for step in signed(ON):
        assert answer(step, earlier) == ("", "")
        earlier.append(step)


def test_an_event_dated_back_or_ahead_is_refused() -> None:
    back = event("signed", ON - DAY, version="1.1", recorded=noon(ON))
    ahead = event("signed", ON + DAY, version="1.1", recorded=noon(ON))
    assert answer(back, []) == ("back_dated", "7b")
    assert answer(ahead, []) == ("post_dated", "7b")
    assert answer(event("signed", ON, version="1.1", recorded=noon(ON + DAY)), []) == ("post_dated", "7b")


def test_an_event_recorded_before_the_last_one_is_refused() -> None:
    assert answer(event("signed", ON, version="1.1"), [event("offered", ON, "mi_officer", minute=5)]) == (
        "back_dated",
        "7b",
    )


def test_what_the_establishments_register_says_may_be_learnt_late() -> None:
    late = event("converted", ON - 40 * DAY, "system", recorded=noon(ON), details={"kind": "academy"})
    assert answer(late, signed()) == ("", "")


@pytest.mark.parametrize("version", ["1.0", "", "9.9"])
def test_only_the_version_open_to_signature_is_signed(version: str) -> None:
    assert answer(made("signed", version=version), []) == ("version_not_current", "7b")


def test_a_countersignature_needs_all_that_comes_before() -> None:
    registered, sign, confirmed, _ = signed(ON)
    counter = made("countersigned", "mi_manager", version="1.1")
    assert answer(counter, []) == ("not_signed", "1a")
    assert answer(counter, [registered, sign]) == ("notice_unconfirmed", "2a")
    assert answer(counter, [sign, confirmed]) == ("ico_expired", "4h")
    assert answer(counter, [registered, sign, confirmed]) == ("", "")


def test_a_registration_must_be_in_date_on_the_day() -> None:
    _, sign, confirmed, _ = signed(ON)
    counter = made("countersigned", "mi_manager", version="1.1")
    for expires, expected in ((ON, ("", "")), (ON - DAY, ("ico_expired", "4h"))):
        old = event("ico_registered", ON - 90 * DAY, details={"number": "ZA123456", "expires": expires})
        assert answer(counter, [old, sign, confirmed]) == expected


@pytest.mark.parametrize("number", ["Z123456", "Z12345678", "ZAB12345", "z1234567", "A1234567", "Z1234567\n", ""])
def test_a_number_the_register_does_not_give_is_refused(number: str) -> None:
    new = made("ico_registered", details={"number": number, "expires": "2026-01-01"})
    assert answer(new, [])[0] in ("ico_number_wrong", "details_missing")


def test_a_suspension_needs_evidence_and_an_agreement() -> None:
    assert answer(made("suspended", evidence=" "), signed()) == ("evidence_missing", "7c")
    assert answer(made("suspended", evidence="breach"), []) == ("nothing_in_force", "7c")
    assert answer(made("suspended", evidence="breach"), signed()) == ("", "")


def test_one_evidence_suspends_once_and_one_party_not_twice_at_a_time() -> None:
    running = [*signed(), suspension(ON - 10 * DAY, "head", "breach")]
    over = [*signed(), suspension(ON - 30 * DAY, "head", "breach")]
    assert answer(made("suspended", evidence="another"), running) == ("already_suspended", "7c")
    assert answer(made("suspended", evidence="breach"), over) == ("evidence_used", "7c")
    assert answer(made("suspended", evidence="another"), over) == ("", "")
    assert answer(made("suspended", "mi_manager", evidence="another"), running) == ("", "")


def test_a_suspension_is_lifted_by_the_party_that_made_it() -> None:
    running = [*signed(), suspension(ON - 10 * DAY, "head")]
    assert answer(made("suspension_lifted", "mi_manager"), running) == ("not_suspended", "7c")
    assert answer(made("suspension_lifted", "head"), running) == ("", "")
    assert answer(made("suspension_lifted", "head"), signed()) == ("not_suspended", "7c")


@pytest.mark.parametrize(("days", "reason"), [(0, "notice_too_short"), (29, "notice_too_short"), (30, ""), (31, "")])
def test_notice_runs_at_least_thirty_days(days: int, reason: str) -> None:
    assert answer(made("notice_given", evidence="letter", details={"ends": ON + days * DAY}), signed())[0] == reason


def test_notice_is_in_writing_by_a_signatory_of_something_in_force() -> None:
    ends = {"ends": ON + 60 * DAY}
    assert answer(made("notice_given", details=ends), signed()) == ("evidence_missing", "7d")
    assert answer(made("notice_given", details={"ends": "soon"}, evidence="letter"), signed()) == (
        "details_missing",
        "1a",
    )
    assert answer(made("notice_given", details=ends, evidence="letter"), []) == ("nothing_in_force", "7d")
    assert answer(made("notice_given", "mi_officer", details=ends, evidence="letter"), signed()) == (
        "no_authority",
        "1a",
    )


def test_a_second_notice_counts_only_if_it_ends_sooner() -> None:
    earlier = [*signed(), notice(ON - DAY, ON + 90 * DAY)]
    later, sooner = ({"ends": ON + days * DAY} for days in (90, 40))
    assert answer(made("notice_given", "mi_manager", details=later, evidence="letter"), earlier) == (
        "notice_running",
        "7d",
    )
    assert answer(made("notice_given", "mi_manager", details=sooner, evidence="letter"), earlier) == ("", "")


def test_an_end_is_recorded_when_the_notice_has_run_out() -> None:
    given_on = ON - 40 * DAY
    assert answer(made("ended"), [*signed(), notice(given_on, ON + DAY)]) == ("notice_not_run_out", "7d")
    assert answer(made("ended"), [*signed(), notice(given_on, ON)]) == ("", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"ends": "2024-05-01T17:00:01+01:00"}, "permission_too_long"),
        ({"ends": "2024-05-01T09:00:00+01:00"}, "permission_too_long"),
        ({"starts": "2024-04-30T20:00:00+01:00", "ends": "2024-05-01T02:00:00+01:00"}, "permission_too_long"),
        ({"ends": "2024-05-01T17:00:00"}, "permission_too_long"),
        ({"engineer": ""}, "details_missing"),
    ],
)
def test_permission_to_install_is_for_hours(change: dict[str, str], reason: str) -> None:
    assert answer(made("install_permitted", details=HOURS | change), signed())[0] == reason


def test_only_the_head_permits_an_installation_and_only_in_force() -> None:
    assert answer(made("install_permitted", "mi_manager", details=HOURS), signed()) == ("no_authority", "1a")
    assert answer(made("install_permitted", details=HOURS), []) == ("nothing_in_force", "2d")


DONE = {"engineer": "e4", "host": "SRV-1"}


@pytest.mark.parametrize(
    ("day", "party", "role", "details", "reason"),
    [
        (ON, "support", "contractor", DONE, ""),
        (ON + DAY, "support", "contractor", DONE, "nothing_permitted"),
        (ON, "support", "contractor", {"engineer": "e4"}, "details_missing"),
        (ON, "establishment", "head", DONE, "no_authority"),
        (ON, "support", "courier", DONE, "no_authority"),
    ],
)
def test_done_is_said_by_the_contractor_on_the_day_of_the_permission(
    day: date, party: str, role: str, details: dict[str, str], reason: str
) -> None:
    permitted = [*signed(), event("install_permitted", ON, details=HOURS)]
    new = Event("install_completed", day, noon(day, 40), party, role=role, details=details, establishment=HERE)
    assert answer(new, permitted, day)[0] == reason
    withdrawn = [*permitted, event("install_withdrawn", ON, minute=1)]
    assert answer(new, withdrawn, day)[0] == (reason or "nothing_permitted")


def test_a_conversion_is_to_a_known_kind() -> None:
    assert answer(made("converted", "system", details={"kind": "circus"}), []) == ("unknown_kind", "1a")


def test_a_closed_establishment_signs_nothing() -> None:
    assert answer(made("signed", version="1.1"), [event("closed", START, "system")])[0] == "nothing_in_force"


def test_what_cannot_happen_to_an_agreement_is_refused() -> None:
    assert answer(made("framed", version="1.1"), []) == ("unknown_event", "1a")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "signed", "on": "2024-13-01"}, "is not a date"),
        ({"kind": "signd", "on": "2024-01-01"}, "not a kind of event"),
        ({"kind": "signed", "on": "2024-01-01", "who": "x"}, "has no 'who'"),
        ({"kind": "signed", "on": "2024-01-01", "recorded": "noon"}, "is not a time"),
        ({"kind": "signed", "on": "2024-01-01", "recorded": "2024-01-01T12:00:00"}, "without a zone"),
        ({"kind": "signed", "on": "2024-01-01", "details": []}, "pairs of words"),
    ],
)
def test_an_event_that_cannot_be_read_is_told(told: dict[str, Any], words: str) -> None:
    with pytest.raises(Trouble, match=words):
        read_event(told)
