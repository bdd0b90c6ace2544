"""The auditor narrows the ledger to what they look for; what is counted and taken away is what is shown."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from concord.desk import audit, gate
from concord.desk.gate import Refused
from small_hub import HERE, of
from web.pages.conftest import Enter


@pytest.fixture
def lines(enter: Enter) -> None:
    """Two refusals and a permit of other flows than the auditor's own."""
    for _ in range(2):
        with pytest.raises(Refused):
            gate.ask(of("senco", HERE), "audit", establishments=["*"])
    gate.ask(of("head", HERE), "own-ledger", establishments=[HERE])


def _rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_lines_are_narrowed_by_flow_and_by_answer(enter: Enter, lines: None) -> None:
    auditor = enter("auditor")
    told = auditor.get("/ledger", {"answer": "refusal"}).content.decode()
    assert "2 lines" in told
    assert "Answer: Refused" in told
    rows = _rows(auditor.get("/ledger", {"flow": "own-ledger", "format": "csv"}))
    assert [row["Answer"] for row in rows] == ["Permitted"]
    both = {"flow": ["audit", "own-ledger"], "answer": ["refusal", "permit"], "format": "csv"}
    answers = [row["Answer"] for row in _rows(auditor.get("/ledger", both))]
    assert (answers.count("Refused"), set(answers)) == (2, {"Refused", "Permitted"})


def test_the_sums_stay_those_of_the_period(enter: Enter, lines: None) -> None:
    today = gate.today()
    found = audit.period(of("auditor", "*"), today, today, answers=["refusal"])
    assert (found.count, found.refusals, {one.answer for one in found.lines}) == (2, 2, {"refusal"})
    assert found.permits >= 1
    assert sum(count for _, count in found.by_flow) == found.permits + found.refusals + found.deeds
    assert [one.n for one in found.every()] == [one.n for one in found.lines]


@pytest.mark.parametrize(
    "asked", [{"flow": "nothing-such"}, {"answer": "maybe"}, {"flow": "\0"}, {"answer": ["", "%"]}]
)
def test_of_what_no_line_can_be_there_is_none(enter: Enter, lines: None, asked: dict[str, str]) -> None:
    answer = enter("auditor").get("/ledger", asked)
    assert answer.status_code == 200
    assert "No such line in this period." in answer.content.decode()


def test_the_data_protection_officer_is_shown_the_way_to_hidden_records(enter: Enter) -> None:
    officer = enter("dpo")
    assert 'href="/hidden"' in officer.get("/").content.decode()
    assert officer.get("/hidden").status_code == 200
    assert 'href="/hidden"' not in enter("auditor").get("/").content.decode()
