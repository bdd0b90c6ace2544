"""Where to look for another world: a few categories around a cell before the whole table.

A world found in part of the table is a world of the whole table, so looking near by costs nothing in safety; it makes a
table of hundreds of establishments take seconds. The categories looked at are those where cells on the target's own
line are hidden already, since a world through them hides little more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from concord.core.disclosure.table import Ints, Mask, Table

SMALL_TABLE = 120
FEWEST_CATEGORIES = 4


@dataclass(frozen=True)
class Nearby:
    """`code` and `atom_code`: the widest filter's value in each cell and atom; `view` likewise of the known column."""

    code: Ints
    atom_code: Ints
    line: Ints
    view: Ints
    atom_view: Ints
    detailed: bool

    @classmethod
    def of(cls, table: Table, known: str | None) -> Nearby:
        """Look along the known column, or else along the filter with most values."""
        widest = known or max(table.filters, key=lambda name: table.frame[name].n_unique())
        others = [name for name in table.filters if name != widest]
        line = table.frame.select(others).to_struct("line").rank("dense").to_numpy() if others else None
        code, atom_code = table.codes(widest), table.atom_codes(widest)
        return cls(
            code,
            atom_code,
            np.zeros(len(code), dtype=np.int64) if line is None else line.astype(np.int64),
            code if known else np.full(len(code), -1, dtype=np.int64),
            atom_code if known else np.full(len(atom_code), -1, dtype=np.int64),
            table.detailed,
        )

    def choices(self, cell: int, insider: int | None, hidden: Mask) -> Iterator[Ints]:
        """Sets of atoms to look among, smallest first; the last is every atom that may move."""
        free = (
            self.atom_view != insider if insider is not None and self.detailed else np.ones(len(self.atom_code), bool)
        )
        if int(free.sum()) > SMALL_TABLE:
            codes = self._around(cell, insider, hidden)
            some = np.flatnonzero(free & np.isin(self.atom_code, codes))
            if len(some):
                yield some
        yield np.flatnonzero(free)

    def _categories(self) -> int:
        """So many categories that what is looked at stays small."""
        each = len(self.atom_code) / max(1, int(self.atom_code.max(initial=0)) + 1)
        return max(FEWEST_CATEGORIES, int(SMALL_TABLE / each))

    def _around(self, cell: int, insider: int | None, hidden: Mask) -> Ints:
        line = (self.line == self.line[cell]) & (self.code >= 0)
        beside = self.code[line & hidden]
        rest = self.code[line & ~hidden]
        own = self.code[[cell]] if self.code[cell] >= 0 else self.code[:0]
        turn = cell % max(1, len(rest))
        found = np.concatenate([own, _turned(beside, cell), rest[turn:], rest[:turn]])
        around: Ints = found[found != (-1 if insider is None else insider)][: self._categories()]
        return around


def _turned(values: Ints, by: int) -> Ints:
    return np.roll(values, -(by % max(1, len(values))))
