"""`clauses`, `flows` and `decide` as scripts use them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from agreeing import WESTMARCH, kent
from concord.site.command import main

IN_FORCE = [
    {"kind": "ico_registered", "on": "2024-01-08", "details": {"number": "ZA123456", "expires": "2030-01-01"}},
    {"kind": "signed", "on": "2024-01-08", "version": "1.1", "recorded": "2024-01-08T12:01:00+00:00"},
    {"kind": "privacy_notice_confirmed", "on": "2024-01-09", "evidence": "n"},
    {"kind": "countersigned", "on": "2024-01-10", "version": "1.1"},
]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(words)
    return status, capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status, out = run(capsys, *words, "--json")
    return status, json.loads(out)


def decide(flow: str, role: str, *more: str) -> tuple[str, ...]:
    return "decide", "--flow", flow, "--role", role, "--establishment", "886/4001", *more


def test_the_clause_register_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    status, clauses = told(capsys, "clauses")
    assert status == 0
    assert [one["id"] for one in clauses] == list(kent().clauses)
    assert all({"id", "state", "says", "executed_by", "scenes", "limits"} <= set(one) for one in clauses)


def test_the_scenes_of_a_clause_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    status, clauses = told(capsys, "clauses", "7c", "--run")
    assert (status, clauses[0]["broken"]) == (0, [])
    assert len(clauses[0]["scenes"]) >= 10


def test_a_broken_scene_is_status_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = shutil.copytree(WESTMARCH, tmp_path / "broken")
    page = folder / "clauses/C1.toml"
    page.write_text(page.read_text().replace('state = "suspended"', 'state = "ended"'))
    status, clauses = told(capsys, "clauses", "--run", "--agreement", str(folder))
    assert status == 1
    assert clauses[-1]["broken"][0]["given"] == "suspended"


def test_a_flow_is_told_with_its_price_and_basis(capsys: pytest.CaptureFixture[str]) -> None:
    status, (flow,) = told(capsys, "flows", "figures-pack")
    assert (status, flow["clause"], flow["charge"]["rule"]) == (0, "2h", "chargeable")
    assert len(flow["charge"]["prices"]) == 2
    assert flow["basis"]["law"]


def test_another_agreement_is_shown_from_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    status, flows = told(capsys, "flows", "--agreement", str(WESTMARCH))
    assert status == 0
    assert flows[0]["id"] == "school-census"
    assert "orchestra-feed" not in [one["id"] for one in flows]


def test_an_academys_copy_without_an_agreement_is_status_3_with_the_clause(capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = told(capsys, *decide("academy-census-copy", "courier", "--kind", "academy"))
    assert (status, answer["answer"], answer["clause"], answer["reason"]) == (3, "refusal", "2f", "no_agreement")
    assert "no events were given" in answer["assumed"][0]


def test_a_statutory_return_is_permitted_without_one(capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = told(capsys, *decide("school-census", "data_manager"))
    assert (status, answer["answer"], answer["clause"]) == (0, "permit", "2f")
    assert answer["scope"]["establishments"] == ["886/4001"]


@pytest.mark.parametrize(("on", "status"), [("2024-01-09", 3), ("2024-01-10", 0), ("2027-01-07", 0), ("2027-01-08", 3)])
def test_the_events_file_decides_by_the_day(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, on: str, status: int
) -> None:
    events = tmp_path / "events.json"
    events.write_text(json.dumps(IN_FORCE))
    words = decide("orchestra-feed", "courier", "--on", on, "--events", str(events), "--kind", "academy")
    assert told(capsys, *words)[0] == status


def test_data_items_find_their_categories(capsys: pytest.CaptureFixture[str]) -> None:
    words = decide("professional-view", "sen_caseworker", "--items", "SENprovision,DOB", "--purpose", "sen_support")
    status, answer = told(capsys, *words)
    assert (status, answer["scope"]["categories"]) == (0, ["identity", "sen"])


def test_confidential_items_need_the_second_proof(capsys: pytest.CaptureFixture[str]) -> None:
    words = decide("professional-view", "social_worker", "--items", "care", "--purpose", "welfare")
    assert told(capsys, *words)[1]["reason"] == "step_up_needed"
    assert told(capsys, *words, "--step-up")[0] == 0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("clauses", "9z"), "no operative clause '9z'"),
        (("flows", "tea"), "no flow 'tea'"),
        (decide("foi", "mayor"), "no role 'mayor'"),
        (decide("foi", "dpo", "--kind", "circus"), "no kind 'circus'"),
        (decide("foi", "dpo", "--on", "yesterday"), "is not a date"),
        (decide("foi", "dpo", "--items", "ShoeSize"), "'ShoeSize' is in no category"),
        (decide("foi", "dpo", "--events", "/nowhere.json"), "could not be read"),
        (("decide", "--flow", "foi", "--role", "dpo", "--establishment", "8864001"), "not a DfE number"),
        (("flows", "--agreement", "/nowhere"), "no agreement in 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_status_2_and_says_what_to_do(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], what: str
) -> None:
    status, answer = told(capsys, *words)
    assert status == 2
    assert what in answer["error"]
    assert answer["todo"]


@pytest.mark.parametrize("content", ["{", "{}", "[1]", '[{"kind": "sung", "on": "2024-01-01"}]'])
def test_an_events_file_that_is_none_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str) -> None:
    path = tmp_path / "events.json"
    path.write_text(content)
    status, answer = told(capsys, *decide("foi", "dpo", "--events", str(path)))
    assert (status, bool(answer["todo"])) == (2, True)


def test_people_read_words_and_not_json(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, *decide("academy-census-copy", "courier", "--kind", "academy"))
    assert status == 3
    assert out.startswith("Refused, clause 2f")
    assert run(capsys, "clauses", "4i")[1].startswith("4i  executed")
    assert run(capsys, "flows", "foi")[1].startswith("3g  foi")
