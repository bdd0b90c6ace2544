from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from concord.core.trouble import Trouble
from concord.web.parts import whole_list
from concord.web.parts.table import Cell, Column, Table

COLUMNS = [Column("name", "Establishment", second="DfE number"), Column("state", "State"), Column("until", "Until")]
ROWS = [
    [Cell("Oak", href="/oak", hint="886/2001"), Cell(None, state="in_force"), date(2027, 10, 21)],
    [Cell("ash", href="/ash", hint="886/2002"), Cell(None, state="suspended"), "–"],
    [Cell("=Elm", href="/elm", hint="886/2003"), Cell(None, state="ended"), date(2026, 12, 24)],
]


def _table(rows=ROWS):
    return Table("Agreements", COLUMNS, rows)


def _names(query):
    return [row[0].value for row in whole_list.page(_table(), QueryDict(query)).rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Oak", "ash", "=Elm"]),
        ("sort=name", ["=Elm", "ash", "Oak"]),
        ("sort=-name", ["Oak", "ash", "=Elm"]),
        ("sort=state", ["=Elm", "Oak", "ash"]),
        ("sort=until", ["=Elm", "Oak", "ash"]),
        ("sort=-until", ["Oak", "=Elm", "ash"]),
        ("sort=nothing", ["Oak", "ash", "=Elm"]),
    ],
)
def test_rows_come_in_the_order_asked_for_and_what_is_not_held_comes_last(query, names):
    assert _names(query) == names


def test_rows_given_by_name_are_sorted_and_taken_like_others():
    table = _table([{"name": "Oak", "state": "b", "until": None}, {"name": "Ash", "state": "a", "until": None}])
    assert whole_list.page(table, QueryDict("sort=name")).rows == [["Ash", "a", None], ["Oak", "b", None]]
    answer = whole_list.taken(table, QueryDict("format=csv"), "trees")
    assert answer.content.decode("utf-8-sig").splitlines()[1:] == ["Oak,b,", "Ash,a,"]


@given(st.integers(0, 160), st.text(max_size=12))
def test_every_row_stands_on_one_page_and_a_strange_page_is_the_first(count, after):
    rows = [[Cell(f"{n:03d}"), "x", n] for n in range(count)]
    seen, start = [], "0"
    while start:
        shown = whole_list.page(_table(rows), QueryDict(f"after={start}"))
        seen += [row[0].value for row in shown.rows]
        start = shown.next_cursor
    assert seen == [f"{n:03d}" for n in range(count)]
    query = QueryDict(mutable=True)
    query["after"] = after if not after.isdecimal() else ""
    assert whole_list.page(_table(rows), query).rows == rows[: whole_list.PAGE]


def test_the_file_has_every_row_in_the_same_order_and_no_formula():
    many = ROWS * 30
    answer = whole_list.taken(_table(many), QueryDict("format=csv&sort=name&after=50"), "agreements")
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert read[0] == ["Establishment", "DfE number", "State", "Until"]
    assert len(read) == 91
    assert read[1] == ["'=Elm", "886/2003", "Ended", "2026-12-24"]
    assert read[-1][:2] == ["Oak", "886/2001"]
    assert read[60][3] == ""


def test_only_an_address_that_asks_for_a_file_gets_one():
    assert whole_list.taken(_table(), QueryDict("sort=name"), "agreements") is None
    with pytest.raises(Trouble, match="CSV or XLSX"):
        whole_list.taken(_table(), QueryDict("format=pdf"), "agreements")


def test_the_links_to_the_files_keep_filter_and_order_and_leave_the_page_out():
    shown = whole_list.page(_table(), QueryDict("state=ended&sort=name&after=50"))
    assert [one.href for one in shown.downloads] == [
        "?state=ended&sort=name&format=csv",
        "?state=ended&sort=name&format=xlsx",
    ]
