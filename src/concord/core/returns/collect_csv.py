"""COLLECT's export as CSV: one file a table, many establishments by `NativeId`, read to the frames the XML is read to.

Files are named `2024_autumn_pupilonroll.csv`, or `pupilonroll.csv` beside a `schoolcensus.csv` that says the census.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import polars as pl

from concord.core.returns.csv_table import CsvTable
from concord.core.returns.csv_values import as_in_xml
from concord.core.returns.document import refuse
from concord.core.returns.layout import ROLLS, Layout, Roll, Table, layout
from concord.core.returns.model import Header, Return, UnknownItem, build

_NAME: Final = re.compile(r"(?:(20[0-9]{2})_(autumn|spring|summer)_)?([a-z0-9]+)\.csv", re.ASCII | re.IGNORECASE)
_TERMS: Final = {"autumn": "AUT", "spring": "SPR", "summer": "SUM"}
_HEADER: Final = {
    "collection": "collection",
    "term": "term",
    "year": "year",
    "reference_date": "referencedate",
    "source_level": "sourcelevel",
    "lea": "lea",
    "estab": "estab",
    "urn": "urn",
    "software": "softwarecode",
    "release": "release",
    "xversion": "xversion",
    "serial": "serialno",
    "created": "datetime",
}
_FROM_NAMES: Final = "Collection, term and year were taken from the file names: the export has no schoolcensus table."
_ROW_OF: Final = "tableid"
_OWN: Final = frozenset({"nativeid", "sourceid"})


@dataclass
class _Export:
    """The tables of one census, all establishments in them. `owner` says whose a row is, `number` is its row."""

    files: dict[str, CsvTable] = field(default_factory=dict)
    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    unknown: list[pl.DataFrame] = field(default_factory=list)


def is_collect(name: str) -> bool:
    """Whether a file is named as one of COLLECT's tables is."""
    return _parts(name) is not None


def read_collect(contents: Mapping[str, bytes]) -> list[Return]:
    """A return for each establishment and census in the files, by name. Raises Unreadable naming the file and line.

    Values are as the XML would have them (dates, whole numbers, booleans, codes for their names), others verbatim.
    Rows whose pupil is not in the export, and columns and tables that are none of COLLECT's, are told in `unknown`.
    """
    digest = hashlib.sha256(b"".join(name.encode() + contents[name] for name in sorted(contents))).hexdigest()
    return [ret for files in _by_census(contents) for ret in _returns(files, digest)]


@cache
def _tables() -> dict[str, tuple[str, Roll]]:
    """The table and roll of each of COLLECT's tables."""
    plan = layout("SC")
    return {
        name: (table.name, roll) for table in plan.tables.values() for roll in ROLLS for name in table.csv.get(roll, ())
    }


def _parts(name: str) -> tuple[str, str, str] | None:
    """Year, term and table that a file's name says; year and term empty where it does not."""
    found = _NAME.fullmatch(name.rsplit("/", 1)[-1])
    if found is None:
        return None
    return found[1] or "", _TERMS.get((found[2] or "").lower(), ""), found[3].lower()


def _by_census(contents: Mapping[str, bytes]) -> Iterator[_Export]:
    exports: dict[tuple[str, str], _Export] = {}
    for name, content in contents.items():
        year, term, table = _parts(name) or ("", "", name)
        files = exports.setdefault((year, term), _Export()).files
        if table in files:
            refuse(f"{name} is there twice for one census.", "Give one export at a time.")
        files[table] = CsvTable.parse(name, content)
    yield from exports.values()


def _returns(export: _Export, digest: str) -> Iterator[Return]:
    plan = layout("SC")
    heads = _headers(export)
    for table in plan.tables.values():
        for roll in ROLLS:
            for name in table.csv.get(roll, ()):
                if name in export.files:
                    _take(plan, export, table, roll, name)
    _note_tables(export)
    parts = {name: _by_owner(pl.concat(frames, how="diagonal")) for name, frames in export.frames.items()}
    unknown = _by_owner(pl.concat(export.unknown)) if export.unknown else {}
    for owner, (head, remarks) in heads.items():
        tables = {name: of[owner] for name, of in parts.items() if owner in of}
        built = build(head, tables)
        noted = (
            tuple(UnknownItem(path, count) for path, count in unknown[owner].sort("path").rows())
            if owner in unknown
            else ()
        )
        yield Return(head, built.tables, noted, "collect_csv", digest, remarks)


def _take(plan: Layout, export: _Export, table: Table, roll: Roll, name: str) -> None:
    """Puts the rows of one of COLLECT's tables with those of its table, linked to the rows they lie in."""
    file = export.files[name]
    rows = file.frame.rename({column: column.lower() for column in file.frame.columns})
    _note_columns(export, table, file, rows)
    items = {item.name: as_in_xml(item) for item in table.items if item.csv in rows.columns}
    start = sum(len(frame) for frame in export.frames.get(table.name, []))
    taken = rows.select(
        pl.lit(roll).alias("of roll"),
        owner="nativeid",
        row=pl.int_range(start, start + pl.len(), dtype=pl.UInt32),
        key=pl.col(f"{name}{_ROW_OF}") if f"{name}{_ROW_OF}" in rows.columns else pl.lit(None, pl.String),
        **{column: pl.col(column) for column in _parent_keys(plan, table, roll) if column in rows.columns},
        **items,
    )
    if "off" in table.rows:
        taken = taken.with_columns(Roll=pl.lit(roll))
    linked = _linked(plan, export, table, roll, rows=taken, file=file.name)
    if taken.filter(pl.col("key").is_not_null()).select("owner", "key").is_duplicated().any():
        refuse(
            f"{file.name} has two rows of one {name}{_ROW_OF} in one establishment.",
            "Export the census from COLLECT again.",
        )
    export.frames.setdefault(table.name, []).append(linked)


