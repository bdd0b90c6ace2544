"""A list as a table: what it shows, how it is sorted and filtered, and the addresses that change either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from concord.web.parts import words

DENSE = 6
"""A table of more columns than these is set smaller and may be wider than the page's text."""


@dataclass(frozen=True)
class Column:
    """One column. `key` is its name in the address and in rows that are mappings; `second` names the quieter second
    line of its cells where the list is taken away."""

    key: str
    label: str
    numeric: bool = False
    sortable: bool = False
    second: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell with more than words: a link, a state tag, a quieter second line. `about` makes the link's name
    unique."""

    value: object
    href: str = ""
    state: str = ""
    hint: str = ""
    about: str = ""
    clause: str = ""

    @property
    def said(self) -> str:
        return words.said(self.value)

    @property
    def words(self) -> str:
        """What is said beside a state tag: nothing where nothing is held."""
        return "" if self.value in (None, "") else self.said


@dataclass(frozen=True)
class Filter:
    """One filter: `options` are (value, words) or (value, words, count); `chosen` the values in force, from the
    address."""

    key: str
    label: str
    options: Sequence[tuple[Any, ...]]
    chosen: Sequence[str] = ()

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Each option with whether it is chosen."""
        shown = []
        for value, label, *count in self.options:
            total = f" ({count[0]:,})" if count else ""
            shown.append({"value": value, "words": f"{label}{total}", "chosen": str(value) in self.chosen})
        return shown

    def words_of(self, value: str) -> str:
        """The words of one value, or the value itself when it is not on offer."""
        return next((str(option[1]) for option in self.options if str(option[0]) == value), value)


@dataclass(frozen=True)
class Download:
    """A way to take the whole list away: `label` names the form (CSV, XLSX)."""

    label: str
    href: str


@dataclass(frozen=True)
class Table:
    """A list of one page of rows; a row is a sequence of cells in column order, or a mapping by column key.

    `sort` is a column key, with a leading minus for descending; `count` counts the whole filtered list, named by `of`
    (one, many); `next_cursor` starts the next page and `after` is the cursor this page began at. The first column is
    the row's heading. `nothing` says what an empty list means, and what to do.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object] | Mapping[str, object]]
    sort: str = ""
    filters: Sequence[Filter] = ()
    next_cursor: str = ""
    after: str = ""
    downloads: Sequence[Download] = ()
    count: int | None = None
    of: tuple[str, str] = ("row", "rows")
    as_at: datetime | None = None
    nothing: str = "Nothing to show."
    cards: bool = True
    hide_caption: bool = False
    id: str = "list"


def as_cell(value: object) -> Cell:
    """A plain value as a cell."""
    return value if isinstance(value, Cell) else Cell(value)


def _address(query: QueryDict, **changes: str | None) -> str:
    """The same address with some of its query changed, from the first page on."""
    changed = query.copy()
    changed.pop("after", None)
    for key, value in changes.items():
        if value is None:
            changed.pop(key, None)
        else:
            changed[key] = value
    return "?" + changed.urlencode()


def _headings(table: Table, query: QueryDict) -> list[dict[str, Any]]:
    shown = []
    for column in table.columns:
        down = table.sort == f"-{column.key}"
        up = table.sort == column.key
        target = f"-{column.key}" if up else column.key
        shown.append(
            {
                "column": column,
                "aria": "ascending" if up else "descending" if down else "none",
                "href": _address(query, sort=target) if column.sortable else "",
            }
        )
    return shown


def _tags(table: Table, query: QueryDict) -> list[dict[str, str]]:
    """The filters in force, each with the address that takes it away."""
    shown = []
    for each in table.filters:
        for value in each.chosen:
            left = query.copy()
            left.pop("after", None)
            left.setlist(each.key, [kept for kept in left.getlist(each.key) if kept != value])
            shown.append({"words": f"{each.label}: {each.words_of(value)}", "href": "?" + left.urlencode()})
    return shown


def _rows(table: Table) -> list[list[tuple[Column, Cell]]]:
    shown = []
    for row in table.rows:
        values = [row.get(column.key) for column in table.columns] if isinstance(row, Mapping) else row
        shown.append([(column, as_cell(value)) for column, value in zip(table.columns, values, strict=True)])
    return shown


def drawn(table: Table, query: QueryDict) -> dict[str, Any]:
    """Everything the template of the table needs, worked out from the table and the address of the page."""
    total = len(table.rows) if table.count is None else table.count
    filtered = {each.key for each in table.filters} | {"after"}
    return {
        "table": table,
        "dense": len(table.columns) > DENSE,
        "headings": _headings(table, query),
        "rows": _rows(table),
        "tags": _tags(table, query),
        "clear": _address(query, **dict.fromkeys(filtered)),
        "hidden": [(key, value) for key in query if key not in filtered for value in query.getlist(key)],
        "total": words.counted(total, *table.of),
        "part": len(table.rows) if len(table.rows) < total else 0,
        "next": _address(query, after=table.next_cursor) if table.next_cursor else "",
        "first": _address(query) if table.after else "",
    }
