"""The words a rule's expression is written in.

A plain name is an item as sent (`UPN`, text or null). A suffix asks for it read as something: `DOB@day`. A prefix asks
for it from elsewhere: `pupil.DOB@day` in a child table is the date of birth of the pupil the row belongs to. `batch`
makes each of them once for all the returns in it, however many rules use it.

    pupil. school. header.          the row's pupil, establishment, file header
    count.NAME                      a count over other rows: see `aggregates`
    setting.NAME  threshold.NAME    a date of the collection; a threshold
    previous.NAME  capacity         the establishment's last census; its capacity
"""

from __future__ import annotations

from typing import Final

import polars as pl

CENSUS_DAY: Final = "setting.census_day"


def text(name: str) -> pl.Expr:
    """The item as sent."""
    return pl.col(name)


def given(name: str) -> pl.Expr:
    """The item was sent with something in it."""
    return pl.col(name).is_not_null()


def absent(name: str) -> pl.Expr:
    """The item was not sent, or empty."""
    return pl.col(name).is_null()


def day(name: str) -> pl.Expr:
    """The item as a date; null where it is not one."""
    return pl.col(f"{name}@day")


def number(name: str) -> pl.Expr:
    """The item as a number; null where it is not one."""
    return pl.col(f"{name}@number")


def flag(name: str) -> pl.Expr:
    """The item as true or false (`true`, `false`, `1`, `0`); null where it is neither."""
    return pl.col(f"{name}@flag")


def order(name: str) -> pl.Expr:
    """A year group as a number: N1 is -2, N2 -1, R 0, 1 to 14; null for X, M and what is no year group."""
    return pl.col(f"{name}@order")


def age(name: str = "DOB") -> pl.Expr:
    """Age in whole years on the 31 August before the census."""
    return pl.col(f"{name}@age")


def age_on_day(name: str = "DOB") -> pl.Expr:
    """Age in whole years on census day."""
    return pl.col(f"{name}@age_on_day")


def unlisted(name: str, code_set: str, on: str = CENSUS_DAY, until: str = "") -> pl.Expr:
    """The item is given, and is no code of the set on any day from `on` to `until` (items, or dates of the setting)."""
    return pl.col(f"{name}@listed:{code_set}:{on}:{until or on}").not_()


def wrong_letter(name: str) -> pl.Expr:
    """The item has the shape of a UPN, and its first letter is not the one its other twelve characters give."""
    return pl.col(f"{name}@upn_letter").not_()


def wrong_digit(name: str) -> pl.Expr:
    """The item has the shape of a ULN, and its last digit is not the one its other nine give."""
    return pl.col(f"{name}@uln_digit").not_()


def repeated(*names: str, within: str = "ret") -> pl.Expr:
    """Another row has the same values in all of `names` (none null): in the return, or `within="pid"` of one pupil."""
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in names)
    return whole & pl.struct(within, *names).is_duplicated()


def count(name: str) -> pl.Expr:
    """A count over other rows, by its name in `aggregates`."""
    return pl.col(f"count.{name}")


def setting(name: str) -> pl.Expr:
    """A date of the collection."""
    return pl.col(f"setting.{name}")


def threshold(name: str) -> pl.Expr:
    """A threshold, as the LA has it set."""
    return pl.col(f"threshold.{name}")


def previous(name: str) -> pl.Expr:
    """A count of the establishment's last census, named as in `aggregates`."""
    return pl.col(f"previous.{name}")


ON_ROLL: Final = pl.col("Roll") == "on"
LEFT: Final = pl.col("Roll") == "off"
