"""Reading what was written gives what was to be written, whatever the values and the nesting."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from made_up import AWKWARD, header, made_up_returns

from concord.core.returns import Return, build, layout, left_out, read, write
from concord.core.trouble import Trouble


@settings(max_examples=60, deadline=None)
@given(made_up_returns())
def test_a_school_census_reads_back_as_it_was_written(ret: Return) -> None:
    assert left_out(ret) == []
    assert read(write(ret)) == ret


@settings(max_examples=40, deadline=None)
@given(made_up_returns("SWF"))
def test_a_workforce_census_reads_back_as_it_was_written(ret: Return) -> None:
    assert left_out(ret) == []
    assert read(write(ret)) == ret


@settings(max_examples=40, deadline=None)
@given(made_up_returns("CTF"))
def test_a_ctf_reads_back_as_it_was_written(ret: Return) -> None:
    assert left_out(ret) == []
    assert read(write(ret)) == ret


def one_pupil(**items: Any) -> Return:
    return build(header(), {"pupil": [items]})


@pytest.mark.parametrize("name", AWKWARD)
def test_a_name_survives_verbatim(name: str) -> None:
    assert read(write(one_pupil(Surname=name))).tables["pupil"]["Surname"].to_list() == [name]


def test_an_empty_value_is_absent_and_no_element_is_written_for_it() -> None:
    written = write(one_pupil(Surname="A", Forename="", MiddleNames=None))
    assert b"Forename" not in written
    assert b"MiddleNames" not in written


def test_items_this_census_does_not_collect_are_left_out_and_told() -> None:
    ret = one_pupil(Surname="A", Ethnicity="WBRI")
    assert left_out(ret) == [("pupil", "Ethnicity", 1)]
    assert b"Ethnicity" not in write(ret)
    spring = build(header(term="SPR", year="2027"), {"pupil": [{"Surname": "A", "Ethnicity": "WBRI"}]})
    assert left_out(spring) == []


def test_an_item_that_ended_is_left_out_after_its_day() -> None:
    for year, expected in (("2024", []), ("2026", [("pupil", "SessionsAuthorised", 1)])):
        ret = build(header(year=year), {"pupil": [{"SessionsAuthorised": "4"}]})
        assert left_out(ret) == expected


def test_a_character_xml_cannot_hold_is_a_trouble_that_names_the_item() -> None:
    with pytest.raises(Trouble, match=r"<Surname> has the character U\+0007"):
        write(one_pupil(Surname="a\x07b"))


def test_leavers_come_after_pupils_on_roll_with_their_rows() -> None:
    ret = build(
        header(),
        {
            "pupil": [{"row": 7, "Surname": "Left", "Roll": "off"}, {"row": 3, "Surname": "Here"}],
            "session": [{"pupil": 7, "Sessions": "1"}, {"pupil": 3, "Sessions": "2"}],
        },
    )
    assert ret.tables["pupil"].select("row", "Surname", "Roll").rows() == [(0, "Here", "on"), (1, "Left", "off")]
    assert ret.tables["session"].select("row", "pupil", "Sessions").rows() == [(0, 0, "2"), (1, 1, "1")]


def test_every_frame_has_the_columns_of_the_layout() -> None:
    ret = read(write(one_pupil(Surname="A")))
    plan = layout("SC")
    assert list(ret.tables) == list(plan.tables)
    for name, frame in ret.tables.items():
        assert frame.schema == pl.Schema(plan.schema(name)), name
