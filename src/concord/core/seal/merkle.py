"""The Merkle tree of RFC 9162 section 2.1: roots, inclusion and consistency, from complete subtrees that can be kept
anywhere.

A node is named (level, place): it covers the leaves from place * 2^level up to, but not including, (place + 1) *
2^level. Only complete nodes are kept; whatever stands at the ragged right edge is worked out from them, so every
question costs O(log n) hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final

from concord.core.trouble import Unreadable

Node = Callable[[int, int], bytes]
"""Gives the hash of a complete node (level, place): from memory, or from a table of the hub."""
EMPTY: Final = sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below `size` (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def range_root(node: Node, start: int, end: int) -> bytes:
    """The root over the leaves [start, end), where start is a multiple of the smallest power of two that is at least
    the width.
    """
    size = end - start
    if size == 0:
        return EMPTY
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    return node_hash(range_root(node, start, middle), range_root(node, middle, end))


def inclusion_path(node: Node, place: int, size: int) -> list[bytes]:
    """The audit path of leaf `place` in the tree of the first `size` leaves. Raises Unreadable out of range."""
    if not 0 <= place < size:
        raise Unreadable(f"Line {place} is not among the first {size} lines.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if place < middle:
            path.append(range_root(node, middle, end))
            end = middle
        else:
            path.append(range_root(node, start, middle))
            start = middle
    return path[::-1]


def consistency_path(node: Node, earlier: int, later: int) -> list[bytes]:
    """The proof that the first `earlier` leaves are a prefix of the first `later`. Raises Unreadable out of range."""
    if not 0 < earlier <= later:
        raise Unreadable(f"There is no consistency proof from {earlier} to {later} lines.")
    path: list[bytes] = []
    start, end, whole = 0, later, True
    while earlier != end:
        middle = start + _split(end - start)
        if earlier <= middle:
            path.append(range_root(node, middle, end))
            end = middle
        else:
            path.append(range_root(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(range_root(node, start, end))
    return path[::-1]


def verify_inclusion(leaf: bytes, place: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` is line `place` of the tree of `size` lines with this root (9162 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    here, last, found = place, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(sibling, found)
            while here & 1 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(earlier: int, later: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `path` proves that the tree of `earlier` lines is a prefix of the tree of `later` lines (RFC 9162
    2.1.4.2).
    """
    if earlier == later:
        return not path and old_root == new_root
    if not 0 < earlier < later or not path:
        return False
    rest = list(path) if earlier & (earlier - 1) else [old_root, *path]
    here, last = earlier - 1, later - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = rest[0]
    for sibling in rest[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while here & 1 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


class Tree:
    """A tree held in memory: 64 bytes a leaf. `append` costs two hashes on average."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaves)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    def node(self, level: int, place: int) -> bytes:
        """The hash of a complete node."""
        return self._levels[level][place]

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Adds a leaf; returns the nodes it completed as (level, place, hash), for a hub that keeps them in a table."""
        self._levels[0].append(leaf)
        made = [(0, self.size - 1, leaf)]
        level, found = 0, leaf
        while len(self._levels[level]) % 2 == 0:
            found = node_hash(self._levels[level][-2], found)
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(found)
            made.append((level, len(self._levels[level]) - 1, found))
        return made

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Adds many leaves, level by level: several times faster than one by one."""
        self._levels[0].extend(leaves)
        level = 0
        while len(self._levels[level]) > 1:
            if level + 1 == len(self._levels):
                self._levels.append([])
            below, above = self._levels[level], self._levels[level + 1]
            fresh = iter(below[2 * len(above) : len(below) // 2 * 2])
            above.extend([sha256(b"\x01" + left + right).digest() for left, right in zip(fresh, fresh, strict=True)])
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves, or of all."""
        return range_root(self.node, 0, self.size if size is None else self._known(size))

    def inclusion_proof(self, place: int, size: int | None = None) -> list[bytes]:
        """The audit path of leaf `place` in the tree of the first `size` leaves."""
        return inclusion_path(self.node, place, self.size if size is None else self._known(size))

    def consistency_proof(self, earlier: int, later: int | None = None) -> list[bytes]:
        """The proof that the tree of `earlier` leaves is a prefix of the tree of `later` leaves."""
        return consistency_path(self.node, earlier, self.size if later is None else self._known(later))

    def _known(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise Unreadable(f"The ledger has {self.size} lines, not {size}.")
        return size


class Frontier:
    """The right edge of a tree: at most one complete node a level.
    Enough to append and to know the root, at 32 bytes a level.
    """

    def __init__(self, size: int = 0, peaks: Iterable[tuple[int, bytes]] = ()) -> None:
        self.size = size
        self._peaks: dict[int, bytes] = dict(peaks)
        if sum(1 << level for level in self._peaks) != size:
            raise Unreadable("The tree's edge does not fit its size.", todo="Build it again from the ledger's leaves.")

    @property
    def peaks(self) -> tuple[tuple[int, bytes], ...]:
        """(level, hash) of the complete nodes that stand alone, lowest first: keep these and `size` to go on later."""
        return tuple(sorted(self._peaks.items()))

    def append(self, leaf: bytes) -> None:
        """Adds one leaf."""
        level, self.size = 0, self.size + 1
        while (left := self._peaks.pop(level, None)) is not None:
            leaf = sha256(b"\x01" + left + leaf).digest()
            level += 1
        self._peaks[level] = leaf

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Adds many leaves, level by level: several times faster than one by one."""
        self.size += len(leaves)
        level, row = 0, leaves
        while row:
            if (peak := self._peaks.pop(level, None)) is not None:
                row = [peak, *row]
            if len(row) & 1:
                self._peaks[level] = row[-1]
            pairs = iter(row)
            row = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
            level += 1

    def root(self) -> bytes:
        """The root of all leaves so far."""
        found: bytes | None = None
        for _, peak in self.peaks:
            found = peak if found is None else node_hash(peak, found)
        return EMPTY if found is None else found
