"""Other worlds: whole tables that agree with everything a reader sees or knows, and differ in one cell.

While such a world exists the reader cannot rule it out; each one found is kept as the proof. The search is a small
mixed-integer programme: change the target by what is asked, keep what is held, and hide as little more as possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from concord.core.disclosure.table import Floats, Ints, Mask, Table

NOUGHT_WEIGHS = 1.0 + float(np.log1p(20))
_SECONDS = 5.0
_NEAR = 1e-6


@dataclass(frozen=True)
class World:
    """A change of the atoms, sparse: `change[i]` is added to atom `atoms[i]`. `cost` is what it hides anew."""

    atoms: Ints
    change: Ints
    cost: float

    def cells(self, table: Table) -> tuple[Ints, Ints]:
        """The cells this world changes, and by how much."""
        moved = np.asarray(table.columns[:, self.atoms] @ self.change)
        touched = np.flatnonzero(moved)
        return touched, moved[touched]


@dataclass(frozen=True)
class Ask:
    """Change `target` by exactly `low` (or at least, when `high` is infinite), over `atoms`, holding `held` cells."""

    target: int
    low: float
    high: float
    atoms: Ints
    held: Mask
    hidden: Mask


def weights(counts: Ints) -> Floats:
    """What hiding each cell costs: more for larger figures; a nought is dear, since many noughts are plain to see."""
    return np.where(counts == 0, NOUGHT_WEIGHS, np.log1p(counts) + 1.0)


def another_world(table: Table, ask: Ask, weight: Floats, reach: int) -> World | None:
    """The cheapest world that answers `ask` with no atom raised by more than `reach`; None where there is none."""
    part = csr_array(table.columns[:, ask.atoms])
    met = np.flatnonzero(np.diff(part.indptr))
    held = met[ask.held[met] & (met != ask.target)]
    paid = met[~ask.held[met] & ~ask.hidden[met] & (met != ask.target)]
    k, m = len(ask.atoms), len(paid)
    programme = _Programme(
        np.r_[np.zeros(k), weight[paid]],
        _constraints(part, ask, held, paid),
        Bounds(np.r_[-table.atoms[ask.atoms], np.zeros(m)], np.r_[np.full(k, reach), np.full(m, np.inf)]),
    )
    found = programme.solved(k)
    if found is None:
        return None
    change = np.rint(found[:k]).astype(np.int64)
    moved = np.flatnonzero(change)
    return World(ask.atoms[moved], change[moved], float(programme.cost @ found))


@dataclass(frozen=True)
class _Programme:
    cost: Floats
    constraints: list[LinearConstraint]
    bounds: Bounds

    def solved(self, whole: int) -> Floats | None:
        """A solution with its first `whole` variables whole numbers: the linear one often is, and costs far less."""
        found = self._run(np.zeros(len(self.cost)))
        if found is None or np.abs(found[:whole] - np.rint(found[:whole])).max(initial=0.0) < _NEAR:
            return found
        kinds = np.zeros(len(self.cost))
        kinds[:whole] = 1
        return self._run(kinds)

    def _run(self, kinds: Floats) -> Floats | None:
        options = {"time_limit": _SECONDS, "mip_rel_gap": 0.1}
        answer = milp(self.cost, constraints=self.constraints, integrality=kinds, bounds=self.bounds, options=options)
        found: Floats | None = answer.x
        return found


def _constraints(part: csr_array, ask: Ask, held: Ints, paid: Ints) -> list[LinearConstraint]:
    m = len(paid)
    fixed = part[np.r_[ask.target, held]].astype(float)
    zeros = np.zeros(len(held))
    same = LinearConstraint(
        hstack([fixed, csr_array((len(held) + 1, m))], format="csr"), np.r_[ask.low, zeros], np.r_[ask.high, zeros]
    )
    if not m:
        return [same]
    size = eye_array(m, format="csr")
    change = part[paid].astype(float)
    both = vstack([hstack([change, -size]), hstack([-change, -size])], format="csr")
    return [same, LinearConstraint(both, -np.inf, 0)]
