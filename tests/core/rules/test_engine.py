"""The engine: one return or a county give the same answers, and what could not run is never told as passed."""

from __future__ import annotations

import dataclasses
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core.collection import by_id
from concord.core.returns import Return, build, read, write
from concord.core.rules import (
    Setting,
    Surroundings,
    check,
    check_many,
    counts,
    engine,
    group_by_cause,
    rule_of,
    rules_of,
    setting_of,
    shared_upns,
)
from concord.core.rules.columns import text
from concord.core.rules.shapes import error
from core.rules import cases

SPRING = setting_of(by_id("SC-SPR-2027"))


def made(base: str = "SPR", **told: object) -> Return:
    ret: Return = cases.changed("SC", cases.Side("", "pass", base, False, dict(told)))
    return ret


def at(ret: Return, estab: str) -> Return:
    return dataclasses.replace(ret, header=dataclasses.replace(ret.header, estab=estab))


def changes() -> st.SearchStrategy[dict[str, str]]:
    items = [
        "UPN",
        "DOB",
        "Sex",
        "Ethnicity",
        "NCyearActual",
        "EntryDate",
        "SENprovision",
        "SessionsPossible",
        "Boarder",
    ]
    values = st.sampled_from(["", "?", "M", "2019-02-30", "2031-01-01", "K", "B", "7", "R886400124001", "-3", "é"])
    places = st.tuples(st.integers(0, 5), st.sampled_from(items)).map(lambda pair: f"pupil.{pair[0]}.{pair[1]}")
    return st.dictionaries(places, values, max_size=6)


@settings(max_examples=10)
@given(st.lists(st.tuples(changes(), st.sampled_from(["AT", "PS", "SP", "PR", ""])), min_size=1, max_size=3))
def test_many_returns_together_get_the_answers_they_get_alone(told: list[tuple[dict[str, str], str]]) -> None:
    returns = [at(made(change=change, phase=phase), f"{4001 + number}") for number, (change, phase) in enumerate(told)]
    together = check_many(returns, SPRING)
    for ret, outcome in zip(returns, together, strict=True):
        alone = check(ret, SPRING)
        assert outcome.findings == alone.findings
        assert outcome.totals == alone.totals
        assert outcome.could_not_run == alone.could_not_run


def test_the_lazy_select_of_a_county_gives_the_answers_of_the_eager_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ret = made(change={"pupil.0.UPN": "A886400124001", "session.0.AttendanceReason": "H"})
    eager = check(ret, SPRING)
    monkeypatch.setattr(engine, "_ONE_SELECT_LAZY", 0)
    assert check(ret, SPRING).findings == eager.findings != []


@pytest.mark.parametrize("base", ["AUT", "SPR", "SUM"])
def test_a_return_written_as_xml_and_read_again_breaks_no_rule(base: str) -> None:
    ret = made(base)
    again = read(write(build(ret.header, ret.tables)))
    outcome = check(again, setting_of(by_id(again.header.collection_id)))
    assert outcome.findings == []
    assert outcome.rules_run > 300


def test_rules_without_their_comparison_could_not_run_and_say_why() -> None:
    outcome = check(made(), SPRING)
    reasons = dict(outcome.could_not_run)
    assert outcome.kind == "clean"
    assert reasons["C2040"] == "The last census of this establishment is not to hand."
    assert "capacity" in reasons["C2060"]
    assert "other establishments" in reasons["C0307"]


def test_rules_of_a_phase_could_not_run_where_the_phase_is_not_known() -> None:
    outcome = check(made(change={"school.0.Phase": ""}), SPRING)
    assert "phase" in dict(outcome.could_not_run)["C2003"]
    assert "C0202" in outcome.totals


def test_a_rule_whose_dates_are_not_held_could_not_run() -> None:
    days = {name: day for name, day in SPRING.days.items() if not name.startswith("fsm")}
    outcome = check(made(), Setting(days, SPRING.codes, SPRING.thresholds))
    assert "fsm from" in dict(outcome.could_not_run)["1763"]


def test_the_last_census_lets_its_rules_run() -> None:
    before = counts(made("AUT"), setting_of(by_id("SC-AUT-2026")))
    around = {"886/4001": Surroundings(before | {"on_roll": 500}, capacity=5, elsewhere=frozenset())}
    outcome = check(made(), setting_of(by_id("SC-SPR-2027"), around))
    assert outcome.could_not_run == []
    assert list(outcome.totals) == ["C2040"]
    assert "from 500 to 5" in outcome.findings[0].message


def test_counts_are_those_of_the_return() -> None:
    counted = counts(made(), SPRING)
    assert (counted["on_roll"], counted["left"], counted["fsm"], counted["sen"]) == (5, 1, 1, 2)


def test_upns_of_two_establishments_are_shared_and_others_are_not() -> None:
    shared = shared_upns({"886/1": ["A", "B"], "886/2": ["B", "C"], "886/3": ["D"]})
    assert shared == {"886/1": {"B"}, "886/2": {"B"}, "886/3": frozenset()}


def test_a_flood_of_findings_is_cut_and_wholly_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CAP_OF_RULE", 10)
    ret = made(change={"pupil.0.Sex": "?"}, repeat={"pupil.0": 40})
    outcome = check(ret, SPRING, [rule_of("C0351")])
    assert len(outcome.findings) == 10
    assert outcome.counts == {"error": 41, "query": 0}
    assert outcome.cut == 31


