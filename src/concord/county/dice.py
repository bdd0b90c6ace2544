"""Seeded chance: every topic and every establishment has a stream of its own, so that one can be made without the
others.

The streams depend on the seed and on words, never on the process's hash seed, nor on the order in which they are
asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def stream(seed: int, *words: object) -> np.random.Generator:
    """The generator of one topic of one county; the same words give the same draws on every machine and in every
    process."""
    path = [crc32(str(word).encode()) for word in words]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *path])))


def chance(rng: np.random.Generator, share: float, size: int) -> Bools:
    """`size` coins, each true with probability `share`."""
    return rng.random(size) < share


def pick(rng: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """`size` positions into `weights`, drawn in proportion to them."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    drawn: Ints = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)
    return drawn


def shares(total: int, weights: Sequence[float], least: int = 0) -> Ints:
    """`total` split in proportion to `weights` by largest remainder, none below `least` as far as the total allows."""
    weight = np.asarray(weights, dtype=float)
    floor = np.full(len(weight), min(least, total // max(len(weight), 1)), dtype=np.int64)
    exact = (total - floor.sum()) * weight / weight.sum()
    whole = np.floor(exact).astype(np.int64)
    short = int(total - floor.sum() - whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:short]] += 1
    split: Ints = floor + whole
    return split


def rank_within(*keys: Ints) -> Ints:
    """For each row its 0-based place among the rows with the same keys, in row order."""
    order = np.lexsort(keys[::-1])
    changed = np.zeros(len(order), dtype=bool)
    changed[:1] = True
    for key in keys:
        held = key[order]
        changed[1:] |= held[1:] != held[:-1]
    start = np.maximum.accumulate(np.where(changed, np.arange(len(order)), 0))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - start
    return rank
