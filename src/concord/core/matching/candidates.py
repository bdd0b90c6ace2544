"""Pairs worth comparing: records that share one of a few keys. A pair that shares none is never looked at.

Each key stands for one way in which two records of a pupil come to differ: a changed surname, a mistyped forename, a
wrong day of birth, names in each other's place, a move.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_Key = tuple[pl.Expr, ...]

_DOB = pl.col("dob")
_NAME = (pl.col("surname"), pl.col("forename"))

# (what it is for, key of the incoming record, key of the register's record)
KEYS: Final[tuple[tuple[str, _Key, _Key], ...]] = (
    ("surname changed", (_DOB, pl.col("forename").str.head(2)), (_DOB, pl.col("forename").str.head(2))),
    ("forename mistyped", (_DOB, pl.col("surname").str.head(3)), (_DOB, pl.col("surname").str.head(3))),
    ("both mistyped", (_DOB, pl.col("postcode")), (_DOB, pl.col("postcode"))),
    ("day or month wrong", (*_NAME, _DOB.dt.year()), (*_NAME, _DOB.dt.year())),
    ("year wrong", (*_NAME, _DOB.dt.strftime("%m%d")), (*_NAME, _DOB.dt.strftime("%m%d"))),
    ("day and month swapped", (*_NAME, _DOB.dt.strftime("%Y%m%d")), (*_NAME, _DOB.dt.strftime("%Y%d%m"))),
    ("date of birth wrong", (*_NAME, pl.col("postcode")), (*_NAME, pl.col("postcode"))),
    ("names swapped", (_DOB, *_NAME), (_DOB, *_NAME[::-1])),
    (
        "surname and birth wrong",
        (pl.col("postcode"), _NAME[1], pl.col("sex")),
        (pl.col("postcode"), _NAME[1], pl.col("sex")),
    ),
    ("UPN", (pl.col("upn"),), (pl.col("upn"),)),
    ("UPN now former", (pl.col("former"),), (pl.col("upn"),)),
    ("UPN replaced", (pl.col("upn"),), (pl.col("former"),)),
)


def candidates(incoming: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    """Distinct pairs `a` (incoming `at`), `b` (register `at`) sharing any key."""
    pairs = [_sharing(incoming, mine, register, theirs) for _, mine, theirs in KEYS]
    return pl.concat(pairs).unique()


def by_upn(incoming: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    """Pairs of the same UPN, now or formerly."""
    return pl.concat([_sharing(incoming, m, register, t) for name, m, t in KEYS if name.startswith("UPN")]).unique()


def _sharing(incoming: pl.DataFrame, mine: _Key, register: pl.DataFrame, theirs: _Key) -> pl.DataFrame:
    keys = [f"k{i}" for i in range(len(mine))]
    left = incoming.select(pl.col("at").alias("a"), *(e.alias(k) for e, k in zip(mine, keys, strict=True))).drop_nulls()
    right = register.select(
        pl.col("at").alias("b"), *(e.alias(k) for e, k in zip(theirs, keys, strict=True))
    ).drop_nulls()
    return left.join(right, on=keys).select("a", "b")
