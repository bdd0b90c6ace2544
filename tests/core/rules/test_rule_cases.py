"""Every rule against its case file: it holds, it breaks at the row named, and it does right at the edge."""

from __future__ import annotations

import pytest

from concord.core.rules import check, every_rule, rules_of
from core.rules import cases

KINDS = tuple(cases.FOLDERS)
FILES = [(kind, code) for kind in KINDS for code in cases.case_files(kind)]


@pytest.mark.parametrize(("kind", "code"), FILES, ids=[code for _, code in FILES])
def test_the_rule_answers_its_cases(kind: str, code: str) -> None:
    for side in cases.sides(cases.case_files(kind)[code]):
        assert side.code == code, "the file is named for another rule"
        found = sorted(f"{finding.table}.{finding.row}" for finding in cases.found(kind, side))
        assert found == (sorted(side.told["at"]) if side.broken else []), side.name


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_has_its_case_file_and_every_case_file_its_rule(kind: str) -> None:
    assert set(cases.case_files(kind)) == {rule.code for rule in rules_of(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_pass_and_fail_and_edge_differ(kind: str) -> None:
    for code, path in cases.case_files(kind).items():
        told = [side.told | {"at": None, "says": None, "expect": None} for side in cases.sides(path)]
        assert told[0] != told[1] != told[2] != told[0], code


@pytest.mark.parametrize("name", cases.BASES)
def test_the_base_returns_break_no_rule(name: str) -> None:
    kind = cases.BASES[name]
    side = cases.Side("", "pass", name, False, {})
    ret = cases.changed(kind, side)
    outcome = check(ret, cases.setting(ret, side))
    assert outcome.findings == []
    assert outcome.rules_run > 50


def test_no_code_has_two_rows_in_force_on_one_day() -> None:
    codes = [rule.code for rule in every_rule()]
    assert len(codes) == len(set(codes))
