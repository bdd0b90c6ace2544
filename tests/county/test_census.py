"""The returns: they read back the same, are clean where nothing is planted, and trip the rules that were."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from concord import county
from concord.core.returns import left_out, read, write
from concord.core.rules import check, setting_of
from concord.core.trouble import Trouble
from concord.county.marks import NUMBER
from concord.county.plan import County

TERMS = ("AUT-2026", "SPR-2027", "SUM-2027")
_NOT_POSSIBLE = ("D", "X", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Q", "Z", "#")


@pytest.mark.parametrize("term", TERMS)
def test_a_return_reads_back_as_it_was_and_nothing_is_left_out(kent: County, term: str) -> None:
    made = kent.in_term(term)
    for est in made.open:
        ret = made.returns(est)
        assert read(write(ret)) == ret
        assert not left_out(ret)


@pytest.mark.parametrize("term", TERMS)
def test_nothing_planted_breaks_no_rule_whose_number_is_the_dfes(tidy: County, term: str) -> None:
    made = tidy.in_term(term)
    setting = setting_of(made.term.collection)
    broken = Counter()
    for est in made.open:
        found = check(made.returns(est), setting).findings
        broken.update(one.dfe_rule for one in found if one.severity == "error" and one.dfe_rule)
    assert not broken


@pytest.mark.parametrize("term", TERMS)
def test_every_planted_rule_is_found_in_the_pupil_that_bears_it(term: str) -> None:
    ret, planted = county.one_return(700, seed=3, defects=220, term=term)
    outcome = check(ret, setting_of(county.make(1, 8, 1, term).term.collection))
    assert len(planted) == 220
    found = {(one.dfe_rule, one.pupil) for one in outcome.findings}
    rules = {rule for rule, _ in found}
    assert {one.rule for one in planted if one.rule} <= rules
    upns = set(ret.tables["pupil"]["UPN"].to_list())
    for one in planted:
        if one.rule and one.item == "UPN" and one.sent:
            assert one.sent in upns
            assert (one.rule, one.sent) in found


def test_each_defect_stands_in_the_file_as_it_is_told() -> None:
    ret, planted = county.one_return(400, seed=9, defects=100)
    clean, _ = county.one_return(400, seed=9, defects=0)
    changed = 0
    for name, frame in ret.tables.items():
        before = clean.tables[name]
        for item in frame.columns:
            changed += int((frame[item].ne_missing(before[item])).sum())
    assert len({one.person for one in planted}) == len(planted) == 100
    assert changed >= 100


def test_more_defects_than_pupils_is_trouble() -> None:
    with pytest.raises(Trouble, match="do not fit"):
        county.one_return(50, defects=60)


def test_about_half_of_returns_bear_no_planted_error_and_a_few_bear_several() -> None:
    made = county.make(120, 6000, seed=4, untidy=0)
    errors = [sum(one.rule[-1:] != "Q" for one in made.returned(est)[1]) for est in made.open]
    assert 0.35 < sum(many == 0 for many in errors) / 120 < 0.65
    assert 0.03 < sum(many >= 4 for many in errors) / 120 < 0.25


def test_spring_items_are_in_the_spring_return_and_not_in_the_autumn_one(kent: County, spring: County) -> None:
    est = max(range(12), key=lambda at: kent.open[at].pupils)
    autumn, after = kent.returns(kent.open[est]).tables, spring.returns(spring.open[est]).tables
    for item in ("Ethnicity", "YoungCarer", "ServiceChild"):
        assert autumn["pupil"][item].null_count() == autumn["pupil"].height
        assert after["pupil"].filter(pl.col("Roll") == "on")[item].null_count() == 0
    assert autumn["sen_need"].height == 0
    assert after["sen_need"].height > 0


def test_spring_differs_from_autumn_by_moves_and_changed_values(kent: County, spring: County) -> None:
    base = kent.people.places.enrolments
    moved = (base.leave > kent.term.census) & (base.leave < spring.term.census)
    assert moved.any()
    needs = kent.people.needs
    assert (needs.on(kent.term.census) != needs.on(spring.term.census)).any()
    stays = set(kent.returns(kent.open[1]).tables["pupil"]["UPN"]) & set(
        spring.returns(spring.open[1]).tables["pupil"]["UPN"]
    )
    assert len(stays) > 0.8 * kent.open[1].pupils


def test_sessions_by_code_add_up_to_those_possible(kent: County) -> None:
    for est in kent.open:
        tables = kent.in_term("SUM-2027").holding(est)
        counted = tables.window[tables.rows]
        assert (counted.sum(axis=1) >= tables.possible[tables.rows]).all()
    ret = county.one_return(300, seed=2)[0]
    summed = (
        ret.tables["session"]
        .filter(~pl.col("AttendanceReason").is_in(_NOT_POSSIBLE))
        .group_by("pupil")
        .agg(pl.col("Sessions").cast(pl.Int64).sum())
    )
    told = ret.tables["pupil"].select(pl.col("row").alias("pupil"), pl.col("SessionsPossible").cast(pl.Int64))
    joined = told.join(summed, on="pupil", how="left").filter(pl.col("SessionsPossible") > 0)
    assert joined.height > 100
    assert (joined["Sessions"].fill_null(0) == joined["SessionsPossible"]).all()


def test_every_suspension_is_marked_e_and_ends_before_the_next_begins(kent: County) -> None:
    seen = 0
    for est in kent.open:
        held = kent.holding(est)
        home = held.sent_home
        for row, at, sessions in zip(home.row, home.at, home.sessions, strict=True):
            marked = held.marks[row, 2 * at : 2 * at + sessions]
            assert set(marked.tolist()) <= {NUMBER["E"]}
            seen += 1
    assert seen > 20


def test_a_hostile_surname_travels_unchanged(kent: County) -> None:
    names = kent.people.names
    hostile = set(names.surname[names.hostile].tolist())
    assert len(hostile) >= 4
    sent = {name for est in kent.open for name in read(write(kent.returns(est))).tables["pupil"]["Surname"]}
    assert len(hostile & sent) >= len(hostile) - 1
