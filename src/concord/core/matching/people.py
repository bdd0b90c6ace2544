"""A list of pupils made ready for comparing: the columns checked, names folded, days read, blanks made null."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.matching.names import folded, spaced
from concord.core.trouble import Trouble

NEEDED: Final = ("id", "UPN", "Surname", "Forename", "DOB")
WELCOME: Final = ("FormerUPN", "MiddleNames", "PreferredSurname", "FormerSurname", "Sex", "PostCode", "LAEstab")
_TODO: Final = f"Give the columns {', '.join(NEEDED)}; welcome besides are {', '.join(WELCOME)}."


def people(frame: pl.DataFrame, called: str) -> pl.DataFrame:
    """One row a pupil, `at` counting them; `called` names the list in words told to a person."""
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise Trouble(f"The {called} list has no column {', '.join(missing)}.", todo=_TODO)
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in WELCOME if name not in frame.columns)
    _refuse_bad_ids(frame["id"], called)
    return frame.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"),
        pl.col("id").cast(pl.String),
        _packed("UPN").alias("upn"),
        _packed("FormerUPN").alias("former"),
        folded(_text("Surname")).alias("surname"),
        folded(_text("PreferredSurname")).alias("preferred"),
        folded(_text("FormerSurname")).alias("earlier"),
        folded(_text("Forename")).alias("forename"),
        _padded("Surname").alias("surname_parts"),
        _padded("Forename").alias("forename_parts"),
        _padded("MiddleNames").alias("middle_parts"),
        _day(frame.schema["DOB"]).alias("dob"),
        _text("Sex").str.to_uppercase().str.head(1).replace({"": None, "U": None}).alias("sex"),
        _packed("PostCode").alias("postcode"),
        _packed("LAEstab").alias("establishment"),
    )


def _refuse_bad_ids(ids: pl.Series, called: str) -> None:
    said = ids.cast(pl.String)
    for wrong, words in ((said.fill_null("") == "", "no id"), (said.is_duplicated(), "the id of another row")):
        if wrong.any():
            row = int(wrong.arg_max() or 0)
            raise Trouble(
                f"Row {row + 1} of the {called} list has {words}.", todo="Give every record an id of its own."
            )


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String)


def _packed(name: str) -> pl.Expr:
    """Capitals and digits only; null where nothing is left."""
    packed = _text(name).str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    return pl.when(packed != "").then(packed)


def _padded(name: str) -> pl.Expr:
    """The parts of a name with a blank before and after each, so that one part can be looked for."""
    return pl.concat_str(pl.lit(" "), spaced(_text(name)), pl.lit(" "))


def _day(given: pl.DataType) -> pl.Expr:
    """A day however it was given (a date, 2014-05-03 or 03/05/2014); null where it is no day."""
    if given == pl.Date:
        return pl.col("DOB")
    said = _text("DOB").str.strip_chars().str.head(10)
    return pl.coalesce(said.str.to_date("%Y-%m-%d", strict=False), said.str.to_date("%d/%m/%Y", strict=False))
