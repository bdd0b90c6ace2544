"""`concord check` on Common Transfer Files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from concord.core.returns import build, write
from concord.site.command import main
from core.rules import cases


def transfer(folder: Path, name: str = "8862001_CTF_8864001_001.xml", **told: object) -> Path:
    ret = cases.changed("CTF", cases.Side("", "pass", "CTF", False, dict(told)))
    path = folder / name
    path.write_bytes(write(build(ret.header, ret.tables)))
    return path


def document(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return told


def test_a_clean_file_exits_0_and_says_whom_it_is_from_and_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(transfer(tmp_path)), "--json"]) == 0
    (told,) = document(capsys)
    assert (told["collection"], told["term"], told["year"]) == ("CTF", "", "2026")
    assert (told["establishment"], told["destination"]) == ("886/2001", "886/4001")
    assert (told["outcome"], told["findings"], told["could_not_run"]) == ("clean", [], [])


def test_a_finding_names_its_rule_pupil_item_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = transfer(tmp_path, change={"sen_history.1.SENprovision": "?"})
    assert main(["check", str(path), "--json"]) == 1
    (finding,) = document(capsys)[0]["findings"]
    line = next(at for at, text in enumerate(path.read_text().splitlines(), 1) if "<SENprovision>?" in text)
    assert (finding["rule"], finding["pupil"], finding["item"]) == ("T0326", "Y886543112017", "SENprovision")
    assert finding["position"] == {"line": line}


def test_a_name_that_does_not_fit_the_header_is_found_at_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(transfer(tmp_path, "8862001_CTF_XXXXXXX_001.xml")), "--json"]) == 1
    assert [each["rule"] for each in document(capsys)[0]["findings"]] == ["T0143"]


@pytest.mark.parametrize(("taker", "status"), [("886/4001", 0), ("886/4002", 2), ("886/LLLL", 2)])
def test_a_file_for_another_is_refused_where_a_taker_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], taker: str, status: int
) -> None:
    assert main(["check", str(transfer(tmp_path)), "--for", taker, "--json"]) == status
    (told,) = document(capsys)
    assert (told["outcome"] == "unreadable") == bool(status)
    assert not status or f"not for {taker}" in told["reason"]


def test_files_of_several_days_and_a_census_are_checked_each_as_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    born = {"pupil.0.DOB": "2027-02-01", "pupil.0.NCyearActual": ""}
    early, late = (
        {**born, "header.0.created": "2027-01-06T10:00:00"},
        {**born, "header.0.created": "2027-03-01T10:00:00"},
    )
    census = cases.changed("SC", cases.Side("", "pass", "SPR", False, {}))
    (tmp_path / "census.xml").write_bytes(write(build(census.header, census.tables)))
    transfer(tmp_path, change=early)
    transfer(tmp_path, "8862001_CTF_8864001_002.xml", change=late)
    assert main(["check", str(tmp_path), "--json"]) == 1
    told = {each["file"]: {one["rule"] for one in each["findings"]} for each in document(capsys)}
    assert "T0226" in told["8862001_CTF_8864001_001.xml"]
    assert "T0226" not in told["8862001_CTF_8864001_002.xml"]
    assert told["census.xml"] == set()


def test_without_the_day_it_was_made_the_rules_that_need_it_could_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(transfer(tmp_path, change={"header.0.created": ""})), "--json"])
    (told,) = document(capsys)
    assert {each["rule"] for each in told["findings"]} == {"T0109"}
    assert "T0244" in {each["rule"] for each in told["could_not_run"]}
