"""A tidy table of counts, laid out as what a reader sees: published cells, each a sum of atoms.

An atom is one combination of the filters' values, the finest detail there is; a cell with `Total` in a filter is the
sum over that filter. A combination that a detailed table does not list is read as nought, because that is how an
outside reader reads it. A table that lists only margins (several breakdowns side by side) has no detail: its atoms are
all combinations, and any non-negative table that adds up to it serves as its truth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array

from concord.core.trouble import Trouble, Unreadable

TOTAL = "Total"
COUNT = "count"
MOST_ATOMS = 200_000

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_LISTED = "List each combination once, with its `Total` rows and one column `count` of whole numbers."
_FIGURES = re.compile(r"percent|rate|average|mean|score", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """Cells in the order of the file; `incidence` is cells by atoms, `counts == incidence @ atoms`.

    `detailed` says that the atoms are the file's own rows, and so what someone who knows a row knows.
    """

    frame: pl.DataFrame
    filters: tuple[str, ...]
    counts: Ints
    incidence: csr_array
    atoms: Ints
    atom_values: pl.DataFrame
    detailed: bool

    @cached_property
    def columns(self) -> csc_array:
        """The incidence, quick to slice by atom."""
        return csc_array(self.incidence)

    def codes(self, column: str) -> Ints:
        """The value of a filter in each cell as a number, -1 for `Total`."""
        return self._coded(self.frame, column)

    def atom_codes(self, column: str) -> Ints:
        """The value of a filter in each atom, numbered as `codes` numbers the cells'."""
        return self._coded(self.atom_values, column)

    def _coded(self, frame: pl.DataFrame, column: str) -> Ints:
        values = self.frame[column].unique().sort()
        numbers = {value: -1 if value == TOTAL else i for i, value in enumerate(values)}
        return frame[column].replace_strict(numbers, return_dtype=pl.Int64).to_numpy()


def read_table(path: Path) -> Table:
    """A CSV file as a table; raises `Unreadable` or `Trouble` with the row and what to do."""
    try:
        frame = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as reason:
        first = str(reason).strip().splitlines()[:1]
        raise Unreadable(f"{path.name} cannot be read as a CSV table.", why="".join(first), todo=_LISTED) from reason
    return lay_out(frame)


def lay_out(frame: pl.DataFrame) -> Table:
    """A frame of text columns and `count` as a table that is known to add up."""
    filters = _filters(frame)
    counts = _counts(frame)
    cells = frame.select(pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in filters)
    _refuse_odd_cells(cells, frame)
    detail = ~pl.any_horizontal(pl.col(name) == TOTAL for name in filters)
    rows = np.flatnonzero(cells.select(detail.alias("d"))["d"].to_numpy())
    detailed = len(rows) > 0
    values = cells[rows] if detailed else _every_combination(cells)
    incidence = _incidence(cells, values)
    atoms = counts[rows] if detailed else _some_truth(incidence, counts)
    _refuse_what_does_not_add_up(cells, counts, incidence @ atoms)
    return Table(cells, filters, counts, incidence, atoms, values, detailed)


def _filters(frame: pl.DataFrame) -> tuple[str, ...]:
    if COUNT not in frame.columns:
        raise Trouble("The table has no column `count`.", why=f"Its columns: {', '.join(frame.columns)}.", todo=_LISTED)
    filters = tuple(name for name in frame.columns if name != COUNT)
    if not filters or frame.is_empty():
        raise Trouble("The table has no filter column or no row.", todo=_LISTED)
    for name in filters:
        if _FIGURES.search(name) or _decimals(frame[name]):
            raise Trouble(
                f"The column {name!r} holds a figure, not a filter.",
                why="A rate shown beside a hidden count gives the count away.",
                todo="Take the column out, suppress the counts, and work the rates out from what is left.",
            )
    return filters


def _decimals(column: pl.Series) -> bool:
    said = column.cast(pl.String).drop_nulls()
    return len(said) > 0 and bool(said.str.contains(r"^-?\d+(\.\d+%?|%)$").any())


