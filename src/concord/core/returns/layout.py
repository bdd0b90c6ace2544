"""The layout of a collection's file: its tables and data items, read from `codesets/data_items/`.

One list drives the reader, the writer, the COLLECT CSV reader and the rules of presence and of code sets.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any, Final, Literal

import polars as pl

from concord.core.shelf import shelf

Roll = Literal["on", "off"]
ROLLS: Final[tuple[Roll, Roll]] = ("on", "off")
FILES: Final = {"SC": "school_census.toml", "SWF": "workforce.toml", "CTF": "ctf.toml"}
SINGLE: Final = frozenset({"school", "modules", "la"})
"""Tables a return has one row of at most."""


@dataclass(frozen=True)
class DataItem:
    """One data item. `on` and `off` are the terms it is collected in for pupils on roll and no longer on roll.

    `type`: text, date, integer, decimal, boolean, code (then `codes` names its set). `form` narrows a text: upn, uln,
    urn, ukprn, uprn, trn, ni_number, postcode, phone, time, eligibility_code. `tag` (V, V-impl, K): of name and place.
    """

    table: str
    name: str
    at: tuple[str, ...]
    also: tuple[tuple[str, ...], ...] = ()
    type: str = "text"
    codes: str = ""
    form: str = ""
    min: int | None = None
    max: int | None = None
    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    csv: str = ""
    since: date | None = None
    until: date | None = None
    tag: str = "K"
    cbds: str = ""

    @property
    def terms(self) -> frozenset[str]:
        return self.on | self.off

    @property
    def leaf(self) -> str:
        """The name of its element, `.` where that is the row's own."""
        return self.at[-1]

    def collected(self, term: str, day: date, roll: Roll = "on") -> bool:
        """Whether the census of that term and census day collects it (for pupils of that roll)."""
        terms = self.on if roll == "on" else self.off
        return term in terms and (self.since or day) <= day <= (self.until or day)


@dataclass(frozen=True)
class Child:
    """Where the rows of another table lie inside a row."""

    table: str
    at: tuple[str, ...]
    on: frozenset[str]
    off: frozenset[str]
    tag: str = "K"

    def collected(self, term: str, roll: Roll) -> bool:
        return term in (self.on if roll == "on" else self.off)


@dataclass(frozen=True)
class Table:
    """One table: its content in the order it is written in, where its rows lie, its names in COLLECT's export.

    `rows` has, by roll, the places under the root element of a table that stands by itself, the one written first.
    Tables without rolls are all `on`.
    """

    name: str
    title: str
    content: tuple[DataItem | Child, ...]
    rows: Mapping[Roll, tuple[tuple[str, ...], ...]]
    csv: Mapping[Roll, tuple[str, ...]]
    collect_only: frozenset[str]

    @cached_property
    def items(self) -> tuple[DataItem, ...]:
        return tuple(one for one in self.content if isinstance(one, DataItem))

    @cached_property
    def children(self) -> tuple[Child, ...]:
        return tuple(one for one in self.content if isinstance(one, Child))


@dataclass(frozen=True)
class Layout:
    """All tables of a kind of collection, by name."""

    kind: str
    tables: Mapping[str, Table]

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    @cached_property
    def root(self) -> str:
        """The table of persons: `pupil`, `member`."""
        return next(name for name, one in self.tables.items() if one.rows and name not in SINGLE)

    @property
    def items(self) -> Iterator[DataItem]:
        return (item for table in self.tables.values() for item in table.items)

    def parents(self, table: str) -> tuple[str, ...]:
        """The tables whose rows its rows lie in, outermost first."""
        return tuple(name for name, one in self.tables.items() if any(child.table == table for child in one.children))

    @cache  # noqa: B019 - layouts live as long as the program
    def links(self, table: str) -> tuple[str, ...]:
        """Columns that hold the row of the person and of other rows it lies in; the nearest is the last that is set."""
        found: dict[str, None] = {}
        for parent in self.parents(table):
            if parent not in SINGLE:
                found.update(dict.fromkeys((self.root, parent)))
        return tuple(found)

    def nested_first(self, table: str, link: str) -> bool:
        """Whether in a file rows of the table inside a `link` row come before those that lie directly in its parent."""
        for parent in self.parents(link):
            order = [child.table for child in self.tables[parent].children]
            if table in order:
                return order.index(link) < order.index(table)
        return True

    @cache  # noqa: B019
    def schema(self, table: str) -> dict[str, type[pl.DataType]]:
        """The columns of its frame: `row`, links (both UInt32), `Roll` for persons with rolls, then the items."""
        columns: dict[str, type[pl.DataType]] = dict.fromkeys(("row", *self.links(table)), pl.UInt32)
        if "off" in self.tables[table].rows:
            columns["Roll"] = pl.String
        return columns | dict.fromkeys((item.name for item in self.tables[table].items), pl.String)

    def __hash__(self) -> int:
        return hash(self.kind)


@cache
def layout(kind: str) -> Layout:
    """The layout of `SC`, `SWF` or `CTF`."""
    path = shelf("codesets") / "data_items" / FILES[kind]
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return Layout(kind, {name: _table(name, entry) for name, entry in tables.items()})


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    content = tuple(_child(one) if "table" in one else _item(name, one) for one in entry["content"])
    rows = {roll: entry.get(f"rows_{roll}", entry.get("rows", ()) if roll == "on" else ()) for roll in ROLLS}
    return Table(
        name,
        entry["title"],
        content,
        {roll: tuple(map(_path, places)) for roll, places in rows.items() if places},
        {roll: tuple(entry[f"csv_{roll}"]) for roll in ROLLS if f"csv_{roll}" in entry},
        frozenset(entry.get("collect_only", ())),
    )


def _child(entry: Mapping[str, Any]) -> Child:
    return Child(entry["table"], _path(entry["at"]), _terms(entry, "on"), _terms(entry, "off"), entry["tag"])


def _item(table: str, entry: Mapping[str, Any]) -> DataItem:
    told = {key: value for key, value in entry.items() if key not in ("item", "at", "also", "on", "off", "csv")}
    return DataItem(
        table,
        entry["item"],
        _path(entry["at"]),
        tuple(map(_path, entry.get("also", ()))),
        on=_terms(entry, "on"),
        off=_terms(entry, "off"),
        csv=entry.get("csv", entry["item"].lower()),
        **told,
    )


def _path(text: str) -> tuple[str, ...]:
    return tuple(text.split("/"))


def _terms(entry: Mapping[str, Any], roll: str) -> frozenset[str]:
    return frozenset(entry.get(roll, "").split())