def _parent_keys(plan: Layout, table: Table, roll: Roll) -> dict[str, str]:
    """The columns that hold the key of the row a row lies in, with that row's table."""
    return {
        f"{name}{_ROW_OF}": parent for parent in plan.parents(table.name) for name in plan[parent].csv.get(roll, ())
    }


def _linked(plan: Layout, export: _Export, table: Table, roll: Roll, *, rows: pl.DataFrame, file: str) -> pl.DataFrame:
    """The rows with their links; those whose owner's row is not in the export are noted and left."""
    links = plan.links(table.name)
    if not links:
        return rows.drop(set(rows.columns) & set(_parent_keys(plan, table, roll)))
    found = []
    for column, parent in _parent_keys(plan, table, roll).items():
        if column in rows.columns and parent in export.frames:
            owners = pl.concat(export.frames[parent], how="diagonal")
            keep = [pl.col(link) for link in plan.links(parent) if link in links and link != parent]
            same = pl.col("key").is_not_null() & (pl.col("of roll") == roll)
            keys = owners.filter(same).select("owner", "key", pl.col("row").alias(parent), *keep)
            found.append(rows.join(keys, left_on=["owner", column], right_on=["owner", "key"], how="inner"))
    linked = pl.concat(found, how="diagonal").sort("row") if found else rows.clear()
    unset = [link for link in links if link not in linked.columns]
    linked = linked.with_columns(pl.lit(None, pl.UInt32).alias(link) for link in unset)
    lost = rows.join(linked, on="row", how="anti")
    _note(export, lost, f"{file}: rows whose {plan.parents(table.name)[-1]} is not in the export")
    return linked.drop(set(linked.columns) & set(_parent_keys(plan, table, roll)))


def _by_owner(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    plain = frame.drop("key", "of roll", strict=False)
    return {str(key[0]): part.drop("owner") for key, part in plain.partition_by("owner", as_dict=True).items()}


def _note(export: _Export, rows: pl.DataFrame, path: str) -> None:
    if len(rows):
        counted = (
            rows.group_by("owner").agg(pl.len().alias("count")).select("owner", pl.lit(path).alias("path"), "count")
        )
        export.unknown.append(counted)


def _note_columns(export: _Export, table: Table, file: CsvTable, rows: pl.DataFrame) -> None:
    """Notes columns that hold values and are neither data items nor COLLECT's own."""
    known = {item.csv for item in table.items} | _OWN | table.collect_only
    for column in rows.columns:
        if column not in known and not column.endswith((_ROW_OF, "orderseqcolumn")):
            _note(export, rows.filter(pl.col(column).is_not_null()).select(owner="nativeid"), f"{file.name}/{column}")


def _note_tables(export: _Export) -> None:
    for name, file in export.files.items():
        if name not in _tables() and name != "schoolcensus":
            _note(export, file.frame.select(owner=pl.col("NativeId")), file.name)


def _headers(export: _Export) -> dict[str, tuple[Header, tuple[str, ...]]]:
    """The header of each establishment, and what is to be said of it."""
    owners = sorted({str(owner) for file in export.files.values() for owner in file.frame["NativeId"].unique()})
    told = export.files.get("schoolcensus")
    if told is None:
        year, term, _ = _parts(next(iter(export.files.values())).name) or ("", "", "")
        if not year:
            refuse(
                "the export does not say which census it is of.",
                "Export the schoolcensus table too, or name the files as 2026_autumn_pupilonroll.csv.",
            )
        return {
            owner: (_header(owner, {"collection": "SC", "term": term, "year": year}), (_FROM_NAMES,))
            for owner in owners
        }
    rows = {str(row["NativeId"]): row for row in told.frame.iter_rows(named=True)}
    lost = [owner for owner in owners if owner not in rows]
    if lost:
        refuse(f"{told.name} has no row of the establishment {lost[0]}.", "Export all tables of the census together.")
    return {owner: (_header(owner, _told(rows[owner], told.name)), ()) for owner in owners}


def _told(row: Mapping[str, str | None], name: str) -> dict[str, str]:
    given = {column.lower(): value for column, value in row.items()}
    told = {one: _plain(given.get(column) or "") for one, column in _HEADER.items()}
    told["collection"] = told["collection"] or "SC"
    if told["term"] not in _TERMS.values() or not re.fullmatch(r"20[0-9]{2}", told["year"], re.ASCII):
        refuse(f"{name} does not say a term (AUT, SPR, SUM) and year that are known.", "Export the census again.")
    return told


def _plain(value: str) -> str:
    """A header's value as the XML has it: whole numbers without a fraction, days as 2026-10-01."""
    frame = pl.DataFrame({"value": [value]})
    from_collect = pl.col("value").str.replace(r"^([0-9]+)\.0$", "$1")
    day = from_collect.str.to_datetime("%Y-%b-%d %H:%M:%S", strict=False).dt.strftime("%Y-%m-%d")
    text: str = frame.select(pl.coalesce(day, from_collect)).item()
    return text


def _header(owner: str, told: Mapping[str, str]) -> Header:
    """A header; an establishment's DfE number or URN is taken from its `NativeId` where that is one."""
    number = {}
    if re.fullmatch(r"[0-9]{3}/?[0-9]{4}", owner, re.ASCII):
        number = {"lea": owner[:3], "estab": owner[-4:]}
    elif re.fullmatch(r"[1-9][0-9]{5}", owner, re.ASCII):
        number = {"urn": owner}
    return Header(**{**number, **{key: value for key, value in told.items() if value}, "native_id": owner})
