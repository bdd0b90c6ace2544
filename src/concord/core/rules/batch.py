"""Many returns laid end to end, and every column a rule may ask for, made once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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
        self.kinds = [_kind(at, *pair) for at, pair in enumerate(zip(returns, self.surroundings, strict=True))]
        self._sent_of: dict[str, pl.DataFrame] = {}
        self._frames: dict[str, pl.DataFrame] = {}
        self._columns: dict[tuple[str, str], pl.Series] = {}

    def frame(self, table: str) -> pl.DataFrame:
        """`row`, `ret` and the keys of one table of all the returns, end to end."""
        if table not in self._frames:
            sent, heights = _end_to_end(self.returns, table)
            self._sent_of[table] = sent
            self._frames[table] = _laid_out(sent, heights, self.returns, table)
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
        """An item as sent, end to end; all null where no return has it."""
        frame = self.frame(table)
        if name in frame.columns:
            return frame[name]
        sent = self._sent_of[table]
        if name in sent.columns:
            return sent[name].rechunk()  # one piece: many small ones cost every later step
        return pl.repeat(None, frame.height, dtype=pl.UInt32 if name in _NUMBERS else pl.String, eager=True)

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
            if first.startswith("setting.") and last.startswith("setting."):
                codes = self.setting.codes_between(code_set, self._day_of(first), self._day_of(last))
                return derive.among(sent, codes)
            return derive.listed(sent, self._date(table, first), self._date(table, last), code_set, self.setting)
        return derive.READINGS[reading](sent, self.setting)

    def _day_of(self, name: str) -> date:
        return self.setting.days[name.removeprefix("setting.")]

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


def _kind(at: int, ret: Return, around: Surroundings) -> object:
    """Equal for returns that have and lack the same beside them; one that has more to ask of is a kind of its own."""
    if ret.form == "collect_csv" or around.previous is not None:
        return at
    return (around.capacity is None, around.elsewhere is None)


def _end_to_end(returns: Sequence[Return], table: str) -> tuple[pl.DataFrame, list[int]]:
    """One table of all the returns, one under another, and how many rows are each return's.

    It is not yet in one piece: only columns that are asked for are worth that.
    """
    if table in ("header", "return"):
        return (_headers(returns) if table == "header" else _row_each(len(returns))), [1] * len(returns)
    parts = [_part(each, table) for each in returns]
    alike = all(part.columns == parts[0].columns for part in parts)
    whole = pl.concat(parts, how="vertical" if alike else "diagonal", rechunk=False)
    return whole, [part.height for part in parts]


def _laid_out(sent: pl.DataFrame, heights: Sequence[int], returns: Sequence[Return], table: str) -> pl.DataFrame:
    """The numbers of one table's rows: in their return, of their return, and in the batch with their parents'."""
    ret = np.repeat(np.arange(len(heights), dtype=np.uint32), heights)
    numbers = {"ret": pl.Series(ret), "row": _number(sent, "row")}
    for parent, key in KEYS.items():
        if parent in sent.columns:
            numbers[key] = _number(sent, parent) + pl.Series(_before(returns, parent)[ret])
    if table in KEYS:
        numbers[KEYS[table]] = pl.int_range(sent.height, dtype=pl.UInt32, eager=True)
    return pl.DataFrame(numbers)


def _number(sent: pl.DataFrame, name: str) -> pl.Series:
    return sent[name].rechunk().cast(pl.UInt32)


def _row_each(size: int) -> pl.DataFrame:
    return pl.DataFrame({"row": pl.zeros(size, dtype=pl.UInt32, eager=True)})


def _headers(returns: Sequence[Return]) -> pl.DataFrame:
    """The headers as a table; they hold empty text for absent, which is null here as everywhere."""
    items = {item: [getattr(ret.header, name) or None for ret in returns] for item, name in HEADER_ITEMS.items()}
    items["FileName"] = [ret.name or None for ret in returns]
    return pl.DataFrame(items, schema=dict.fromkeys(items, pl.String)).hstack(_row_each(len(returns)))


_ONE_ROW: Final = _row_each(1)
_NO_ROW: Final = _row_each(0)


def _part(ret: Return, table: str) -> pl.DataFrame:
    """One table of one return; the establishment has one row, whatever was sent."""
    frame = ret.tables.get(table, _NO_ROW)
    return frame if table != "school" else frame.head(1) if frame.height else _ONE_ROW


def _before(returns: Sequence[Return], parent: str) -> NDArray[np.uint32]:
    """How many rows of the parent's table stand before each return's own."""
    heights = [ret.tables[parent].height if parent in ret.tables else 0 for ret in returns]
    return np.concatenate([[0], np.cumsum(heights)[:-1]]).astype(np.uint32)
