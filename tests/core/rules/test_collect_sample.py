"""The published sample of COLLECT's export: its names and UPNs are hashed, so whole families of rules break."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from concord.core.collection import by_id
from concord.core.returns import Return, read_path
from concord.core.rules import Outcome, check_many, setting_of

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "data" / "census"
pytestmark = pytest.mark.skipif(not SAMPLE.is_dir(), reason="not run: the published sample is not on this machine")


@cache
def sample(folder: Path) -> tuple[list[Return], list[Outcome]]:
    for table in SAMPLE.glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes())
    returns = read_path(folder)
    (name,) = {ret.header.collection_id for ret in returns}
    return returns, check_many(returns, setting_of(by_id(name)))


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Return], list[Outcome]]:
    return sample(tmp_path_factory.mktemp("collect"))


def totals(outcomes: list[Outcome]) -> Counter[str]:
    return sum((Counter(outcome.totals) for outcome in outcomes), Counter())


def test_every_hashed_upn_breaks_the_rules_of_its_form(checked: tuple[list[Return], list[Outcome]]) -> None:
    returns, outcomes = checked
    pupils = sum(ret.tables["pupil"].height for ret in returns)
    found = totals(outcomes)
    assert pupils > 500
    assert found["1510"] == found["1540"] == found["1550"] == found["1575"] == pupils
    assert pupils * 0.8 < found["1530"] <= pupils, "some hashes hold an authority's number by chance"


def test_no_hashed_upn_is_missing_or_repeated(checked: tuple[list[Return], list[Outcome]]) -> None:
    found = totals(checked[1])
    assert found["1500"] == 0
    assert found["1520"] == 0


def test_relations_between_its_random_values_are_counted_as_they_stand(
    checked: tuple[list[Return], list[Outcome]],
) -> None:
    returns, outcomes = checked
    found = totals(outcomes)
    reversed_periods = sum(
        1
        for ret in returns
        for start, end in ret.tables["fsm_period"].select("FSMstartDate", "FSMendDate").iter_rows()
        if start and end and end < start
    )
    other = sum(
        1
        for ret in returns
        for row in ret.tables["exclusion"].iter_rows(named=True)
        if "OT" in (row["Reason1"], row["Reason2"], row["Reason3"]) and (row["StartDate"] or "") > "2020-07-31"
    )
    assert found["C0606"] == reversed_periods > 0
    assert found["2265"] == other > 0


def test_tables_the_export_leaves_out_are_told_not_judged(checked: tuple[list[Return], list[Outcome]]) -> None:
    for outcome in checked[1]:
        reasons = dict(outcome.could_not_run)
        assert "no table of the header" in reasons["100"]
        assert "no table of the establishment" in reasons["C0202"]
        assert "C0202" not in outcome.totals
