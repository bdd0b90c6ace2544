"""Who is each pupil of a return in the register? UPN with a confirming item, else evidence; the unclear wait (4(f))."""

from __future__ import annotations

import uuid
from datetime import date

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
    known = register.candidates(permit, list(_asked(incoming)))
    found = match(incoming, known).select("incoming_id", "register_id", "decision", "evidence")
    joined = frame.with_columns(pl.col("row").cast(pl.String).alias("incoming_id")).join(
        found, on="incoming_id", how="left"
    )
    return _identified(joined.drop("incoming_id"), _settled(permit, version))


def _asked(incoming: pl.DataFrame) -> list[tuple[str, str, date | None, str, str, str, bool]]:
    rows = []
    for one in incoming.iter_rows(named=True):
        initial = fold(one["Surname"] or "")[:1]
        rows.append(
            (
                one["UPN"] or "",
                one["FormerUPN"] or "",
                _day(one["DOB"]),
                initial,
                one["Sex"] or "",
                one["PostCode"] or "",
                True,
            )
        )
    return rows


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _settled(permit: Permit, version: int) -> dict[int, tuple[str, str]]:
    """What an MI officer has decided of a row: the pupil's id, and whether it is to be made (`new`) or is there."""
    answers = changes.answered(permit, version)
    there = {one.id for one in pupils.many(permit, answers.values())}
    return {row: (str(pupil), "match" if pupil in there else "new") for row, pupil in answers.items()}


def _identified(frame: pl.DataFrame, settled: dict[int, tuple[str, str]]) -> pl.DataFrame:
    answers: list[tuple[str | None, str]] = []
    for row, register_id, decision in frame.select("row", "register_id", "decision").iter_rows():
        made = str(uuid.uuid4()) if decision == "new" else None
        answers.append(settled.get(row, (register_id if decision == "match" else made, decision)))
    ids, decisions = zip(*answers, strict=True) if answers else ((), ())
    return frame.with_columns(pl.Series("id", ids, pl.String), pl.Series("decision", decisions, pl.String))
