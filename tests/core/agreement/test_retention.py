from __future__ import annotations

from datetime import date

import pytest

from agreeing import kent, westmarch
from concord.core.agreement.retention import due
from concord.core.trouble import Trouble


@pytest.mark.parametrize(
    ("kept", "trigger", "on"),
    [
        ("attendance_mark", date(2024, 8, 18), date(2027, 8, 18)),
        ("attendance_mark", date(2024, 8, 19), date(2030, 8, 19)),
        ("pupil_record", date(2012, 2, 29), date(2037, 2, 28)),
        ("transfer_file", date(2024, 12, 31), date(2025, 2, 28)),
        ("pupil_record", date(2001, 5, 5), date(2026, 5, 5)),
    ],
)
def test_a_record_falls_due_by_the_row_in_force_on_its_trigger(kept: str, trigger: date, on: date) -> None:
    found = due(kent(), kept, trigger)
    assert found
    assert found.on == on


def test_totals_are_kept_and_hidden_records_only_deactivated() -> None:
    assert due(kent(), "aggregate", date(2024, 1, 1)) is None
    hidden = due(kent(), "hidden_record", date(2024, 1, 1))
    assert hidden
    assert hidden.action == "deactivate"


def test_another_authority_keeps_by_its_own_schedule() -> None:
    found = due(westmarch(), "all", date(2025, 8, 31))
    assert found
    assert found.on == date(2027, 2, 28)


def test_an_unknown_class_is_told() -> None:
    with pytest.raises(Trouble, match="not a class of record"):
        due(kent(), "diaries", date(2024, 1, 1))


def test_every_period_that_was_not_verified_says_so() -> None:
    rows = [row for rows in kent().retention.values() for row in rows]
    assert {row.source for row in rows} == {"verified", "known", "design"}
    assert all(row.basis for row in rows)
