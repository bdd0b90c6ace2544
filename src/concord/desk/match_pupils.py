"""Who is each pupil of a return in the register? UPN with a confirming item, else evidence; the unclear wait (4(f))."""

from __future__ import annotations

import secrets
import time
import uuid

import polars as pl

from concord.core.agreement.model import Permit
from concord.core.matching import match
from concord.desk.offered import fold
from concord.store import changes, pupils, register

COLUMNS = (
    "UPN",
    "FormerUPN",
    "Surname",
    "Forename",
    "MiddleNames",
    "PreferredSurname",
    "FormerSurname",
    "DOB",
    "Sex",
    "PostCode",
)


def recognise(permit: Permit, frame: pl.DataFrame, version: int) -> pl.DataFrame:
    """The frame with `id` (the register's, or a new one), `decision` (match, new, review) and `evidence` of each pupil.

    What a person has already decided for a row of this version stands. Rows still to be reviewed have no id.
    """
    incoming = frame.select(pl.col("row").cast(pl.String).alias("id"), *COLUMNS)
    known = _might_be(permit, incoming)
    found = match(incoming, known).select("incoming_id", "register_id", "decision", "evidence")
    joined = frame.with_columns(pl.col("row").cast(pl.String).alias("incoming_id")).join(
        found, on="incoming_id", how="left"
    )
    return _identified(joined.drop("incoming_id"), _settled(permit, version))


def _might_be(permit: Permit, incoming: pl.DataFrame) -> pl.DataFrame:
    """The pupils to compare with: those of the same UPN, and all who are near where that does not settle it."""
    asked = _asked(incoming)
    known = register.candidates(permit, asked.with_columns(unclear=pl.lit(False)))
    unclear = asked.filter(~pl.Series(_settles(incoming, known), dtype=pl.Boolean))
    if unclear.is_empty():
        return known
    near = register.candidates(permit, unclear.with_columns(unclear=pl.lit(True)))
    return pl.concat([known, near]).unique("id", maintain_order=True)


def _settles(incoming: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """Of each incoming pupil whether its UPN is one pupil's, both names and the birthday being the very same.

    Nobody who is merely near could change what is then decided. A UPN given twice, on either side, settles nothing.
    """
    claimed = pl.concat([incoming["UPN"], incoming["FormerUPN"]]).drop_nulls()
    doubtful = pl.concat([claimed.filter(claimed.is_duplicated()), known["UPN"].filter(known["UPN"].is_duplicated())])
    same = known.select("UPN", "Surname", "Forename", "DOB", same=pl.lit(True)).unique()
    found = incoming.join(same, on=["UPN", "Surname", "Forename", "DOB"], how="left", maintain_order="left")
    return found.select(pl.col("same").fill_null(False) & ~pl.col("UPN").is_in(doubtful.implode()).fill_null(True))[
        "same"
    ]


def _asked(incoming: pl.DataFrame) -> pl.DataFrame:
    """What the register is asked of each pupil, in the columns of `register.candidates`."""
    initials = [fold(surname or "")[:1] for surname in incoming["Surname"]]
    return incoming.select(
        pl.col("UPN").fill_null("").alias("upn"),
        pl.col("FormerUPN").fill_null("").alias("former"),
        pl.col("DOB").str.to_date("%Y-%m-%d", strict=False).alias("dob"),
        pl.Series("initial", initials, pl.String),
        pl.col("Sex").fill_null("").alias("sex"),
        pl.col("PostCode").fill_null("").alias("postcode"),
    )


def _settled(permit: Permit, version: int) -> dict[int, tuple[str, str]]:
    """What an MI officer has decided of a row: the pupil's id, and whether it is to be made (`new`) or is there."""
    answers = changes.answered(permit, version)
    there = {one.id for one in pupils.many(permit, answers.values())}
    return {row: (str(pupil), "match" if pupil in there else "new") for row, pupil in answers.items()}


def _fresh() -> str:
    """A new pupil's id (RFC 9562, version 7): in the order of making, so that a return's pupils lie together on disk.

    Scattered over a county's indexes, each return's rows touched as many pages as they are.
    """
    made = time.time_ns() // 1_000_000 << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=made))


def _identified(frame: pl.DataFrame, settled: dict[int, tuple[str, str]]) -> pl.DataFrame:
    answers: list[tuple[str | None, str]] = []
    for row, register_id, decision in frame.select("row", "register_id", "decision").iter_rows():
        made = _fresh() if decision == "new" else None
        answers.append(settled.get(row, (register_id if decision == "match" else made, decision)))
    ids, decisions = zip(*answers, strict=True) if answers else ((), ())
    return frame.with_columns(pl.Series("id", ids, pl.String), pl.Series("decision", decisions, pl.String))
