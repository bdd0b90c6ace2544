"""Many returns laid end to end, and every column a rule may ask for, made once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from concord.core.returns import Return
from concord.core.rules import derive
from concord.core.rules.aggregates import AGGREGATES, Aggregate
from concord.core.rules.setting import Setting, Surroundings

HEADER_ITEMS: Final = {
    "Collection": "collection",
    "Term": "term",
    "Year": "year",
    "ReferenceDate": "reference_date",
    "SourceLevel": "source_level",
    "LEA": "lea",
    "Estab": "estab",
    "URN": "urn",
    "SoftwareCode": "software",
    "Release": "release",
    "Xversion": "xversion",
    "SerialNo": "serial",
    "DateTime": "created",
    "DocumentName": "document",
    "CTFversion": "xversion",
    "DocumentQualifier": "qualifier",
    "SupplierID": "software",
    "SchoolName": "school_name",
    "AcademicYear": "year",
    "DestSchool/LEA": "destination_lea",
    "DestSchool/Estab": "destination_estab",
    "DestSchool/URN": "destination_urn",
}
"""Header items by their names in the XML, and the fields that hold them. `FileName` is beside them."""
KEYS: Final = {"pupil": "pid", "member": "mid", "contract": "cid", "contact": "nid"}
"""Tables with children, by the column of a child that names its parent: the parent's key over the batch."""
_NUMBERS: Final = frozenset({"row", "ret", *KEYS.values()})
_BY_RETURN: Final = ("school", "header", "return")


class Batch:
    """Tables of several returns of one collection, term and phase.

    Over the whole batch `ret` numbers the return, `pid` the pupil, `mid` and `cid` a workforce return's member and
    contract, `nid` the contact of a CTF.
    """

    def __init__(self, returns: Sequence[Return], setting: Setting, *, phase_known: bool = True) -> None:
        self.returns = returns
        self.phase_known = phase_known
        self.setting = setting
        self.surroundings: list[Surroundings] = [setting.surroundings(ret.header.laestab) for ret in returns]
        self._parts: dict[str, list[pl.DataFrame]] = {}
        self._frames: dict[str, pl.DataFrame] = {}
        self._columns: dict[tuple[str, str], pl.Series] = {}

    def frame(self, table: str) -> pl.DataFrame:
        """`row`, `ret` and the keys of one table of all the returns, end to end."""
        if table not in self._frames:
            self._parts[table] = [_part(each, table) for each in self.returns]
            self._frames[table] = _laid_out(self._parts[table], self.returns, table)
        return self._frames[table]

    def column(self, table: str, name: str) -> pl.Series:
        """One column in the words of `columns`, made on first asking."""
        if (table, name) not in self._columns:
            self._columns[table, name] = self._made(table, name)
        return self._columns[table, name]

    def table(self, table: str, names: Sequence[str]) -> pl.DataFrame:
        """The named columns of a table."""
        return pl.DataFrame([self.column(table, name).alias(name) for name in names])

    def _made(self, table: str, name: str) -> pl.Series:
        prefix, dot, rest = name.partition(".")
        if dot and (prefix in KEYS or prefix in _BY_RETURN):
            return self.column(prefix, rest).gather(self.column(table, KEYS.get(prefix, "ret")))
        if dot and prefix in ("setting", "threshold"):
            return self._constant(table, prefix, rest)
        if dot and prefix == "count":
            return self._counted(table, rest)
        if prefix in ("previous", "capacity"):
            return self._known(table, prefix, rest)
        base, at, reading = name.rpartition("@")
        return self._read(table, base, reading) if at else self._sent(table, reading)

    def _sent(self, table: str, name: str) -> pl.Series:
        """An item as sent, end to end; all null where no return has it. Only headers hold empty text for absent."""
        frame = self.frame(table)
        if name in frame.columns:
            return frame[name]
        kind = pl.UInt32 if name in _NUMBERS else pl.String
        parts = self._parts[table]
        if not any(name in part.columns for part in parts):
            return pl.repeat(None, frame.height, dtype=kind, eager=True)
        pieces = (
            part[name] if name in part.columns else pl.Series([None], dtype=kind).new_from_index(0, part.height)
            for part in parts
        )
        sent = pl.concat(pieces, rechunk=True)  # one piece: many small ones cost every later step
        return sent.set(sent == "", None) if table == "header" else sent

    def _constant(self, table: str, prefix: str, name: str) -> pl.Series:
        value = (self.setting.days if prefix == "setting" else self.setting.thresholds)[name]
        return pl.repeat(value, self.frame(table).height, eager=True)

    def _known(self, table: str, prefix: str, name: str) -> pl.Series:
        if table != "return":
            return self.column("return", f"{prefix}.{name}".rstrip(".")).gather(self.column(table, "ret"))
        if prefix == "capacity":
            return pl.Series([each.capacity for each in self.surroundings], dtype=pl.Int64)
        return pl.Series([(each.previous or {}).get(name) for each in self.surroundings], dtype=pl.Float64)

    def _read(self, table: str, base: str, reading: str) -> pl.Series:
        sent = self.column(table, base)
        if reading == "elsewhere":
            return self._elsewhere(sent, self.column(table, "ret"))
        if reading in derive.AGE_DAYS:
            on = self.setting.days[derive.AGE_DAYS[reading]]
            return derive.years_between(self.column(table, f"{base}@day"), on)
        if reading.startswith("listed:"):
            _, code_set, first, last = reading.split(":")
            return derive.listed(sent, self._date(table, first), self._date(table, last), code_set, self.setting)
        return derive.READINGS[reading](sent, self.setting)

    def _date(self, table: str, name: str) -> pl.Series:
        """A date of the setting, or an item read as one."""
        return self.column(table, name if name.startswith("setting.") else f"{name}@day")

    def _elsewhere(self, upns: pl.Series, ret: pl.Series) -> pl.Series:
        """Whether another establishment returns the pupil too; null where the others' returns are not to hand."""
        pairs = [(at, upn) for at, each in enumerate(self.surroundings) for upn in each.elsewhere or ()]
        shared = pl.DataFrame(pairs, schema={"ret": ret.dtype, "upn": pl.String}, orient="row").with_columns(found=True)
        found = pl.DataFrame({"ret": ret, "upn": upns}).join(
            shared, on=["ret", "upn"], how="left", maintain_order="left"
        )
        known = pl.Series([each.elsewhere is not None for each in self.surroundings]).gather(ret)
        return found["found"].fill_null(False).set(~known, None)

    def _counted(self, table: str, name: str) -> pl.Series:
        """An aggregate, and with it all the others over the same rows: one grouping does for them."""
        known, key = AGGREGATES[table]
        over = known[name].table
        wanted = {each: rule for each, rule in known.items() if rule.table == over and self._can(rule)}
        counted = self._grouped(over, key, wanted, self.frame(table).height)
        for each in wanted:
            self._columns[table, f"count.{each}"] = counted[each]
        return counted[name]

    def _can(self, aggregate: Aggregate) -> bool:
        days = [name.partition(".")[2] for name in aggregate.names if name.startswith("setting.")]
        readings = {name.rpartition("@")[2] for name in aggregate.names}
        days += [day for reading, day in derive.AGE_DAYS.items() if reading in readings]
        return all(day in self.setting.days for day in days)

    def _grouped(self, over: str, key: str, wanted: dict[str, Aggregate], height: int) -> pl.DataFrame:
        names = sorted({key}.union(*(rule.names for rule in wanted.values())))
        rows = self.table(over, names)
        counts = rows.group_by(key).agg(rule.value.alias(name) for name, rule in wanted.items())
        every = pl.DataFrame({key: pl.int_range(height, dtype=pl.UInt32, eager=True)})
        numeric = pl.selectors.numeric() - pl.selectors.by_name(key)
        return every.join(counts, on=key, how="left", maintain_order="left").with_columns(numeric.fill_null(0))


