"""Values as COLLECT's CSV export writes them, put back as the XML has them."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from concord.core.codesets import load
from concord.core.returns.layout import DataItem

_DAY: Final = "%Y-%b-%d %H:%M:%S"
_WHOLE: Final = r"^(-?[0-9]+)\.0$"


def as_in_xml(item: DataItem) -> pl.Expr:
    """An item's column: `2024-Oct-16 00:00:00` as 2024-10-16, `132.0` as 132, True as true, a code for its name."""
    value = pl.col(item.csv)
    if item.type == "date":
        day = value.str.to_datetime(_DAY, strict=False)
        return pl.when(day == day.dt.truncate("1d")).then(day.dt.strftime("%Y-%m-%d")).otherwise(value)
    if item.type == "boolean":
        return value.str.replace(_WHOLE, "$1").replace({"True": "true", "False": "false"})
    if item.type == "code":
        return value.replace(_written_otherwise(item.codes))
    return value.str.replace(_WHOLE, "$1") if item.type == "integer" or item.form else value


@cache
def _written_otherwise(name: str) -> dict[str, str]:
    """For each other way a code of the set may be written, the code. A way that is itself a code stays what it says."""
    found, codes = {}, load()[name].codes
    for one in codes:
        ways = {one.collect, f"{one.code}.0" if one.code.isdigit() else "", one.code.removeprefix("0")}
        found.update({way: one.code for way in ways if way})
    return {way: code for way, code in found.items() if all(one.code != way for one in codes)}
