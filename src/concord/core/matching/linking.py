"""The decision: who is matched, who is for a person to look at, who is new.

First the same UPN with something that confirms it; then, of the records that are left, the best candidate by weight
where it stands clear of the second. Whatever is unclear is for review, and three things the program never matches: a
pair whose forenames differ (twins share all the rest), a register record claimed by two, an id on the `never` list.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

import polars as pl

from concord.core.matching.candidates import by_upn, candidates
from concord.core.matching.comparing import compare
from concord.core.matching.evidence import with_evidence
from concord.core.matching.people import people
from concord.core.matching.weights import Weights, load_weights

COLUMNS: Final = ("incoming_id", "register_id", "decision", "evidence", "weight")
_AGREEING: Final = ["equal", "short", "middle", "close", "swapped"]
_SURNAME_AGREEING: Final = [*_AGREEING, "also", "part"]
_CONTESTED: Final = "another incoming record claims the same pupil"
_TAKEN: Final = "the pupil is matched to another incoming record"
_RIVAL: Final = "another pupil of the register is as likely"


def match(
    incoming: pl.DataFrame,
    register: pl.DataFrame,
    *,
    never: Set[str] = frozenset(),
    weights: Weights | None = None,
) -> pl.DataFrame:
    """One row an incoming record, in its order: `incoming_id, register_id, decision, evidence, weight`.

    Both frames have id, UPN, Surname, Forename, DOB and may have FormerUPN, MiddleNames, PreferredSurname,
    FormerSurname, Sex, PostCode, LAEstab. `decision` is match, review (`register_id` is the best candidate) or new (no
    `register_id`). `weight` is log2 odds that the two are one pupil.

    A record whose id is in `never`, on either side, is as if it were not there: matched to nothing and suggested for
    nothing. An incoming record of a hidden pupil is thus `new`: whoever loads it asks for the hidden UPNs himself.
    Raises Trouble for a missing column or an id used twice.
    """
    weights = weights or load_weights()
    asked, known = people(incoming, "incoming"), people(register, "register")
    left, right = (one.filter(~pl.col("id").is_in(list(never))) for one in (asked, known))
    right = right.with_columns(at=pl.int_range(pl.len(), dtype=pl.UInt32))
    left = left.with_columns(row=pl.col("at"), at=pl.int_range(pl.len(), dtype=pl.UInt32))
    sure, doubtful = _by_upn(left, right, weights)
    held = doubtful.filter(pl.col("note").is_not_null())["a"]
    scored = _by_weight(left, right, sure, held, weights)
    found = pl.concat([sure, _preferred(scored, doubtful)])
    return _answer(asked, left, right, with_evidence(found, weights))


def _by_upn(left: pl.DataFrame, right: pl.DataFrame, weights: Weights) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Pairs of one UPN: those that are matched, and those that nothing confirms or that are contested."""
    pairs = compare(by_upn(left, right), left, right, weights)
    confirmed = pairs.filter(_confirmed() & (pl.col("upn").is_in(["equal", "former"])))
    rivals = _namesakes(left, right)
    confirmed = confirmed.join(rivals, on="a", how="left", maintain_order="left")
    rival = (pl.col("namesake") != pl.col("b")).fill_null(False) & (pl.col("forename") != "equal")
    claims = pl.len().over("b") > 1
    choices = pl.len().over("a") > 1
    confirmed = confirmed.with_columns(
        decision=pl.when(claims | choices | rival).then(pl.lit("review")).otherwise(pl.lit("match")),
        note=pl.when(claims).then(pl.lit(_CONTESTED)).when(choices | rival).then(pl.lit(_RIVAL)),
    ).drop("namesake")
    nothing = pairs.join(confirmed, on=["a", "b"], how="anti").filter(pl.col("upn") == "equal")
    nothing = nothing.with_columns(decision=pl.lit("review"), note=pl.lit(None, pl.String))
    sure = confirmed.filter(pl.col("decision") == "match")
    doubtful = pl.concat([confirmed.filter(pl.col("decision") == "review"), nothing])
    return sure, doubtful.join(sure, on="a", how="anti")


