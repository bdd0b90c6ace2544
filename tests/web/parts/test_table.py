from __future__ import annotations

from urllib.parse import parse_qsl

from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from concord.web.parts.table import Cell, Column, Filter, Table, drawn
from web.parts import samples
from web.parts.drawing import html_of

COLUMNS = [
    Column("name", "Name", sortable=True),
    Column("state", "State", sortable=True),
    Column("n", "Number", numeric=True),
]
STATES = [("submitted", "Submitted"), ("late", "Late")]


def _table(**given_fields):
    return Table(**({"caption": "Returns", "columns": COLUMNS, "rows": [["A", "B", 1]]} | given_fields))


def _draw(table, query=""):
    request = RequestFactory().get(f"/?{query}")
    return html_of("{{ list_table(shown, request) }}", shown=table, request=request)


def _query(href):
    return parse_qsl(href.removeprefix("?"), keep_blank_values=True)


def test_a_heading_sorts_up_then_down_and_keeps_the_filters():
    at = QueryDict("state=late&after=xyz")
    up = drawn(_table(), at)["headings"][0]
    assert (_query(up["href"]), up["aria"]) == ([("state", "late"), ("sort", "name")], "none")
    down = drawn(_table(sort="name"), at)["headings"][0]
    assert (_query(down["href"])[-1], down["aria"]) == (("sort", "-name"), "ascending")
    assert drawn(_table(sort="-name"), at)["headings"][0]["aria"] == "descending"


def test_only_a_sortable_heading_is_a_link():
    assert [bool(one["href"]) for one in drawn(_table(), QueryDict())["headings"]] == [True, True, False]


def test_a_filter_in_force_is_a_tag_that_takes_away_itself_alone():
    table = _table(filters=[Filter("state", "State", STATES, ["late", "submitted"])])
    tags = drawn(table, QueryDict("state=late&state=submitted&sort=name&after=9"))["tags"]
    assert [tag["words"] for tag in tags] == ["State: Late", "State: Submitted"]
    assert _query(tags[0]["href"]) == [("state", "submitted"), ("sort", "name")]


def test_the_filter_form_carries_the_rest_of_the_address_and_never_the_page():
    table = _table(filters=[Filter("state", "State", STATES)])
    assert drawn(table, QueryDict("state=late&sort=name&q=oak&after=9"))["hidden"] == [("sort", "name"), ("q", "oak")]


def test_the_next_page_keeps_sort_and_filters_and_moves_the_cursor():
    shown = drawn(_table(next_cursor="c2", after="c1"), QueryDict("sort=name&after=c1"))
    assert _query(shown["next"]) == [("sort", "name"), ("after", "c2")]
    assert _query(shown["first"]) == [("sort", "name")]


def test_a_cursor_with_odd_letters_survives_the_address():
    shown = drawn(_table(next_cursor="a&b=ü#"), QueryDict())
    assert _query(shown["next"]) == [("after", "a&b=ü#")]


def test_a_whole_list_does_not_say_that_it_is_a_part():
    assert "on this page" not in _draw(_table(count=1))
    assert "590 returns, 1 on this page" in _draw(_table(count=590, of=("return", "returns")))


def test_rows_may_be_mappings_by_column():
    cells = [cell.said for _, cell in drawn(_table(rows=[{"n": 3, "name": "Ash"}]), QueryDict())["rows"][0]]
    assert cells == ["Ash", "–", "3"]


def test_an_empty_list_says_what_to_do_and_offers_no_headings():
    html = _draw(samples.returns_table(0))
    assert "Clear the filters to see all 590" in html
    assert "<table" not in html


def test_ten_thousand_rows_are_drawn_whole():
    html = _draw(_table(rows=[[f"row {at}", "x", at] for at in range(10_000)]))
    assert html.count('role="rowheader"') == 10_000


@given(st.text(alphabet="<>&\"'abc{}%", min_size=1, max_size=12))
def test_whatever_stands_in_a_cell_a_filter_or_the_address_is_escaped(text):
    probe = f"<i>{text}"
    table = _table(
        caption=probe,
        rows=[[Cell(probe, href="#", hint=probe, about=probe), probe, 1]],
        filters=[Filter("state", probe, [(probe, probe)], [probe])],
        of=(probe, probe),
    )
    html = _draw(table)
    assert "<i>" not in html
    assert escape(probe) in html


def test_a_state_stands_alone_and_a_nought_beside_it_is_still_said():
    assert _draw(_table(rows=[["A", Cell("", state="approved"), 1]])).count("–") == 0
    assert "</strong> 0<" in _draw(_table(rows=[["A", Cell(0, state="error"), 1]]))