def _counts(frame: pl.DataFrame) -> Ints:
    said = frame[COUNT].cast(pl.String).fill_null("").str.strip_chars()
    whole = said.str.contains(r"^\d{1,15}$")
    if not whole.all():
        row = int((~whole).arg_max() or 0)
        raise Trouble(
            f"Line {row + 2}: the count {said[row]!r} is not a whole number of nought or more.",
            why="A table that is already suppressed, or holds a negative or a blank, cannot be protected.",
            todo="Give the true counts; what is hidden is decided here.",
        )
    return said.cast(pl.Int64).to_numpy()


def _refuse_odd_cells(cells: pl.DataFrame, frame: pl.DataFrame) -> None:
    twice = cells.is_duplicated()
    if twice.any():
        row = cells.row(int(twice.arg_max() or 0))
        lines = [i + 2 for i, other in enumerate(cells.rows()) if other == row]
        raise Trouble(f"Lines {lines} give the same cell {row}.", todo="Keep one row for each combination.")
    for name in cells.columns:
        for value in cells[name].unique():
            if value == "" or (value.casefold() == TOTAL.casefold() and value != TOTAL):
                raise Trouble(f"The column {name!r} holds {value!r}.", todo=f"Name every value; a total is {TOTAL!r}.")


def _every_combination(cells: pl.DataFrame) -> pl.DataFrame:
    values = [cells[name].filter(cells[name] != TOTAL).unique().sort() for name in cells.columns]
    values = [
        some if len(some) else pl.Series(column.name, [TOTAL]) for some, column in zip(values, cells, strict=True)
    ]
    size = int(np.prod([len(some) for some in values], dtype=np.float64))
    if size > MOST_ATOMS:
        raise Trouble(
            f"The margins span {size} combinations, more than {MOST_ATOMS}.",
            todo="Give the detailed rows, or fewer filters.",
        )
    grid = values[0].to_frame()
    for some in values[1:]:
        grid = grid.join(some.to_frame(), how="cross")
    return grid


def _incidence(cells: pl.DataFrame, atoms: pl.DataFrame) -> csr_array:
    """One for each atom that a cell counts: the same value in every filter where the cell does not say `Total`."""
    numbered, parts = cells.with_row_index("cell"), atoms.with_row_index("atom")
    pairs: list[pl.DataFrame] = []
    totals = cells.select((pl.col(name) == TOTAL) for name in cells.columns)
    for pattern in totals.unique(maintain_order=True).rows():
        same = pl.all_horizontal((pl.col(n) == TOTAL) == t for n, t in zip(cells.columns, pattern, strict=True))
        keys = [n for n, total in zip(cells.columns, pattern, strict=True) if not total]
        some = numbered.filter(same).select("cell", *keys)
        pairs.append(some.join(parts, on=keys) if keys else some.join(parts, how="cross"))
    both = pl.concat([part.select("cell", "atom") for part in pairs])
    ones = np.ones(both.height, dtype=np.int64)
    return csr_array((ones, (both["cell"].to_numpy(), both["atom"].to_numpy())), shape=(cells.height, atoms.height))


def _some_truth(incidence: csr_array, counts: Ints) -> Ints:
    """A non-negative whole table with these margins; noughts when there is none, which the addition then tells."""
    n = incidence.shape[1]
    found = milp(
        np.zeros(n),
        constraints=LinearConstraint(incidence.astype(float), counts, counts),
        integrality=np.ones(n),
        bounds=Bounds(0, np.inf),
        options={"time_limit": 30.0},
    )
    return np.zeros(n, dtype=np.int64) if found.x is None else np.rint(found.x).astype(np.int64)


def _refuse_what_does_not_add_up(cells: pl.DataFrame, counts: Ints, sums: Ints) -> None:
    wrong = np.flatnonzero(counts != sums)
    if len(wrong):
        row = int(wrong[0])
        raise Trouble(
            f"The table does not add up: line {row + 2} {cells.row(row)} says {counts[row]}, its rows {sums[row]}.",
            why=f"Rows whose count is not the sum of their parts: {len(wrong)}.",
            todo="List every combination that is not nought and put the totals right; use unrounded counts.",
        )
