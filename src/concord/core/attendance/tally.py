"""Marks counted by the day: the two marks of a day are one 16-bit number, looked up in a table of packed counts.

The table has an entry for each of the 65,536 pairs of marks; an entry holds a few small counters side by side in one
machine word, so that adding entries adds all counters at once. It is rebuilt where the code set changes, and a pupil's
row is cut before a counter could overflow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from concord.core.attendance.alphabet import CLASSES, LATE, Alphabet, Bytes

Counts = npt.NDArray[np.int64]

FIELDS: Final = ("present", "aea", "authorised", "unauthorised", "late", "not_possible", "unknown")
_CLASSES_OF: Final = {
    "present": ("PRESENT",),
    "aea": ("AEA",),
    "authorised": ("AUTH",),
    "unauthorised": ("UNAUTH",),
    "not_possible": ("NOT_POSSIBLE",),
    "unknown": ("UNKNOWN",),
    "possible": ("PRESENT", "AEA", "AUTH", "UNAUTH"),
    "absence": ("AUTH", "UNAUTH"),
}
_ROWS: Final = 1024


@dataclass(frozen=True)
class PairTable:
    """Packed counters of every pair of marks; `bits` wide each, in the order of `fields`."""

    fields: tuple[str, ...]
    bits: int
    words: npt.NDArray[np.uint64] | npt.NDArray[np.uint32]

    @property
    def days(self) -> int:
        """How many days can be added up before a counter overflows."""
        return int((1 << self.bits) - 1) // 2

    @classmethod
    def of(cls, letters: Alphabet, day: date, fields: Sequence[str]) -> PairTable:
        """The table in force on a day. Two counters fit a 32-bit word, up to seven a 64-bit one."""
        small = len(fields) <= 2
        bits = (32 if small else 64) // len(fields)
        single = np.zeros(256, dtype=np.uint64)
        for place, name in enumerate(fields):
            single |= _counts(letters, day, name).astype(np.uint64) << np.uint64(bits * place)
        # The morning's mark is the low byte of the pair: memory order on the little-endian machines this runs on.
        words: npt.NDArray[np.uint64] = np.add.outer(single, single).ravel()
        return cls(tuple(fields), bits, words.astype(np.uint32) if small else words)

    def unpacked(self, sums: npt.NDArray[np.uint64]) -> Counts:
        """Packed sums as one column a field."""
        mask = np.uint64((1 << self.bits) - 1)
        columns = [(sums >> np.uint64(self.bits * place)) & mask for place in range(len(self.fields))]
        return np.stack(columns, axis=-1).astype(np.int64)


def _counts(letters: Alphabet, day: date, name: str) -> npt.NDArray[np.bool_]:
    classes = letters.classes_on(day)
    if name == "late":
        counted = np.zeros(256, dtype=bool)
        counted[[letters.symbols[code] for code in LATE]] = True
        known: npt.NDArray[np.bool_] = counted & (classes != CLASSES.index("UNKNOWN"))
        return known
    return np.isin(classes, [CLASSES.index(one) for one in _CLASSES_OF[name]])


def tally(
    marks: Bytes, first: date, letters: Alphabet, fields: Sequence[str] = FIELDS, *, by_week: bool = False
) -> Counts:
    """Count a grid of marks: rows are enrolments, columns AM, PM, AM, … of consecutive days from `first`.

    Gives rows by fields, or rows by weeks (Monday to Sunday) by fields. Both `Bytes` of a day must be whole columns.
    """
    pairs = np.ascontiguousarray(marks).view("<u2")
    days = pairs.shape[1]
    weeks = _weeks(first, days) if by_week else np.zeros(days, dtype=np.int64)
    total = np.zeros((len(pairs), int(weeks[-1]) + 1 if days else 1, len(fields)), dtype=np.int64)
    for start, stop, week, table in _stretches(first, weeks, letters, fields):
        for top in range(0, len(pairs), _ROWS):
            rows = slice(top, top + _ROWS)
            words = table.words.take(pairs[rows, start:stop])
            total[rows, week] += table.unpacked(words.sum(axis=1, dtype=words.dtype).astype(np.uint64))
    return total if by_week else total[:, 0]


def _weeks(first: date, days: int) -> Counts:
    return (np.arange(days, dtype=np.int64) + first.weekday()) // 7


def _stretches(
    first: date, weeks: Counts, letters: Alphabet, fields: Sequence[str]
) -> Iterator[tuple[int, int, int, PairTable]]:
    """Runs of days of one week (when asked for) under one table, none so long that a counter overflows."""
    days = len(weeks)
    turning = [*letters.turning_days(first, first + timedelta(days=max(0, days - 1))), first + timedelta(days=days)]
    for since, until in pairwise(turning):
        table = PairTable.of(letters, since, fields)
        low, high = (since - first).days, (until - first).days
        cuts = [low, *(i for i in range(low + 1, high) if weeks[i] != weeks[i - 1]), high]
        for start, stop in pairwise(cuts):
            for at in range(start, stop, table.days):
                yield at, min(at + table.days, stop), int(weeks[start]), table
