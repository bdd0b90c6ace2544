"""Which line of an export is the first that is wrong, once the fast proof has found that one is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from concord.core.seal.canonical import read
from concord.core.seal.export import CLOSING, HEAD_OPENING, MIDDLE, OPENING, TAIL
from concord.core.seal.ledger import leaf_hash
from concord.core.trouble import Unreadable

Kind = Literal["changed", "missing", "added", "reordered", "rewritten", "checkpoint", "witness", "key"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` is the place of the first wrong line (from 0), or None where no line is meant."""

    kind: Kind
    line: int | None
    says: str


@dataclass(frozen=True, slots=True)
class _Line:
    n: int | None
    sound: bool


def first_wrong_line(path: Path, proved: int) -> Problem:
    """The first wrong line of an export whose first `proved` lines stand under a head that held."""
    lines, head = _read(path, proved)
    for place, line in enumerate(lines):
        if line.n != place or not line.sound:
            return _name(place, line, lines)
    if head is not None and head > len(lines):
        return Problem("missing", len(lines), f"Lines {len(lines)} to {head - 1} are missing from the end.")
    last = (head or len(lines)) - 1
    words = f"A line from {proved} to {last} was changed and its hash with it: no signed head proves them."
    return Problem("changed", proved, words)


def _name(place: int, line: _Line, lines: list[_Line]) -> Problem:
    here = {each.n for each in lines[place:]}
    if line.n is None or (line.n == place and not line.sound):
        return Problem("changed", place, f"Line {place} was changed: it is not the line its hash was made of.")
    if place in here:
        if line.n > place and sum(each.n == line.n for each in lines) == 1:
            return Problem("reordered", place, f"Line {place} is not in its place: line {line.n} stands there.")
        return Problem("added", place, f"A line was added before line {place}: it calls itself {line.n}.")
    if line.n > place:
        return Problem("missing", place, f"Line {place} is missing: line {line.n} stands in its place.")
    return Problem("added", place, f"A line that calls itself {line.n} was added after line {place - 1}.")


def _read(path: Path, proved: int) -> tuple[list[_Line], int | None]:
    """Every entry line, and the size of the first head past the proved ones."""
    lines: list[_Line] = []
    head: int | None = None
    with path.open("rb") as stream:
        next(stream)
        for raw in stream:
            if not raw.startswith(HEAD_OPENING):
                lines.append(_read_line(raw))
            elif head is None and (size := _head_size(raw)) is not None and size > proved:
                head = size
    return lines, head


def _head_size(raw: bytes) -> int | None:
    try:
        found = read(raw, "A head")["checkpoint"]["size"]
    except (Unreadable, KeyError, TypeError):
        return None
    return found if isinstance(found, int) else None


def _read_line(raw: bytes) -> _Line:
    body, tail = raw[len(OPENING) : -TAIL], raw[-TAIL:]
    framed = raw.startswith(OPENING) and tail == MIDDLE + leaf_hash(body).hex().encode() + CLOSING
    try:
        place = read(body, "A line").get("n")
    except Unreadable:
        place = None
    return _Line(place if isinstance(place, int) and not isinstance(place, bool) else None, framed)
