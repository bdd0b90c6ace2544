"""Secondary suppression: which other counts must go so that no small one can be worked out.

For an outside reader every small count is given two proofs, a world where it is nought and one where it reaches the
threshold; for each insider (someone who knows the rows of one value of a column) one such world that leaves what he
knows alone. A world hides every cell it changes, and one world often proves many cells. Then hidden cells that no
proof needs are shown again, and the proofs are checked once more in whole numbers before anything is released.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from concord.core.disclosure.nearby import Nearby
from concord.core.disclosure.table import COUNT, Floats, Ints, Mask, Table, lay_out
from concord.core.disclosure.worlds import Ask, World, another_world, weights
from concord.core.trouble import Trouble

SYMBOL = "c"
THRESHOLD = 6


class CannotProtect(Trouble):
    """The table must not be released as it is: the gate found a small count that a reader can work out."""

    status = 1


@dataclass(frozen=True)
class Protected:
    """What may be shown. `hidden` is a mask over the cells; the figures say what it cost."""

    table: Table
    hidden: Mask
    small: Mask
    readers: int
    proofs: int

    def frame(self) -> pl.DataFrame:
        """The table as it may be published: text, `c` where hidden, primary and secondary alike."""
        shown = [SYMBOL if gone else str(n) for gone, n in zip(self.hidden, self.table.counts, strict=True)]
        return self.table.frame.with_columns(pl.Series(COUNT, shown, dtype=pl.String))

    def figures(self) -> dict[str, int]:
        """Counts of cells, and of the readers and proofs the gate went through."""
        small, hidden = int(self.small.sum()), int(self.hidden.sum())
        sizes = {"cells": len(self.hidden), "small": small, "suppressed": hidden, "secondary": hidden - small}
        return sizes | {"readers": self.readers, "proofs": self.proofs}


@dataclass
class _Proof:
    """A world with the cells it changes, and the insiders who would see through it (they know a cell it changes)."""

    world: World
    touched: Ints
    to: dict[int, int]
    seen_by: frozenset[int]


@dataclass
class _Search:
    table: Table
    threshold: int
    view: Ints
    small: Mask
    hidden: Mask
    nearby: Nearby
    weight: Floats
    proofs: list[_Proof] = field(default_factory=list)
    of: dict[int, list[int]] = field(default_factory=dict)

    def outsider_lacks(self, cell: int, without: frozenset[int] = frozenset()) -> list[bool]:
        """The directions (up: True) in which no proof of this cell stands."""
        ends = [self.proofs[i].to[cell] for i in self.of.get(cell, []) if i not in without]
        return [up for up in (True, False) if not any((end > 0) == up for end in ends)]

    def insiders_left(self, cell: int, without: frozenset[int] = frozenset()) -> set[int] | None:
        """Insiders that see through every proof of this cell; None when it has no proof at all."""
        seen = [self.proofs[i].seen_by for i in self.of.get(cell, []) if i not in without]
        return set(frozenset.intersection(*seen)) - self.owners(cell) if seen else None

    def owners(self, cell: int) -> set[int]:
        """The insider to whom this cell is no secret: it is in his rows, or made of nothing else."""
        return owners(self.table, self.view, self.nearby.atom_view, cell)

    def find(self, cell: int, up: bool, insider: int | None) -> World | None:
        count = int(self.table.counts[cell])
        low, high = (float(self.threshold - count), np.inf) if up else (-float(count), -float(count))
        held = np.zeros(len(self.view), dtype=bool) if insider is None else self.view == insider
        for atoms in self.nearby.choices(cell, insider, self.hidden):
            ask = Ask(cell, low, high, atoms, held, self.hidden)
            world = another_world(self.table, ask, self.weight, 2 * self.threshold)
            if world is not None:
                return world
        return None

    def keep(self, world: World) -> None:
        touched, moved = world.cells(self.table)
        after = self.table.counts[touched] + moved
        useful = self.small[touched] & ((after == 0) | (after >= self.threshold))
        to = dict(zip(touched[useful].tolist(), moved[useful].tolist(), strict=True))
        seen_by = frozenset(self.view[touched].tolist()) - {-1}
        for cell in to:
            self.of.setdefault(cell, []).append(len(self.proofs))
        self.proofs.append(_Proof(world, touched, to, seen_by))
        self.hidden[touched] = True


def owners(table: Table, view: Ints, atom_view: Ints, cell: int) -> set[int]:
    """Insiders who know this cell without any table: it lies in their rows, or all its atoms do."""
    if view[cell] >= 0:
        return {int(view[cell])}
    row = table.incidence.indices[table.incidence.indptr[cell] : table.incidence.indptr[cell + 1]]
    made_of = set(atom_view[row].tolist())
    return made_of if len(made_of) == 1 and table.detailed else set()


def suppress(frame: pl.DataFrame, *, threshold: int = THRESHOLD, known: str | None = None) -> Protected:
    """A frame of filters and `count`, protected; raises `Trouble` for a bad table, `CannotProtect` at the gate."""
    return protect(lay_out(frame), threshold=threshold, known=known)


def protect(table: Table, *, threshold: int = THRESHOLD, known: str | None = None) -> Protected:
    """Hide counts from 1 to `threshold - 1`, and as few others as this method finds, against every reader named.

    `known` is a column: for each of its values there is a reader who knows that value's rows.
    """
    if threshold < 2:
        raise Trouble(
            f"A threshold of {threshold} hides nothing.", todo="Give the least count that may be shown: 2 or more."
        )
    if known is not None and known not in table.filters:
        raise Trouble(f"There is no column {known!r} to know.", todo=f"The filters are: {', '.join(table.filters)}.")
    search = _begin(table, threshold, known)
    for cell in sorted(np.flatnonzero(search.small).tolist(), key=lambda c: (int(table.counts[c]), c)):
        _against_outsider(search, cell)
    if known is not None:
        for cell in np.flatnonzero(search.small).tolist():
            _against_insiders(search, cell)
    _show_again(search, known is not None)
    return _gate(search, known)


def _begin(table: Table, threshold: int, known: str | None) -> _Search:
    small = (table.counts > 0) & (table.counts < threshold)
    view = table.codes(known) if known else np.full(len(small), -1, dtype=np.int64)
    nearby = Nearby.of(table, known)
    return _Search(table, threshold, view, small, small.copy(), nearby, weights(table.counts))


def _against_outsider(search: _Search, cell: int) -> None:
    for up in search.outsider_lacks(cell):
        world = search.find(cell, up, None)
        if world is not None:
            search.keep(world)


def _against_insiders(search: _Search, cell: int) -> None:
    while left := search.insiders_left(cell):
        found = [w for up in (True, False) if (w := search.find(cell, up, min(left))) is not None]
        if not found:
            return
        search.keep(min(found, key=lambda world: (world.cost, len(world.atoms))))


def _show_again(search: _Search, insiders: bool) -> None:
    """Show each secondary cell whose proofs are not needed, dearest first."""
    through: dict[int, set[int]] = {}
    for i, proof in enumerate(search.proofs):
        for cell in proof.touched.tolist():
            through.setdefault(cell, set()).add(i)
    gone: frozenset[int] = frozenset()
    secondary = np.flatnonzero(search.hidden & ~search.small)
    for cell in sorted(secondary.tolist(), key=lambda c: -search.weight[c]):
        without = gone | through.get(cell, set())
        relying = {small for i in without - gone for small in search.proofs[i].to}
        if all(_still_proved(search, small, without, insiders) for small in relying):
            gone, search.hidden[cell] = without, False
    search.proofs = [proof for i, proof in enumerate(search.proofs) if i not in gone]


def _still_proved(search: _Search, cell: int, without: frozenset[int], insiders: bool) -> bool:
    before, after = search.outsider_lacks(cell), search.outsider_lacks(cell, without)
    if len(after) > len(before):
        return False
    left = search.insiders_left(cell, without)
    return left is not None and (not insiders or not left)


def _gate(search: _Search, known: str | None) -> Protected:
    """Check every proof afresh in whole numbers; whoever could still read a small count stops the release.

    An outside reader must be left with a range from nought to the threshold at least, an insider with a range that
    leaves 1 to threshold - 1 (what he knows can set a floor, so both ends cannot be asked of him).
    """
    table, standing = search.table, list(_checked(search))
    insiders = frozenset(search.view.tolist()) - {-1}
    for cell in np.flatnonzero(search.small).tolist():
        ends = {end[cell] for end, _ in standing if cell in end}
        if len(ends) < 2:
            raise _refusal(table, cell, "an outside reader")
        seen = [seen_by for end, seen_by in standing if cell in end]
        if insiders.intersection(*seen) - search.owners(cell):
            raise _refusal(table, cell, f"a reader who knows the rows of one value of {known!r}")
    if search.small.any() and not table.counts[~search.hidden].any():
        raise CannotProtect(
            "Nothing but noughts would be left to show.",
            why="Every count would have to go to keep the small ones from being worked out.",
            todo="Join categories or years, or give fewer filters, and try again.",
        )
    return Protected(table, search.hidden, search.small, 1 + len(insiders), len(standing))


def _checked(search: _Search) -> Iterator[tuple[dict[int, bool], frozenset[int]]]:
    """Of each proof that holds: the small cells it takes to nought (False) or the threshold (True), and who sees it."""
    table = search.table
    for proof in search.proofs:
        other = table.atoms.copy()
        other[proof.world.atoms] += proof.world.change
        cells = table.incidence @ other
        moved = cells != table.counts
        if (other >= 0).all() and search.hidden[moved].all():
            out = np.flatnonzero(search.small & ((cells == 0) | (cells >= search.threshold))).tolist()
            yield {cell: bool(cells[cell]) for cell in out}, frozenset(search.view[moved].tolist()) - {-1}


def _refusal(table: Table, cell: int, reader: str) -> CannotProtect:
    return CannotProtect(
        f"The cell {table.frame.row(cell)} cannot be protected against {reader}.",
        why="No other table agrees with all that this reader would have.",
        todo="Join categories or take out a margin, and try again.",
    )