def test_a_flood_under_one_rule_leaves_room_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CAP_OF_RETURN", 6)
    ret = made(change={"pupil.0.Sex": "?", "pupil.4.Boarder": "?", "pupil.4.EYPPBF": "?"}, repeat={"pupil.0": 40})
    outcome = check(ret, SPRING, [rule_of(code) for code in ("C0351", "C0741", "C0523")])
    assert {finding.rule for finding in outcome.findings} == {"C0351", "C0741", "C0523"}
    assert len(outcome.findings) == 4
    assert next(cause.words for cause in group_by_cause(outcome)).startswith("41 records: The sex")


def test_findings_stand_errors_first_then_by_rule_and_row() -> None:
    outcome = check(made(change={"pupil.1.Sex": "?", "pupil.0.Sex": "?", "pupil.0.Language": "OTH"}), SPRING)
    assert [(one.rule, one.row) for one in outcome.findings] == [("C0351", 0), ("C0351", 1), ("C0413", 0)]


def test_one_wrong_code_of_many_pupils_is_one_cause() -> None:
    ret = made(change={"pupil.0.Ethnicity": "XXXX", "pupil.4.Ethnicity": "XXXX"})
    (cause,) = group_by_cause(check(ret, SPRING))
    assert (cause.rule, cause.count, cause.pupils) == ("C0402", 2, 2)
    assert cause.words == "2 pupils: The ethnicity 'XXXX' is not a code in force on the day it is for."
    assert "Choose the ethnicity again" in cause.advice


def test_a_finding_of_a_child_row_names_its_pupil() -> None:
    (finding,) = check(made(change={"exclusion.1.Reason1": ""}), SPRING).findings
    assert (finding.rule, finding.table, finding.row) == ("2280", "exclusion", 1)
    assert finding.pupil == made().tables["pupil"]["UPN"][5]


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    rule = error("X1", "pupil", "Sex", text("Sex") == "F", "-", "-", since=date(2027, 1, 21), until=date(2027, 1, 21))
    assert rule.applies("SPR", "AT", date(2027, 1, 21))
    assert not rule.applies("SPR", "AT", date(2027, 1, 20))
    assert not rule.applies("SPR", "AT", date(2027, 1, 22))


def test_codes_are_judged_on_the_day_of_the_event() -> None:
    before, after = "2026-07-31", "2026-08-01"
    for start, broken in ((before, True), (after, False)):
        ret = made("SPR", change={"exclusion.0.Reason1": "VR", "exclusion.0.StartDate": start})
        assert ("C1205" in check(ret, SPRING).totals) is broken


def test_every_item_of_the_layout_stands_in_a_rule() -> None:
    plan = made().layout
    in_rules = {(rule.table, name.partition("@")[0]) for rule in rules_of("SC") for name in (*rule.names, *rule.items)}
    legacy = {item.name for item in plan.items if item.until}
    free = {"SchoolName", "PPATeachers", "SCC"}
    loose = {(item.table, item.name) for item in plan.items} - in_rules
    assert {pair for pair in loose if pair[1] not in legacy | free} == set()


def test_every_coded_item_has_a_rule_over_its_own_code_set() -> None:
    listed = {
        (rule.table, name.split("@listed:")[0], name.split(":")[1])
        for rule in rules_of("SC")
        for name in rule.names
        if ":" in name
    }
    coded = {(item.table, item.name, item.codes) for item in made().layout.items if item.codes}
    assert coded - listed == set()


def test_an_empty_return_is_checked_and_told_empty() -> None:
    ret = made(drop=["pupil"])
    outcome = check(ret, SPRING)
    assert "C2020" in outcome.totals
    assert pl.DataFrame([dataclasses.asdict(finding) for finding in outcome.findings])["pupil"].unique().to_list() == [
        ""
    ]


def test_returns_with_different_columns_are_laid_end_to_end_by_name() -> None:
    whole, bare = made(), made(change={"pupil.0.Sex": "?"})
    pupils = bare.tables["pupil"].drop("Ethnicity")
    bare = at(dataclasses.replace(bare, tables={**bare.tables, "pupil": pupils.select(pupils.columns[::-1])}), "4002")
    both = [at(whole, "4001"), bare]
    assert [outcome.totals for outcome in check_many(both, SPRING)] == [check(ret, SPRING).totals for ret in both]
    assert check(bare, SPRING).totals.keys() >= {"C0351", "C0401"}


def test_what_is_beside_one_return_is_not_taken_for_anothers() -> None:
    returns = [at(made(), "4001"), at(made(), "4002"), at(made(), "4003")]
    around = {"886/4001": Surroundings(capacity=9), "886/4002": Surroundings({"on_roll": 5.0}, elsewhere=frozenset())}
    known = setting_of(by_id("SC-SPR-2027"), around)
    together = [dict(outcome.could_not_run) for outcome in check_many(returns, known)]
    assert together == [dict(check(ret, known).could_not_run) for ret in returns]
    assert ["C2060" in each for each in together] == [False, True, True]
    assert ["C0307" in each for each in together] == [True, False, True]
