"""One establishment's answer to a collection, as frames of text: what every reader gives and the writer takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import polars as pl

from concord.core.collection import TITLES
from concord.core.returns.layout import SINGLE, Layout, layout

Form = Literal["xml", "collect_csv"]
KINDS: Final = {"SC": "SC", "SWF": "SWF", "CTF": "CTF"} | {title: kind for kind, title in TITLES.items()}
"""The kind for each way `Collection` is written in a header."""
TRANSFER: Final = "Common Transfer File"
"""The name of the document in the header of a CTF, which has no Collection."""


@dataclass(frozen=True)
class Header:
    """The header as sent, all text, empty where absent. `native_id`: COLLECT's name of the establishment (CSV only).

    A Common Transfer File has no term; its `year` is the first calendar year of its academic year, its `xversion` the
    version of the CTF. From `document` on are its alone: the name of the document where it is another than Common
    Transfer File; `destination_…`, whom it is for.
    """

    collection: str
    term: str
    year: str
    reference_date: str = ""
    source_level: str = ""
    lea: str = ""
    estab: str = ""
    urn: str = ""
    software: str = ""
    release: str = ""
    xversion: str = ""
    serial: str = ""
    created: str = ""
    native_id: str = ""
    document: str = ""
    qualifier: str = ""
    data_qualifier: str = ""
    descriptor: str = ""
    school_name: str = ""
    destination_lea: str = ""
    destination_estab: str = ""
    destination_urn: str = ""

    @property
    def kind(self) -> str:
        """`SC`, `SWF` or `CTF`, however the collection is written; as sent where it is none of them."""
        return KINDS.get(self.collection, self.collection)

    @property
    def laestab(self) -> str:
        """`886/2001`; empty where either part is missing."""
        return f"{self.lea}/{self.estab}" if self.lea and self.estab else ""

    @property
    def collection_id(self) -> str:
        """`SC-AUT-2026`, `SWF-AUT-2026`: its id in `core.collection`; `CTF-2026`, which is none there."""
        if self.kind == "CTF":
            return f"CTF-{self.year}"
        return f"{self.kind}-{self.term or 'AUT'}-{self.year}"


@dataclass(frozen=True)
class UnknownItem:
    """Something in the file that is no data item in its place: where, how often, the first line and value.

    `read_as` (`pupil.Language`) where its name left no doubt and its values were taken for that item all the same.
    """

    path: str
    count: int
    line: int | None = None
    value: str = ""
    read_as: str = ""


@dataclass(frozen=True, eq=False)
class Return:
    """A return: header, a frame a table (all of the layout's, columns as `Layout.schema`), what was strange in it.

    `remarks` say what the reader had to take from elsewhere. Two are equal when header, frames, unknown items and form
    are; `sha256` (of the bytes read), the name of the file and remarks do not count.
    """

    header: Header
    tables: dict[str, pl.DataFrame]
    unknown: tuple[UnknownItem, ...] = ()
    form: Form = "xml"
    sha256: str = ""
    remarks: tuple[str, ...] = field(default=())
    name: str = ""

    @property
    def layout(self) -> Layout:
        return layout(self.header.kind)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Return):
            return NotImplemented
        same = (self.header, self.unknown, self.form) == (other.header, other.unknown, other.form)
        return (
            same
            and self.tables.keys() == other.tables.keys()
            and all(frame.equals(other.tables[name]) for name, frame in self.tables.items())
        )

    def __hash__(self) -> int:
        return hash((self.header, self.sha256))


def build(header: Header, tables: Mapping[str, pl.DataFrame | Iterable[Mapping[str, Any]]]) -> Return:
    """A return from frames or rows of some of its tables: absent tables are empty, absent columns null, "" is null.

    `row` is numbered where it is not given; rows of a child table name their links (`pupil`, `member` …) by it. Persons
    without `Roll` are on roll. The outcome is in the order a file gives: on roll first, children by their parents.
    """
    plan = layout(header.kind)
    strange = set(tables) - set(plan.tables)
    if strange:
        raise KeyError(f"no tables of a {header.kind} return: {sorted(strange)}")
    conformed = {name: conform(plan, name, tables.get(name, ())) for name in plan.tables}
    for name in SINGLE & conformed.keys():
        if conformed[name].is_empty() and any(len(conformed[child.table]) for child in plan[name].children):
            conformed[name] = conform(plan, name, [{"row": 0}])
    return Return(header, in_file_order(plan, conformed))


def in_file_order(plan: Layout, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same rows in the order a written file gives them, rows and links numbered anew."""
    ordered: dict[str, pl.DataFrame] = {}
    numbers: dict[str, dict[int, int]] = {}
    for table, frame in tables.items():
        links = plan.links(table)
        moved = frame.with_columns(pl.col(link).replace_strict(numbers[link], return_dtype=pl.UInt32) for link in links)
        keys, nulls_last = [*links], [plan.nested_first(table, link) for link in links]
        if "Roll" in frame.columns:
            keys, nulls_last = ["Roll"], [True]
        descending = [key == "Roll" for key in keys]
        if keys:
            moved = moved.sort(keys, descending=descending, nulls_last=nulls_last, maintain_order=True)
        numbers[table] = dict(zip(moved["row"].to_list(), range(len(moved)), strict=True))
        ordered[table] = moved.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    return ordered


def conform(plan: Layout, table: str, rows: pl.DataFrame | Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows as a frame with exactly the columns of the layout."""
    schema = plan.schema(table)
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows), schema_overrides=schema, orient="row")
    strange = set(frame.columns) - set(schema)
    if strange:
        raise KeyError(f"no items of {table}: {sorted(strange)}")
    if "row" not in frame.columns:
        frame = frame.with_row_index("row")
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ]
    texts = [name for name, dtype in schema.items() if dtype == pl.String]
    blanks = pl.when(pl.col(texts) == "").then(None).otherwise(pl.col(texts)).name.keep()
    conformed = frame.select(columns).with_columns(blanks)
    return conformed.with_columns(pl.col("Roll").fill_null("on")) if "Roll" in schema else conformed
