"""Identifiers that check: UPNs, ULNs, URNs and the numbers of staff, made by the thousand.

UPN: check letter = the sum of position times value over characters 2 to 13, mod 23, in the alphabet without I, O
and S (formats 6.1).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from concord.county.dice import Ints

ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"
_LETTERS = np.array(list(ALPHABET))
_VALUE = np.full(128, -1, dtype=np.int64)
_VALUE[[ord(digit) for digit in "0123456789"]] = range(10)
_VALUE[[ord(letter) for letter in ALPHABET]] = range(23)
_SERIALS = 999
_OVERFLOW_BAND = 9000

Texts = NDArray[Any]
"""Columns of text: fixed width, or of objects where lengths differ widely."""


def digits(number: Ints, width: int) -> Texts:
    """Numbers as text with leading zeros."""
    texts = np.asarray(number).astype(str)
    return np.char.zfill(texts, width) if len(texts) else texts


def join(*parts: Texts) -> Texts:
    """Columns of text put end to end."""
    whole = parts[0]
    for part in parts[1:]:
        whole = np.char.add(whole, part)
    return whole


def check_letter(body: Texts) -> Texts:
    """The check letter of each twelve-character UPN body."""
    points = np.ascontiguousarray(body.astype("<U12")).view(np.uint32).reshape(len(body), 12)
    return _LETTERS[(_VALUE[points] * np.arange(2, 14)).sum(axis=1) % 23] if len(body) else body


def with_letter(body: Texts) -> Texts:
    """Whole UPNs from their bodies."""
    return join(check_letter(body), body)


def permanent_upns(la: Ints, estab: Ints, year: Ints, serial: Ints) -> Texts:
    """Permanent UPNs. A serial above 999 goes on under an estab number of a band no establishment of the county
    uses."""
    block = serial // _SERIALS
    spill = np.where(block > 0, estab * 1000 + block, 0)
    kinds, place = np.unique(spill, return_inverse=True)
    number = np.where(block > 0, _OVERFLOW_BAND + place % 1000, estab) if len(kinds) > 1 else estab
    return with_letter(join(digits(la, 3), digits(number, 4), digits(year % 100, 2), digits(serial % _SERIALS + 1, 3)))


def temporary_upns(la: Ints, estab: Ints, year: Ints, serial: Ints) -> Texts:
    """Temporary UPNs: two digits and a letter in place of the serial."""
    tail = join(digits(serial % 100, 2), _LETTERS[(serial // 100) % 23])
    return with_letter(join(digits(la, 3), digits(estab, 4), digits(year % 100, 2), tail))


def _uln_remainder(nine: Ints) -> Ints:
    places = 10 ** np.arange(8, -1, -1)
    left: Ints = (((nine[:, None] // places) % 10) * np.arange(10, 1, -1)).sum(axis=1) % 11
    return left


def ulns(index: Ints) -> Texts:
    """One valid ten-digit ULN for each index, no two alike (formats 6.2)."""
    even = 100_000_000 + (index * 7919 * 2) % 900_000_000
    nine = np.where(_uln_remainder(even) == 0, even + 1, even)
    return join(digits(nine, 9), digits(10 - _uln_remainder(nine), 1))


def staff_numbers(rng: np.random.Generator, size: int) -> tuple[Texts, Texts]:
    """Teacher reference numbers and National Insurance numbers (prefixes that were never issued begin with neither
    D, F, I, Q, U nor V)."""
    teacher = digits(rng.choice(8_999_999, size, replace=False) + 1_000_000, 7)
    prefix = np.array(["AA", "CE", "HJ", "KL", "MS", "PX", "RS", "TW", "YZ"])[rng.integers(9, size=size)]
    suffix = np.array(list("ABCD"))[rng.integers(4, size=size)]
    return teacher, join(prefix, digits(rng.choice(1_000_000, size, replace=False), 6), suffix)
