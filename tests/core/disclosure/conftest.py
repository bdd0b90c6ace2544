"""Seeded tables of counts, as skewed as real ones: many small cells, some noughts, all margins."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
import pytest

MakeTable = Callable[..., pl.DataFrame]


def _table(seed: int, sizes: Sequence[int], mean: float = 8.0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.7, mean / 0.7, size=tuple(sizes)))
    rows = []
    for place in itertools.product(*[[*range(size), None] for size in sizes]):
        part = counts[tuple(slice(None) if i is None else i for i in place)]
        rows.append([*("Total" if i is None else f"v{i}" for i in place), int(part.sum())])
    return pl.DataFrame(rows, schema=[*(f"f{i}" for i in range(len(sizes))), "count"], orient="row")


@pytest.fixture(scope="session")
def make_table() -> MakeTable:
    return _table


@pytest.fixture(scope="session")
def sizes_of() -> Callable[[int], list[int]]:
    def sizes(seed: int) -> list[int]:
        rng = np.random.default_rng(1000 + seed)
        return rng.integers(2, 6, size=rng.integers(2, 4)).tolist()

    return sizes