def _laid_out(parts: Sequence[pl.DataFrame], returns: Sequence[Return], table: str) -> pl.DataFrame:
    """The numbers of one table's rows: in their return, of their return, and in the batch with their parents'."""
    heights = [part.height for part in parts]
    ret = np.repeat(np.arange(len(parts), dtype=np.uint32), heights)
    numbers = {"ret": pl.Series(ret), "row": _joined(parts, "row")}
    for parent, key in KEYS.items():
        if any(parent in part.columns for part in parts):
            numbers[key] = _joined(parts, parent) + pl.Series(_before(returns, parent)[ret])
    if table in KEYS:
        numbers[KEYS[table]] = pl.int_range(sum(heights), dtype=pl.UInt32, eager=True)
    return pl.DataFrame(numbers)


def _joined(parts: Sequence[pl.DataFrame], name: str) -> pl.Series:
    """A column of numbers, end to end; a part without it has no rows."""
    return pl.concat([part[name].cast(pl.UInt32) for part in parts if name in part.columns], rechunk=True)


def _part(ret: Return, table: str) -> pl.DataFrame:
    """One table of one return; the establishment, the header and the return itself have one row, whatever was sent."""
    if table == "header":
        sent = {item: [getattr(ret.header, name)] for item, name in HEADER_ITEMS.items()}
        sent["FileName"] = [ret.name]
        return pl.DataFrame(sent, schema=dict.fromkeys(sent, pl.String)).with_columns(row=pl.lit(0, pl.UInt32))
    one = pl.DataFrame({"row": [0]}, schema={"row": pl.UInt32})
    frame = one if table == "return" else ret.tables.get(table, one.clear())
    if table == "school":
        return frame.head(1) if frame.height else one
    return frame


def _before(returns: Sequence[Return], parent: str) -> NDArray[np.uint32]:
    """How many rows of the parent's table stand before each return's own."""
    heights = [ret.tables[parent].height if parent in ret.tables else 0 for ret in returns]
    return np.concatenate([[0], np.cumsum(heights)[:-1]]).astype(np.uint32)
