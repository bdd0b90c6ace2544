"""The evidence of a pair in words, strongest first: "UPN equal; date of birth equal; surname 1 letter different"."""

from __future__ import annotations

from typing import Final

import polars as pl

from concord.core.matching.weights import ITEMS, Weights

_ITEM: Final = {"upn": "UPN", "dob": "date of birth", "sex": "sex"}
_LEVEL: Final = {
    ("upn", "former"): "former UPN equal",
    ("upn", "near"): "UPN 1 character different",
    ("dob", "swapped"): "day and month of birth swapped",
    ("dob", "part"): "date of birth different in one part",
    ("surname", "also"): "surname equal to the preferred or former one",
    ("surname", "part"): "surname part equal",
    ("surname", "near"): "surname alike",
    ("surname", "swapped"): "surname and forename swapped",
    ("forename", "short"): "forename a short form",
    ("forename", "middle"): "forename equal to a middle name",
    ("forename", "near"): "forename alike",
    ("postcode", "near"): "postcode 1 character different",
    ("postcode", "district"): "postcode in the same district",
}
_LEVELS: Final = [*ITEMS, "surname_letters", "forename_letters"]
# Stands in for how common a value is where words are put in order: the order must not tell a rare name.
_USUAL: Final = {"dob": 1 / 5000, "surname": 1 / 1000, "forename": 1 / 200, "postcode": 1 / 20000}


def with_evidence(pairs: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """The pairs with a column `evidence`; each distinct set of levels is put into words once."""
    kinds = pairs.select(_LEVELS).unique()
    words = [_words(row, weights) for row in kinds.iter_rows(named=True)]
    kinds = kinds.with_columns(pl.Series("evidence", words, dtype=pl.String))
    return pairs.join(kinds, on=_LEVELS, how="left", nulls_equal=True, maintain_order="left")


def _words(row: dict[str, str | int | None], weights: Weights) -> str:
    said = {item: level for item in ITEMS if isinstance(level := row[item], str)}
    order = sorted(said, key=lambda item: -weights.levels[item][said[item]].weight(_USUAL.get(item, 1.0)))
    told = [_told(item, said[item], row.get(f"{item}_letters")) for item in order]
    if said.get("surname") == "swapped":
        told = [words for words in told if not words.startswith("forename")]
    return "; ".join(told)


def _told(item: str, level: str, letters: object) -> str:
    if level == "close":
        return f"{item} {letters} letter{'' if letters == 1 else 's'} different"
    return _LEVEL.get((item, level), f"{_ITEM.get(item, item)} {level}")
