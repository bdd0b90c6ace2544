"""How far two records agree, item by item, and what that weighs.

Each pair gets a level an item (`equal`, `close`, `different`, … as `weights.toml` names them; null where either side is
silent) and the sum of the weights less the size of the register: log2 odds that the two are one pupil.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from concord.core.matching.weights import ITEMS, Level, Weights

A: Final = "a_"
B: Final = "b_"
_NAMES: Final = ("surname", "forename")
_VALUED: Final = ("dob", "surname", "forename", "postcode")
# So many unseen values stand beside the register's own when their commonness is worked out: a small list proves little.
_UNSEEN: Final = {"dob": 5500, "surname": 2000, "forename": 500, "postcode": 20000}


def compare(pairs: pl.DataFrame, incoming: pl.DataFrame, register: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Pairs `a`, `b` with a level and a weight an item (`surname`, `surname_weight`, …), letters apart, and `bits`."""
    both = pl.concat([pairs, _beside(incoming, pairs["a"], A), _beside(register, pairs["b"], B)], how="horizontal")
    both = both.with_columns(_alike(both, name) for name in (*_NAMES, "upn", "postcode"))
    both = both.with_columns(*(_letters(both, name) for name in (*_NAMES, "upn", "postcode")))
    levels = both.select(
        "a",
        "b",
        *(pl.col(B + name).alias(f"{name}_value") for name in _VALUED),
        *(pl.col(f"{name}_letters").cast(pl.Int32) for name in _NAMES),
        _upn().alias("upn"),
        _dob().alias("dob"),
        _surname(weights).alias("surname"),
        _forename(weights, register).alias("forename"),
        _postcode().alias("postcode"),
        _plain("sex").alias("sex"),
        _plain("establishment").alias("establishment"),
    )
    return _weighed(levels, register, weights)


def _beside(people: pl.DataFrame, at: pl.Series, prefix: str) -> pl.DataFrame:
    return people[at].rename(lambda name: prefix + name)


def _alike(both: pl.DataFrame, name: str) -> pl.Series:
    """Jaro-Winkler similarity, 1 where equal; 0 where either is missing."""
    return _measured(both, name, JaroWinkler.normalized_similarity, equal=1.0, silence=0.0).alias(f"{name}_alike")


def _letters(both: pl.DataFrame, name: str) -> pl.Series:
    """Letters changed, left out, added or swapped with a neighbour; 0 where equal, 99 where either is missing."""
    return _measured(both, name, OSA.distance, equal=0.0, silence=99.0).alias(f"{name}_letters")


def _measured(both: pl.DataFrame, name: str, scorer: Any, *, equal: float, silence: float) -> pl.Series:
    """A measure of two columns of names, worked out only where both are said and differ."""
    left, right = both[A + name], both[B + name]
    silent = (left.is_null() | right.is_null()).to_numpy()
    apart = np.flatnonzero((left != right).fill_null(False).to_numpy())
    found = np.full(both.height, equal, dtype=np.float32)
    found[apart] = cpdist(left[apart].to_list(), right[apart].to_list(), scorer=scorer, dtype=np.float32)
    found[silent] = silence
    return pl.Series(found)


def _both_said(name: str) -> pl.Expr:
    return pl.col(A + name).is_not_null() & pl.col(B + name).is_not_null()


def _same(left: str, right: str) -> pl.Expr:
    return (pl.col(A + left) == pl.col(B + right)).fill_null(False)


def _upn() -> pl.Expr:
    return (
        pl.when(_same("upn", "upn"))
        .then(pl.lit("equal"))
        .when(_same("upn", "former") | _same("former", "upn"))
        .then(pl.lit("former"))
        .when(pl.col("upn_letters") <= 1)
        .then(pl.lit("near"))
        .when(_both_said("upn"))
        .then(pl.lit("different"))
    )


def _dob() -> pl.Expr:
    a, b = pl.col(A + "dob"), pl.col(B + "dob")
    days, months, years = a.dt.day() != b.dt.day(), a.dt.month() != b.dt.month(), a.dt.year() != b.dt.year()
    apart = days.cast(pl.Int8) + months.cast(pl.Int8) + years.cast(pl.Int8)
    swapped = ~years & (a.dt.day() == b.dt.month()) & (a.dt.month() == b.dt.day())
    return (
        pl.when(_same("dob", "dob"))
        .then(pl.lit("equal"))
        .when(swapped)
        .then(pl.lit("swapped"))
        .when(apart == 1)
        .then(pl.lit("part"))
        .when(_both_said("dob"))
        .then(pl.lit("different"))
    )


def _also() -> pl.Expr:
    """The surname of one is the preferred or former surname of the other."""
    names = ("surname", "preferred", "earlier")
    return pl.any_horizontal(_same(a, b) for a in names for b in names if "surname" in (a, b))


def _holds(left: str, right: str, name: str) -> pl.Expr:
    """A part of the right side's name, or all of it, is the left side's whole name."""
    whole = pl.concat_str(pl.lit(" "), pl.col(left + name), pl.lit(" "))
    return pl.col(f"{right}{name}_parts").str.contains(whole, literal=True).fill_null(False)


