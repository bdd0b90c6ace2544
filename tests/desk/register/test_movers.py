"""A vulnerable pupil who left and did not arrive is raised the same day, and worked to an outcome (clause 3(f))."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

import small_hub
from concord.core.trouble import Trouble
from concord.desk import follow_movers, gate
from concord.desk.view_pupil import NotThere
from small_hub import HERE, THERE, census, la, someone

Find = Callable[[str], uuid.UUID]
WHY = "safeguarding"


@pytest.fixture
def left(hub: None) -> list[dict[str, str]]:
    """Four pupils of HERE; then a return that no longer names the first (SEN support) and the second (no sign)."""
    pupils = [someone(0, SENprovision="K"), *(someone(number) for number in range(1, 4))]
    small_hub.load(census(pupils, term="SUM"))
    small_hub.load(census(pupils[2:]))
    return pupils


def cases(state: str = "open") -> list[follow_movers.Case]:
    return follow_movers.listing(la("mi_officer"), purpose=WHY, state=state).rows


def test_loading_a_return_raises_the_case_by_a_job_of_the_same_day(left: list[dict[str, str]]) -> None:
    assert small_hub.run_jobs() == []
    (case,) = cases()
    assert (case.upn, case.one.laestab, case.one.signs) == (left[0]["UPN"], HERE, ["sen"])
    assert case.one.raised.date() == gate.today()
    assert case.signs == ["Has special educational needs"]


def test_a_pupil_without_a_sign_is_no_case(left: list[dict[str, str]]) -> None:
    follow_movers.follow()
    assert left[1]["UPN"] not in [case.upn for case in cases()]


def test_following_again_raises_nothing_more(left: list[dict[str, str]]) -> None:
    assert follow_movers.follow()["raised"] == 1
    assert follow_movers.follow()["raised"] == 0


def test_who_arrives_elsewhere_closes_the_case_with_where(left: list[dict[str, str]]) -> None:
    follow_movers.follow()
    small_hub.load(census([{**left[0], "EntryDate": "2026-09-02"}], THERE), THERE)
    assert follow_movers.follow()["arrived"] == 1
    assert cases() == []
    (case,) = cases("closed")
    assert (case.one.outcome, case.one.to_laestab) == ("found", THERE)


def test_the_transfer_is_found_from_both_schools_data(left: list[dict[str, str]]) -> None:
    small_hub.load(census([{**left[0], "EntryDate": gate.today().isoformat()}], THERE), THERE)
    (move,) = follow_movers.transfers(la("admissions"), purpose="transfer")
    assert (move["upn"], move["was"][-4:], move["now"][-4:]) == (left[0]["UPN"], HERE[-4:], THERE[-4:])


def test_a_case_is_worked_to_an_outcome_once(left: list[dict[str, str]]) -> None:
    follow_movers.follow()
    ident = cases()[0].one.id
    with pytest.raises(Trouble, match="Say how you know"):
        follow_movers.close(la("mi_officer"), ident, "moved_away", purpose=WHY)
    with pytest.raises(Trouble, match="at which establishment"):
        follow_movers.close(la("mi_officer"), ident, "found", to="999/9999", purpose=WHY)
    follow_movers.close(la("mi_officer"), ident, "moved_away", words="The other authority wrote on Monday", purpose=WHY)
    with pytest.raises(Trouble, match="closed"):
        follow_movers.close(la("mi_officer"), ident, "referred", words="x", purpose=WHY)
    assert cases() == []
    assert small_hub.deeds("mover case closed")[-1]["facts"]["outcome"] == "moved_away"


def test_a_sign_outside_ones_categories_is_told_only_as_being_there(left: list[dict[str, str]]) -> None:
    follow_movers.follow()
    (case,) = follow_movers.listing(la("admissions"), purpose="transfer").rows
    assert (case.signs, case.more_signs) == ([], 1)


def test_a_caseworker_sees_only_the_own_cases(left: list[dict[str, str]]) -> None:
    from dataclasses import replace

    follow_movers.follow()
    pupil, ident = cases()[0].one.pupil_id, cases()[0].one.id
    worker = la("social_worker")
    other = replace(worker, caseload=frozenset([str(uuid.uuid4())]))
    assert follow_movers.listing(other, purpose=WHY).rows == []
    with pytest.raises(NotThere):
        follow_movers.opened(other, ident, purpose=WHY)
    mine = replace(worker, caseload=frozenset([str(pupil)]))
    assert len(follow_movers.listing(mine, purpose=WHY).rows) == 1


def test_the_purpose_must_be_said(left: list[dict[str, str]]) -> None:
    with pytest.raises(gate.Refused):
        follow_movers.listing(la("mi_officer"), purpose="")


@pytest.mark.parametrize(
    ("row", "held", "bears"),
    [
        ({"item": "A", "values": ["E", "K"]}, {"A": "K"}, True),
        ({"item": "A", "values": ["E", "K"]}, {"A": "N"}, False),
        ({"item": "A", "but": ["N"]}, {"A": "L"}, True),
        ({"item": "A", "but": ["N"]}, {"A": "N"}, False),
        ({"item": "A", "but": ["N"]}, {}, False),
        ({"item": "A", "ends": "B"}, {"A": "2020-01-01"}, True),
        ({"item": "A", "ends": "B"}, {"A": "2020-01-01", "B": "2020-06-01"}, False),
        ({"item": "A", "ends": "B"}, {"A": "2020-01-01", "B": "2999-06-01"}, True),
    ],
)
def test_a_sign_is_read_as_its_row_says(row: dict[str, object], held: dict[str, str], bears: bool) -> None:
    assert follow_movers._bears(row, held) is bears
