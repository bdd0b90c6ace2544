from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from concord.core.collection import UnknownCollection, by_id, collection, collections, coming, latest
from concord.core.trouble import Trouble

TODAY = date(2026, 11, 24)
MONTH_AND_WEEK = {("SC", "AUT"): (10, 1), ("SC", "SPR"): (1, 3), ("SC", "SUM"): (5, 3), ("SWF", "AUT"): (11, 1)}


def test_autumn_2026_is_the_last_census_and_spring_2027_the_next() -> None:
    assert latest("SC", TODAY).id == "SC-AUT-2026"
    assert latest("SC", TODAY).reference_date == date(2026, 10, 1)
    following = coming("SC", TODAY)
    assert following is not None
    assert (following.id, following.title, following.academic_year) == (
        "SC-SPR-2027",
        "School Census, Spring 2027",
        "2026/27",
    )


def test_nine_school_censuses_and_three_workforce_censuses_are_held() -> None:
    kinds = [one.kind for one in collections().values()]
    assert (kinds.count("SC"), kinds.count("SWF")) == (9, 3)


@pytest.mark.parametrize("name", list(collections()))
def test_a_census_day_is_the_thursday_its_rule_gives(name: str) -> None:
    one = by_id(name)
    month, week = MONTH_AND_WEEK[one.kind, one.term]
    first = date(one.year, month, 1)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 7 * (week - 1))
    assert one.reference_date == thursday
    assert one.deadline - thursday == timedelta(days=27 if one.kind == "SC" else 29)


def test_each_census_starts_its_meals_window_the_day_after_the_one_before() -> None:
    for one in collections().values():
        if one.kind == "SC" and one.previous:
            before = by_id(one.previous)
            assert one.windows["fsm"] == (before.reference_date + timedelta(days=1), one.reference_date)
            assert one.windows["ap"][0] == before.reference_date


def test_the_windows_that_were_published_are_as_published() -> None:
    assert by_id("SC-SUM-2026").windows["attendance"] == (date(2026, 1, 1), date(2026, 4, 5))
    assert by_id("SC-SUM-2026").deadline == date(2026, 6, 17)
    assert by_id("SC-AUT-2025").deadline == date(2025, 10, 29)


def test_exclusions_overlap_so_that_each_census_tells_two_terms() -> None:
    autumn, spring = by_id("SC-AUT-2026"), by_id("SC-SPR-2027")
    assert autumn.windows["exclusions"] == (date(2026, 1, 1), date(2026, 7, 31))
    assert spring.windows["exclusions"] == (date(2026, 4, 6), date(2026, 12, 31))


def test_a_window_holds_its_last_day_and_not_the_next() -> None:
    window = by_id("SC-AUT-2026").windows["exclusions"]
    assert date(2026, 7, 31) in window
    assert date(2026, 8, 1) not in window


def test_a_workforce_census_is_known_by_its_short_name() -> None:
    assert by_id("SWF-2026") is collection("SWF", "AUT", "2026")


@pytest.mark.parametrize("name", ["SC-AUT-1999", "XX-AUT-2026", "SC-WIN-2026", "", "SWF-2009"])
def test_an_unknown_collection_is_a_trouble_that_names_it(name: str) -> None:
    with pytest.raises(UnknownCollection, match="is not known") as trouble:
        by_id(name)
    assert "SC-AUT-2026" in trouble.value.why


def test_a_spoilt_file_is_a_trouble_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "collections.toml").write_text('[[collection]]\nkind = "SC"\n')
    with pytest.raises(Trouble, match="cannot be read"):
        collections(tmp_path)
