"""What a reader can work out: the range of each hidden cell, given all that is shown and all that he knows.

This is the attacker's own programme, apart from the protection: it sees the shown figures and nothing of how they were
chosen. Linear bounds first; whole-number bounds where asked (never wider, and what a patient reader gets).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from concord.core.disclosure.table import Mask, Table

_NEAR = 1e-6


def attack(
    table: Table, hidden: Mask, targets: Iterable[int], known: Mask | None = None, *, whole: bool = False
) -> dict[int, tuple[float, float]]:
    """Least and greatest value of each target cell in any non-negative table agreeing with what the reader has.

    `known` marks hidden cells that this reader knows; `whole` asks for whole-number tables. No upper bound is infinite.
    """
    seen = ~hidden if known is None else ~hidden | known
    shown = np.flatnonzero(seen)
    facts = LinearConstraint(table.incidence[shown].astype(float), table.counts[shown], table.counts[shown])
    return {cell: _bounds(table, facts if len(shown) else None, cell, whole) for cell in targets}


def _bounds(table: Table, facts: LinearConstraint | None, cell: int, whole: bool) -> tuple[float, float]:
    wanted = table.incidence[[cell]].toarray().ravel().astype(float)
    ends = []
    for sign in (1.0, -1.0):
        answer = milp(
            sign * wanted,
            constraints=facts,
            integrality=np.full(len(wanted), int(whole)),
            bounds=Bounds(0, np.inf),
            options={"time_limit": 60.0},
        )
        ends.append(sign * float(answer.fun) if answer.status == 0 else (0.0 if sign > 0 else np.inf))
    return ends[0], ends[1]


def recoverable(
    table: Table, hidden: Mask, threshold: int, known: Mask | None = None, *, whole: bool = False
) -> tuple[list[int], list[int]]:
    """Small cells this reader reads exactly, and those he knows to be small (range inside 1 to threshold - 1)."""
    small = (table.counts > 0) & (table.counts < threshold)
    aimed = np.flatnonzero(small if known is None else small & ~known)
    ranges = attack(table, hidden, aimed.tolist(), known, whole=whole)
    exact = [cell for cell, (low, high) in ranges.items() if high - low < 0.5 - _NEAR]
    narrow = [cell for cell, (low, high) in ranges.items() if low > _NEAR and high < threshold - _NEAR]
    return exact, narrow


def known_to(table: Table, column: str, code: int) -> Mask:
    """The cells known to a reader who knows the rows of one value of `column` (numbered as `Table.codes`)."""
    known: Mask = table.codes(column) == code
    return known
