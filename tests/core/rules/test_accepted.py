"""What was accepted of DfE's spreadsheet holds where CONCORD_RULES names its folder, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from concord.core.rules import check, every_rule, rule_of, rules_of
from concord.core.trouble import Trouble
from concord.site.command import main
from core.rules import cases

ACCEPTED = """
["1520"]
message = "Repeated {UPN}"
severity = "query"
terms = ["SPR"]
number = "1520Q"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of accepted rules, told by the setting."""
    place = tmp_path / "accepted"
    place.mkdir()
    monkeypatch.setenv("CONCORD_RULES", str(place))
    return place


def test_words_severity_terms_and_number_change_and_the_expression_does_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "2026.toml").write_text(ACCEPTED)
    there = rule_of("1520")
    monkeypatch.delenv("CONCORD_RULES")
    ours = rule_of("1520")
    assert (there.message, there.severity, there.terms, there.dfe_rule) == (
        "Repeated (UPN)",
        "query",
        ("SPR",),
        "1520Q",
    )
    assert (ours.severity, ours.terms, ours.dfe_rule) == ("error", (), "1520")
    assert there.broken is ours.broken
    assert "1520Q, words from DfE's spreadsheet" in there.source


@pytest.mark.parametrize(("base", "severity"), [("SPR", "query"), ("AUT", None)])
def test_a_return_is_checked_by_what_was_accepted(folder: Path, base: str, severity: str | None) -> None:
    (folder / "2026.toml").write_text(ACCEPTED)
    side = cases.Side("1520", "fail", base, True, {"repeat": {"pupil.0": 1}})
    ret = cases.changed("SC", side)
    told = {one.rule: one for one in check(ret, cases.setting(ret, side)).findings}
    assert ("1520" in told) == bool(severity)
    assert severity is None or (told["1520"].severity, told["1520"].message) == (severity, "Repeated (UPN)")


def test_of_two_files_the_later_name_holds_and_rules_not_named_stay(folder: Path) -> None:
    (folder / "2026.toml").write_text(ACCEPTED)
    (folder / "2027.toml").write_text('["1520"]\nseverity = "error"\n\n[T0201]\nmessage = "No UPN"\n')
    assert (rule_of("1520").severity, rule_of("1520").message) == ("error", "Repeated (UPN)")
    assert next(rule for rule in rules_of("CTF") if rule.code == "T0201").message == "No UPN"
    assert rule_of("T0201").dfe_rule is None
    assert sum(rule.message in ("Repeated (UPN)", "No UPN") for rule in every_rule()) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[Z9999]\nseverity = 'error'", "There is no such rule"),
        ("['1520']\nseverity = 'warning'", "error or query"),
        ("['1520']\nterms = 'AUT'", "Terms are a list"),
        ("['1520']\nmessage = ''", "are text"),
        ("['1520']\nbroken = 'true'", "broken cannot be changed"),
        ("1520 = true", "is a table"),
        ("[", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_laid_over_stops_with_what_to_do(folder: Path, text: str, why: str) -> None:
    (folder / "spoilt.toml").write_text(text)
    with pytest.raises(Trouble, match=why) as caught:
        rules_of("SC")
    assert "spoilt.toml" in caught.value.what


def test_a_folder_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONCORD_RULES", str(tmp_path / "nowhere"))
    with pytest.raises(Trouble, match="is not there"):
        every_rule()


def test_the_command_tells_the_rule_as_accepted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "2026.toml").write_text(ACCEPTED)
    assert main(["rules", "1520", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["severity"], told["dfe_rule"], told["terms"]) == ("query", "1520Q", ["SPR"])
    (folder / "2026.toml").write_text("[")
    assert main(["rules", "1510", "--json"]) == 0  # read once for a program's life
