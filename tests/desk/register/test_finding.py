"""A pupil is found by a name spelled nearly right, any number, and a birthday in any usual form (clause 4(c))."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import small_hub
from concord.desk import find_pupils
from concord.desk.find_pupils import wanted
from small_hub import HERE, THERE, census, la, someone


@pytest.mark.parametrize(
    "text",
    [
        "2015-03-21",
        "21/03/2015",
        "21.3.2015",
        "21-03-15",
        "21 03 2015",
        "21032015",
        "21 March 2015",
        "21st Mar 2015",
        "2015/3/21",
    ],
)
def test_a_birthday_is_read_in_any_usual_form(text: str) -> None:
    assert wanted(text) == find_pupils.Wanted(born=(date(2015, 3, 21),))


def test_the_day_comes_before_the_month() -> None:
    assert wanted("03/04/2015").born == (date(2015, 4, 3),)


def test_numbers_names_and_a_birthday_stand_together() -> None:
    asked = wanted("o'neill seán a823432120001 21/03/2015")
    assert asked == find_pupils.Wanted(("oneill", "sean"), ("A823432120001",), (date(2015, 3, 21),))


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "a", "\u202e\u200f", "'", "%%%", "--", "\\"])
def test_what_names_nobody_asks_for_nobody(text: str) -> None:
    assert not wanted(text).asks


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read(text: str) -> None:
    asked = wanted(text)
    assert len(asked.names) <= find_pupils.MOST_WORDS
    assert all(one.isalnum() for one in asked.names)


def found(words: str, actor: object = None) -> list[str]:
    page = find_pupils.search(actor or la("admissions"), words, purpose="admissions")
    return [f"{row['forename']} {row['surname']}" for row in page.rows]


@pytest.fixture
def named(hub: None) -> None:
    names = [("Katherine", "O'Neill"), ("Catherine", "Thompson"), ("Michael", "Smith"), ("Mohammed", "Smyth-Jones")]
    pupils = [
        someone(at, Forename=one[0], Surname=one[1], FormerUPN=someone(50)["UPN"] if at == 2 else "")
        for at, one in enumerate(names)
    ]
    small_hub.load(census(pupils))


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("oneil", "Katherine O'Neill"),
        ("O’Neill Katherine", "Katherine O'Neill"),
        ("catherin tomson", "Catherine Thompson"),
        ("micheal smith", "Michael Smith"),
        ("jones mohamed", "Mohammed Smyth-Jones"),
        ("smith-jones mohammed", "Mohammed Smyth-Jones"),
        ("smithjones", "Mohammed Smyth-Jones"),
    ],
)
def test_a_name_spelled_nearly_right_finds_its_pupil(named: None, words: str, who: str) -> None:
    assert who in found(words)


def test_the_name_as_it_is_comes_before_those_like_it(named: None) -> None:
    assert found("smith")[0] == "Michael Smith"
    assert found("katherine")[0] == "Katherine O'Neill"


@pytest.mark.parametrize("at", [0, 50])
def test_any_upn_finds_its_pupil(named: None, at: int) -> None:
    assert found(someone(at)["UPN"]) == ["Katherine O'Neill" if at == 0 else "Michael Smith"]


def test_a_birthday_alone_finds_its_pupils(named: None) -> None:
    year, month, day = someone(2)["DOB"].split("-")
    assert found(f"{day}/{month}/{year}") == ["Michael Smith"]


def test_a_page_ends_where_the_next_begins(roll: list[dict[str, str]]) -> None:
    seen: list[str] = []
    after = ""
    for _ in range(10):
        page = find_pupils.search(la("admissions"), "son", purpose="admissions", after=after, limit=1)
        seen += [row["upn"] for row in page.rows]
        after = page.after
        if not after:
            break
    whole = find_pupils.search(la("admissions"), "son", purpose="admissions").rows
    assert seen == [row["upn"] for row in whole]


@pytest.mark.parametrize("after", ["x", "|", "99|z", "0|\0", "-1|a", "1" * 400])
def test_a_place_that_is_none_is_the_beginning_or_the_end(roll: list[dict[str, str]], after: str) -> None:
    find_pupils.search(la("admissions"), roll[0]["Surname"], purpose="admissions", after=after)


def test_nobody_is_found_outside_ones_establishments(roll: list[dict[str, str]]) -> None:
    stranger = small_hub.of("inclusion_officer", THERE)
    page = find_pupils.search(stranger, roll[0]["Surname"], purpose="attendance")
    assert page.rows == []
    mine = find_pupils.search(small_hub.of("inclusion_officer", HERE), roll[0]["Surname"], purpose="attendance")
    assert roll[0]["UPN"] in [row["upn"] for row in mine.rows]


def test_a_search_that_asks_for_nobody_is_in_the_ledger_all_the_same(roll: list[dict[str, str]]) -> None:
    before = len(small_hub.deeds("pupils searched"))
    assert found("%") == []
    assert len(small_hub.deeds("pupils searched")) == before + 1
