"""DfE's spreadsheet of rules beside ours: told, never executed, and changed only when accepted."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from concord.core.collection import by_id
from concord.core.rules import check, rule_of, rules_of, setting_of
from concord.core.rules.accepted import amended, read_accepted
from concord.core.rules.dfe_sheet import SheetRule, compare, read_sheet, write_accepted
from concord.core.trouble import Unreadable
from concord.site.command import main
from core.rules import cases

ROWS = [
    ["School census validation rules", None, None, None],
    [None, None, None, None],
    ["Rule number", "Error message", "Severity", "Terms"],
    [1510, "Check letter is wrong", "Error", "All: Autumn, Spring, Summer"],
    ["1925Q", "No reason to be here", "Query", "Autumn, Spring, Summer"],
    ["1520", 'Repeated {UPN} "here"', "Query", "Autumn, Spring, Summer"],
    [9876, "A rule nobody has", "Error", "Spring"],
    ["Note", "not a rule", "", ""],
]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["Cover page"])
    rules = book.create_sheet("Rules")
    for row in ROWS:
        rules.append(row)
    book.save(tmp_path / "rules.xlsx")
    return tmp_path / "rules.xlsx"


def test_the_table_of_rules_is_found_below_its_headings_on_any_sheet(sheet: Path) -> None:
    read = read_sheet(sheet)
    assert [rule.number for rule in read] == ["1510", "1925Q", "1520", "9876"]
    assert read[0] == SheetRule("1510", "error", "Check letter is wrong", ("AUT", "SPR", "SUM"))
    assert read[3].terms == ("SPR",)


def test_the_difference_tells_severities_words_and_what_is_not_executed(sheet: Path) -> None:
    difference = compare(read_sheet(sheet), rules_of("SC"))
    assert [(rule.code, dfe.severity) for rule, dfe in difference.changed] == [("1520", "query")]
    assert [rule.code for rule, _ in difference.worded] == ["1510", "1925Q"]
    assert [rule.number for rule in difference.not_executed] == ["9876"]
    assert "1500" in {rule.code for rule in difference.not_in_sheet}
    assert not {"1510", "C0301"} & {rule.code for rule in difference.not_in_sheet}


def test_what_is_accepted_changes_words_and_severity_and_no_expression(sheet: Path, tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    assert write_accepted(compare(read_sheet(sheet), rules_of("SC")), path) == 3
    book = amended(rules_of("SC"), read_accepted(path, {rule.code for rule in rules_of("SC")}))
    rule = next(rule for rule in book if rule.code == "1520")
    assert (rule.severity, rule.message) == ("query", 'Repeated (UPN) "here"')
    assert rule.broken is rule_of("1520").broken
    assert [each for each in book if each.code not in ("1510", "1520", "1925Q")] == [
        each for each in rules_of("SC") if each.code not in ("1510", "1520", "1925Q")
    ]
    side = cases.sides(cases.case_files("SC")["1520"])[1]
    outcome = check(cases.changed("SC", side), setting_of(by_id("SC-SPR-2027")), [rule])
    assert {(one.severity, one.message) for one in outcome.findings} == {("query", 'Repeated (UPN) "here"')}


@pytest.mark.parametrize("content", [b"", b"not a spreadsheet", b"PK\x03\x04 spoilt"])
def test_what_is_no_spreadsheet_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rules.xlsx").write_bytes(content)
    with pytest.raises(Unreadable, match="cannot be read as a spreadsheet"):
        read_sheet(tmp_path / "rules.xlsx")


def test_a_spreadsheet_without_rules_is_unreadable(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "Age"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(Unreadable, match="holds no table of rules"):
        read_sheet(tmp_path / "other.xlsx")


def test_the_command_shows_the_difference_and_changes_nothing_unasked(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "--compare", str(sheet), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [each["rule"] for each in told["changed"]] == ["1520"]
    assert told["accepted"] == 0
    assert main(["rules", "--compare", str(sheet), "--accept", str(tmp_path / "a.toml")]) == 1
    assert "Accepted into" in capsys.readouterr().out
    assert (tmp_path / "a.toml").is_file()


def test_what_the_command_accepted_holds_where_the_setting_names_its_folder(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "accepted"
    folder.mkdir()
    main(["rules", "--compare", str(sheet), "--accept", str(folder / "2026.toml")])
    assert rule_of("1520").severity == "error"
    monkeypatch.setenv("CONCORD_RULES", str(folder))
    assert (rule_of("1520").severity, rule_of("1925Q").message) == ("query", "No reason to be here")
    capsys.readouterr()
    assert main(["rules", "--compare", str(sheet), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == []
