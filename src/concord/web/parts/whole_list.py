"""A list that is in memory as a whole: sorted as the address says, shown a page at a time, taken away as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, QueryDict

from concord.web.downloads import sheet
from concord.web.parts.states import state
from concord.web.parts.table import Cell, Column, Download, Table, as_cell
from concord.web.parts.words import NOTHING

PAGE = 50
FORMS = ("csv", "xlsx")


def page(table: Table, query: QueryDict) -> Table:
    """The part of `table` that the address asks for, its rows sorted, with every column to sort by and the downloads.

    `table` has all rows of the list; `sort`, `after` and `format` are of the address.
    """
    rows, sort = _sorted(table, query.get("sort", ""))
    words = query.get("after", "")
    start = int(words) if words.isascii() and words.isdecimal() and len(words) < 9 else 0
    return replace(
        table,
        columns=[replace(column, sortable=True) for column in table.columns],
        rows=rows[start : start + PAGE],
        sort=sort,
        count=len(rows),
        next_cursor=str(start + PAGE) if len(rows) > start + PAGE else "",
        after=str(start or ""),
        downloads=downloads(query),
    )


def downloads(query: QueryDict) -> list[Download]:
    """The links that take the whole list away as it is filtered and sorted now."""
    links = query.copy()
    links.pop("after", None)
    found = []
    for form in FORMS:
        links["format"] = form
        found.append(Download(form.upper(), f"?{links.urlencode()}"))
    return found


def taken(table: Table, query: QueryDict, name: str) -> HttpResponse | None:
    """The whole list as a file called `name`, where the address asks for one: the second line of a cell is a column."""
    form = query.get("format", "")
    if not form:
        return None
    rows, _ = _sorted(table, query.get("sort", ""))
    cells = [[as_cell(value) for value in row] for row in rows]
    hinted = [at for at in range(len(table.columns)) if any(row[at].hint for row in cells)]
    heads = [head for at, column in enumerate(table.columns) for head in _heads(column, at in hinted)]
    plain = [[one for at, cell in enumerate(row) for one in _plain(cell, at in hinted)] for row in cells]
    return sheet(form, name, heads, plain)


def _heads(column: Column, hinted: bool) -> list[str]:
    return [column.label, column.second or f"{column.label}, further"] if hinted else [column.label]


def _plain(cell: Cell, hinted: bool) -> list[object]:
    value = state(cell.state).words if cell.state else "" if cell.value in (None, NOTHING) else cell.value
    return [value, cell.hint] if hinted else [value]


def _sorted(table: Table, wanted: str) -> tuple[list[Sequence[object]], str]:
    """The rows in the order asked for, and that order's name; as they came where the address names no column."""
    keys = [column.key for column in table.columns]
    rows = [[row.get(key) for key in keys] if isinstance(row, Mapping) else row for row in table.rows]
    if wanted.lstrip("-") not in keys:
        return rows, table.sort
    at = keys.index(wanted.lstrip("-"))
    held = [row for row in rows if _order(row[at]) is not None]
    nothing = [row for row in rows if _order(row[at]) is None]
    held.sort(key=lambda row: _order(row[at]), reverse=wanted.startswith("-"))
    return held + nothing, wanted


def _order(value: object) -> Any:
    """What a cell is sorted by: its state's words, its number or day, or its text without case; None for nothing."""
    cell = as_cell(value)
    if cell.state:
        return state(cell.state).words.casefold()
    if cell.value in (None, "", NOTHING):
        return None
    return cell.value.casefold() if isinstance(cell.value, str) else cell.value
