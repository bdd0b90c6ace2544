"""What a return says against what the register holds, sorted by whether anybody contradicts it (clauses 4(f), 5(d))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from concord.core.agreement.model import Permit
from concord.store import register


@dataclass(frozen=True, slots=True)
class Differences:
    """Frames of (row, pupil, item, value, held, source, since): `added` nothing was held; `accepted` replaces a value
    that nobody still stands by; `conflicts` are contradicted by another establishment of the pupil, or by the LA."""

    added: pl.DataFrame
    accepted: pl.DataFrame
    conflicts: pl.DataFrame


def compare(permit: Permit, said: pl.DataFrame, laestab: str, on: date) -> Differences:
    """Compare `said` (row, pupil, item, value) of one establishment with what is held now."""
    pupils = said["pupil"].unique().to_list()
    both = said.join(register.held(permit, pupils), on=["pupil", "item"], how="left")
    elsewhere = register.rolls(permit, pupils).filter(pl.col("laestab") != laestab)
    standing = elsewhere.select("pupil", pl.col("laestab").alias("source"), pl.lit(True).alias("standing")).unique()
    both = both.join(standing, on=["pupil", "source"], how="left").with_columns(pl.col("standing").fill_null(False))
    differs = both.filter(pl.col("held").is_not_null() & (pl.col("held") != pl.col("value")))
    current = differs.filter(pl.col("since") <= on)  # an older return never replaces what was said since
    contradicted = (pl.col("source") == "LA") | pl.col("standing")
    return Differences(
        added=both.filter(pl.col("held").is_null()),
        accepted=current.filter(~contradicted),
        conflicts=current.filter(contradicted),
    )
