"""UK postcodes: their form and their one way of being written. Whether one exists is not asked here."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

# The government data standard's pattern, from knowledge (tag K); read on capitals with at most one space.
POSTCODE_PATTERN: Final = (
    r"^(GIR ?0AA|[A-PR-UWYZ]([0-9]{1,2}|[A-HK-Y][0-9]([0-9ABEHMNPRV-Y])?|[0-9][A-HJKPS-UW]) ?[0-9][ABD-HJLNP-UW-Z]{2})$"
)


def is_postcode(text: str) -> bool:
    """Of a postcode's form as written: capitals, at most one space."""
    return bool(re.fullmatch(POSTCODE_PATTERN, text, re.ASCII))


def normal_postcode(text: str) -> str | None:
    """Capitals and one space before the last three characters; None where that gives no postcode."""
    packed = re.sub(r"\s", "", text).upper()
    written = f"{packed[:-3]} {packed[-3:]}"
    return written if is_postcode(written) else None


def is_postcode_expr(column: str | pl.Expr) -> pl.Expr:
    """True where the value has a postcode's form as written; null where there is none."""
    return (pl.col(column) if isinstance(column, str) else column).str.contains(POSTCODE_PATTERN)


def normal_postcode_expr(column: str | pl.Expr) -> pl.Expr:
    """`normal_postcode` for a column: null where there is no postcode in it."""
    text = pl.col(column) if isinstance(column, str) else column
    packed = text.str.replace_all(r"\s", "").str.to_uppercase()
    written = pl.concat_str(packed.str.head(-3), pl.lit(" "), packed.str.tail(3))
    return pl.when(written.str.contains(POSTCODE_PATTERN)).then(written).otherwise(None)
