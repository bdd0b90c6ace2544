"""Every register code as one byte, and what each byte counts as on a day.

One byte a session keeps a pupil's year in a few hundred bytes and lets a day's two marks be looked up at once. A code
of one character is its own byte; longer ones take bytes from 128 up; byte 0 is a mark that no code set has ever had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from concord.core import codesets
from concord.core.trouble import Trouble

Bytes = npt.NDArray[np.uint8]

CLASSES: Final = ("PRESENT", "AEA", "AUTH", "UNAUTH", "NOT_POSSIBLE", "ADMIN", "MISSING", "UNKNOWN")
UNKNOWN: Final = 7
STRANGE: Final = 0
UNMARKED: Final = ord("-")
LATE: Final = ("L", "U")
"""Late sessions: before and after the register closed (DfE's data identity, late_sessions = L + U)."""


@dataclass(frozen=True)
class Alphabet:
    """The codes of a set of marks; `symbols` maps a code to its byte."""

    codes: tuple[codesets.Code, ...]
    symbols: dict[str, int]

    def classes_on(self, day: date) -> Bytes:
        """The place in `CLASSES` of each of the 256 bytes on a day; `UNKNOWN` for a code not in force then."""
        table = np.full(256, UNKNOWN, dtype=np.uint8)
        for code in self.codes:
            if code.on(day):
                table[self.symbols[code.code]] = CLASSES.index(code.parent)
        return table

    def turning_days(self, first: date, last: date) -> list[date]:
        """`first`, and each later day up to `last` on which some code begins or has just ended."""
        begins = {code.valid_from for code in self.codes if code.valid_from}
        ended = {code.valid_to + timedelta(days=1) for code in self.codes if code.valid_to}
        return [first, *sorted(day for day in begins | ended if first < day <= last)]

    def written(self) -> dict[int, str]:
        """The code of each byte."""
        return {byte: code for code, byte in self.symbols.items()}


@cache
def alphabet(name: str = "attendance_mark") -> Alphabet:
    """The alphabet of a code set of `core.codesets`."""
    codes = codesets.load()[name].codes
    long = [code.code for code in codes if len(code.code) > 1]
    symbols = {code.code: ord(code.code) for code in codes if len(code.code) == 1}
    symbols |= {code: 128 + i for i, code in enumerate(long)}
    wrong = [code.code for code in codes if code.parent not in CLASSES[:UNKNOWN]]
    if wrong or len(long) > 128 or max(symbols.values()) > 255:
        raise Trouble(
            f"The code set {name} cannot be counted with.",
            why=f"Codes without a known class: {', '.join(wrong) or 'none'}; codes of several characters: {len(long)}.",
            todo=f"Give each code one of the classes {', '.join(CLASSES[:UNKNOWN])} as its parent.",
        )
    return Alphabet(codes, symbols)
