"""Names made comparable: case, accents, apostrophes, hyphens and blanks taken away. Only to compare."""

from __future__ import annotations

from typing import Final

import polars as pl

# Letters that decomposition leaves whole.
_WHOLE: Final = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}


def spaced(column: pl.Expr) -> pl.Expr:
    """Lower case without accents, the parts of the name with one space between them; null for an empty name."""
    plain = column.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    plain = plain.str.replace_many(list(_WHOLE), list(_WHOLE.values())).str.replace_all(r"['’‘`´ʼ]", "")
    parted = plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return pl.when(parted != "").then(parted)


def folded(column: pl.Expr) -> pl.Expr:
    """`spaced` with its parts run together: O'Neill-Smith, ONEILL SMITH and Oneillsmith are one."""
    return spaced(column).str.replace_all(" ", "")
