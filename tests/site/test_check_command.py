"""`concord check` and `concord rules`: what scripts and other people's tools rely on."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from concord.core.returns import build, write
from concord.core.rules import every_rule
from concord.core.rules.sheet import safe
from concord.site.command import main
from core.rules import cases


def returned(folder: Path, name: str = "return.xml", base: str = "SPR", **told: object) -> Path:
    ret = cases.changed("SC", cases.Side("", "pass", base, False, dict(told)))
    path = folder / name
    path.write_bytes(write(build(ret.header, ret.tables)))
    return path


def document(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return told


def test_a_clean_return_exits_0_and_is_told_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(returned(tmp_path)), "--json"]) == 0
    (told,) = document(capsys)
    assert told["outcome"] == "clean"
    assert (told["collection"], told["term"], told["year"], told["establishment"]) == ("SC", "SPR", "2027", "886/4001")
    assert told["findings"] == []
    assert {"rule", "reason"} == set(told["could_not_run"][0])


def test_queries_alone_exit_0_and_an_error_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queried = returned(tmp_path, change={"pupil.0.Language": "OTH"})
    assert main(["check", str(queried), "--json"]) == 0
    assert document(capsys)[0]["counts"] == {"error": 0, "query": 1}
    broken = returned(tmp_path, change={"pupil.0.Sex": "?"})
    assert main(["check", str(broken), "--json"]) == 1
    assert document(capsys)[0]["counts"] == {"error": 1, "query": 0}


def test_a_finding_names_its_rule_pupil_item_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = returned(tmp_path, change={"pupil.0.Sex": "?"})
    main(["check", str(path), "--json"])
    (finding,) = document(capsys)[0]["findings"]
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if "<Sex>?</Sex>" in text)
    assert finding["position"] == {"line": line}
    assert (finding["rule"], finding["dfe_rule"], finding["severity"]) == ("C0351", None, "error")
    assert (finding["level"], finding["item"]) == ("item", "Sex")
    assert finding["pupil"].endswith("886400124001")


def test_an_unreadable_file_exits_2_and_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = returned(tmp_path), tmp_path / "cut.xml"
    bad.write_bytes(good.read_bytes()[:2000])
    assert main(["check", str(bad), str(good), "--json"]) == 2
    told = document(capsys)
    assert [each["outcome"] for each in told] == ["unreadable", "clean"]
    assert told[0]["reason"]


def test_a_return_of_a_collection_that_is_not_known_could_not_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(returned(tmp_path, change={"header.0.year": "2099"})), "--json"]) == 2
    assert "2099" in document(capsys)[0]["reason"]


def test_the_sheet_holds_a_row_a_finding_and_no_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = returned(tmp_path, change={"pupil.0.Sex": "=1+1", "pupil.0.UPN": "=HYPERLINK(1)"})
    main(["check", str(path), "--csv", str(tmp_path / "out.csv")])
    assert "out.csv" in capsys.readouterr().out.replace("\n", "")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert {"C0351", "1510"} <= {row["rule"] for row in rows}
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert {row["pupil"] for row in rows if row["rule"] == "1510"} == {"'=HYPERLINK(1)"}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_what_could_start_a_formula_is_made_text(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_a_pupil_on_roll_at_two_establishments_is_queried_at_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = returned(tmp_path, "one.xml")
    other = returned(tmp_path, "other.xml", change={"header.0.estab": "4002"})
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as packed:
        packed.write(one, "one.xml")
        packed.write(other, "other.xml")
    main(["check", str(tmp_path / "both.zip"), "--json"])
    for told in document(capsys):
        assert {finding["rule"] for finding in told["findings"]} == {"C0307"}
        assert told["counts"]["query"] == 5, "the five on roll; the one who has left may well be elsewhere"


def test_the_census_before_lets_its_rules_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = returned(tmp_path, "before.xml", "AUT", repeat={"pupil.0": 60})
    main(["check", str(returned(tmp_path)), "--previous", str(before), "--json"])
    (told,) = document(capsys)
    assert "C2040" in {finding["rule"] for finding in told["findings"]}
    assert "C2040" not in {each["rule"] for each in told["could_not_run"]}


def test_what_is_no_data_item_is_told_without_its_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = returned(tmp_path)
    text = path.read_text().replace("<Sex>F</Sex>", "<Sex>F</Sex><Shoes>red</Shoes>", 1)
    path.write_text(text)
    main(["check", str(path), "--json"])
    (unknown,) = document(capsys)[0]["unknown"]
    assert unknown["path"].endswith("Shoes")
    assert unknown["count"] == 1
    main(["check", str(path)])
    words = " ".join(capsys.readouterr().out.split())
    assert "Shoes" in words
    assert "red" not in words


def test_people_are_told_causes_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = returned(tmp_path, change={"pupil.0.Ethnicity": "XXXX", "pupil.4.Ethnicity": "XXXX"})
    assert main(["check", str(path)]) == 1
    words = " ".join(capsys.readouterr().out.split())
    assert "2 pupils:" in words
    assert "2 errors, 0 queries" in words
    assert "could not run" in words


def test_the_rule_book_is_told_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--json"]) == 0
    told = document(capsys)
    wanted = {"rule", "dfe_rule", "severity", "level", "collection", "terms", "phases", "since", "until", "message"}
    assert wanted | {"source", "executed"} <= set(told[0])
    assert [each["rule"] for each in told] == [rule.code for rule in every_rule()]
    assert all(each["executed"] for each in told)


def test_one_rule_is_told_and_an_unknown_one_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "1925q"]) == 0
    assert "no longer on roll" in capsys.readouterr().out
    assert main(["rules", "9999"]) == 2
    assert "There is no rule '9999'" in capsys.readouterr().err