def _confirmed() -> pl.Expr:
    """The date of birth, or both names, say the same as the UPN; and the forename does not say otherwise."""
    forename = pl.col("forename").is_in(_AGREEING)
    names = forename & pl.col("surname").is_in(_SURNAME_AGREEING)
    born = (pl.col("dob") == "equal") & (forename | pl.col("forename").is_null())
    return names.fill_null(False) | born.fill_null(False)


def _namesakes(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """For each incoming record a register record of its very names and date of birth: a twin's UPN shows here."""
    keys = ["dob", "surname", "forename"]
    same = left.select(pl.col("at").alias("a"), *keys).join(
        right.select(pl.col("at").alias("namesake"), *keys), on=keys
    )
    return same.select("a", "namesake").unique("a", keep="first", maintain_order=True)


def _by_weight(
    left: pl.DataFrame, right: pl.DataFrame, sure: pl.DataFrame, held: pl.Series, weights: Weights
) -> pl.DataFrame:
    """The best candidate of each remaining record with its decision; none where no candidate is worth a look.

    `sure` are the pairs matched already, `held` the incoming records whose UPN leaves a doubt: those are for review.
    """
    rest = left.filter(~pl.col("at").is_in(sure["a"].implode()))
    pairs = compare(candidates(rest, right), left, right, weights)
    pairs = pairs.filter(pl.col("bits") >= weights.limits["review"]).with_columns(
        taken=pl.col("b").is_in(sure["b"].implode()),
        held=pl.col("a").is_in(held.implode()),
        strong=_agrees() & (pl.col("bits") >= weights.limits["match"]),
    )
    # A pupil who is matched already is no candidate, unless he would have been matched here: then that is said.
    worth = pairs.filter(~pl.col("taken") | pl.col("strong")).sort("a", "bits", "b", descending=[False, True, False])
    second = pl.col("bits").slice(1, 1).first().over("a")
    best = worth.with_columns(ahead=(pl.col("bits") - second).fill_null(float("inf")))
    best = best.unique("a", keep="first", maintain_order=True)
    return _decided(best, weights.limits["margin"]).drop("taken", "held", "strong", "ahead")


def _agrees() -> pl.Expr:
    """Alike enough for the program to match: the forename agrees, and the date of birth in all but one part."""
    forename = pl.col("forename").is_in(_AGREEING).fill_null(False)
    return forename & pl.col("dob").is_in(["equal", "swapped", "part"]).fill_null(False)


def _decided(best: pl.DataFrame, margin: float) -> pl.DataFrame:
    alone = pl.col("ahead") >= margin
    best = best.with_columns(clear=pl.col("strong") & alone & ~pl.col("taken") & ~pl.col("held"))
    contested = pl.col("clear") & (pl.col("clear").sum().over("b") > 1)
    note = pl.when(contested).then(pl.lit(_CONTESTED)).when(pl.col("taken")).then(pl.lit(_TAKEN))
    return best.with_columns(
        decision=pl.when(pl.col("clear") & ~contested).then(pl.lit("match")).otherwise(pl.lit("review")),
        note=note.when(~alone).then(pl.lit(_RIVAL)),
    ).drop("clear")


def _preferred(scored: pl.DataFrame, doubtful: pl.DataFrame) -> pl.DataFrame:
    """One pair an incoming record: a match by weight, else the doubtful pair of one UPN, else the best other."""
    together = pl.concat([scored.with_columns(by_upn=False), doubtful.select(scored.columns).with_columns(by_upn=True)])
    order = pl.when(pl.col("decision") == "match").then(0).when(pl.col("by_upn")).then(1).otherwise(2)
    together = together.with_columns(order=order).sort("a", "order", "bits", descending=[False, False, True])
    return together.unique("a", keep="first", maintain_order=True).drop("by_upn", "order")


def _answer(asked: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    noted = pl.concat_str("evidence", "note", separator="; ", ignore_nulls=True)
    rows = found.select(
        left["row"].gather(found["a"]).alias("at"),
        right["id"].gather(found["b"]).alias("register_id"),
        "decision",
        noted.alias("evidence"),
        pl.col("bits").round(2).alias("weight"),
    )
    answer = asked.select("at", pl.col("id").alias("incoming_id")).join(
        rows, on="at", how="left", maintain_order="left"
    )
    return answer.select(
        "incoming_id",
        "register_id",
        pl.col("decision").fill_null("new"),
        pl.col("evidence").fill_null("no pupil of the register is like it"),
        "weight",
    )