def _close(name: str, weights: Weights) -> pl.Expr:
    alike, letters = pl.col(f"{name}_alike"), pl.col(f"{name}_letters")
    return (alike >= weights.alike["close_similarity"]) | (letters <= weights.alike["close_letters"])


def _tail(name: str, weights: Weights) -> pl.Expr:
    return (
        pl.when(_close(name, weights))
        .then(pl.lit("close"))
        .when(pl.col(f"{name}_alike") >= weights.alike["near_similarity"])
        .then(pl.lit("near"))
        .when(_both_said(name))
        .then(pl.lit("different"))
    )


def _swapped() -> pl.Expr:
    return _same("surname", "forename") & _same("forename", "surname")


def _surname(weights: Weights) -> pl.Expr:
    return (
        pl.when(_same("surname", "surname"))
        .then(pl.lit("equal"))
        .when(_also())
        .then(pl.lit("also"))
        .when(_swapped())
        .then(pl.lit("swapped"))
        .when(_holds(A, B, "surname") | _holds(B, A, "surname"))
        .then(pl.lit("part"))
        .otherwise(_tail("surname", weights))
    )


def _forename(weights: Weights, register: pl.DataFrame) -> pl.Expr:
    a, b = pl.col(A + "forename"), pl.col(B + "forename")
    begins = (b.str.starts_with(a) & (a.str.len_chars() >= 3)) | (a.str.starts_with(b) & (b.str.len_chars() >= 3))
    short = begins | pl.concat_str(a, pl.lit("|"), b).is_in(list(weights.short))
    return (
        pl.when(_same("forename", "forename"))
        .then(pl.lit("equal"))
        .when(_swapped())
        .then(pl.lit("swapped"))
        .when(short | _holds(A, B, "forename") | _holds(B, A, "forename"))
        .then(pl.lit("short"))
        .when(_in_middle(A, B) | _in_middle(B, A))
        .then(pl.lit("middle"))
        .when(_both_in_use(register) & _close("forename", weights))
        .then(pl.lit("near"))
        .otherwise(_tail("forename", weights))
    )


def _both_in_use(register: pl.DataFrame) -> pl.Expr:
    """Both are names that others bear, and no UPN makes them one: Ava and Eva are sooner twins than a slip."""
    borne = register["forename"].drop_nulls().value_counts().filter(pl.col("count") > 1)["forename"].to_list()
    one_upn = _same("upn", "upn") | _same("upn", "former") | _same("former", "upn")
    return ~one_upn & pl.col(A + "forename").is_in(borne) & pl.col(B + "forename").is_in(borne)


def _in_middle(left: str, right: str) -> pl.Expr:
    whole = pl.concat_str(pl.lit(" "), pl.col(left + "forename"), pl.lit(" "))
    return pl.col(f"{right}middle_parts").str.contains(whole, literal=True).fill_null(False)


def _postcode() -> pl.Expr:
    district = pl.col(A + "postcode").str.head(-3) == pl.col(B + "postcode").str.head(-3)
    return (
        pl.when(_same("postcode", "postcode"))
        .then(pl.lit("equal"))
        .when(pl.col("postcode_letters") <= 1)
        .then(pl.lit("near"))
        .when(district)
        .then(pl.lit("district"))
        .when(_both_said("postcode"))
        .then(pl.lit("different"))
    )


def _plain(name: str) -> pl.Expr:
    said = pl.when(_both_said(name)).then(pl.lit("different"))
    return pl.when(_same(name, name)).then(pl.lit("equal")).otherwise(said)


def _weighed(levels: pl.DataFrame, register: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    size = max(weights.limits["fewest"], register.height)
    for name in _VALUED:
        levels = levels.join(_commonness(register, name), on=f"{name}_value", how="left", maintain_order="left")
    levels = levels.with_columns(_weight(item, weights.levels[item]).alias(f"{item}_weight") for item in ITEMS)
    bits = pl.sum_horizontal(f"{item}_weight" for item in ITEMS) - float(np.log2(size))
    return levels.with_columns(bits.alias("bits")).drop(f"{name}_value" for name in _VALUED)


def _commonness(register: pl.DataFrame, name: str) -> pl.DataFrame:
    """How often each value of the register is met, unseen values allowed for."""
    counted = register[name].drop_nulls().value_counts(name="n").rename({name: f"{name}_value"})
    of = register.height + _UNSEEN[name]
    return counted.select(f"{name}_value", ((pl.col("n") + 1) / of).alias(f"{name}_u"))


def _weight(item: str, levels: Mapping[str, Level]) -> pl.Expr:
    fixed = {name: level.weight(1.0) for name, level in levels.items()}
    weight = pl.col(item).replace_strict(fixed, default=None, return_dtype=pl.Float64)
    if item in _VALUED:
        weight = pl.when(pl.col(item) == "equal").then(weight - pl.col(f"{item}_u").log(2)).otherwise(weight)
    return weight.fill_null(0.0)
