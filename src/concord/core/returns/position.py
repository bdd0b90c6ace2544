"""Where in its file a finding stands, worked out only when somebody asks.

In a plain School Census only the pupils that are asked about are read again; any other file is read once more, whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

import polars as pl

from concord.core.returns.columns import read_plain
from concord.core.returns.document import kind_of, lines_of
from concord.core.returns.layout import ROLLS, layout
from concord.core.returns.reading import guarded
from concord.core.trouble import Unreadable

Spot = tuple[str, int | None, str]
"""Table, row (as in its frame) and item; an empty item is the row's own element, no row has no line."""
Lines = dict[tuple[str, int], dict[str, int]]
"""The line of each item of a row, the row's own under ""."""
_WORTH_IT: Final = 0.3
"""Up to this share of the pupils, reading them one by one is cheaper than reading the whole file (measured)."""


def locate(content: bytes, table: str, row: int, item: str) -> int | None:
    """The line of an item, or of its row where the item is not sent; None where there is no such row, or no XML."""
    return locate_many(content, [(table, row, item)])[table, row, item]


def locate_many(content: bytes, spots: Iterable[Spot]) -> Mapping[Spot, int | None]:
    """The lines of many at once, for a few hundred as cheaply as for one."""
    wanted = list(dict.fromkeys(spots))
    rows = {(table, row) for table, row, _ in wanted if row is not None}
    try:
        text = guarded(content)
        kind = kind_of(text)
        lines = (_lines_in_plain(text, rows) if kind == "SC" else None) or lines_of(text, kind, rows)
    except Unreadable:
        return dict.fromkeys(wanted)
    return {spot: _line(lines, *spot) for spot in wanted}


def _line(lines: Lines, table: str, row: int | None, item: str) -> int | None:
    of_row = {} if row is None else lines.get((table, row), {})
    return of_row.get(item, of_row.get(""))


def _lines_in_plain(text: bytes, rows: Iterable[tuple[str, int]]) -> Lines | None:
    """The lines of rows, each read from its pupil's stretch of the file; None where reading all of it is cheaper."""
    plain = read_plain(text)
    if plain is None:
        return None
    asked: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
    for table, row in rows:
        asked[_owner(plain.frames, table, row)].append((table, row))
    elsewhere = asked.pop(None, [])
    if len(asked) > len(plain.frames["pupil"]) * _WORTH_IT:
        return None
    lines = lines_of(_without_pupils(text), "SC", elsewhere) if elsewhere else {}
    owners = {owner: of_owner for owner, of_owner in asked.items() if owner is not None}
    for owner, alone, shift in _alone(text, owners):
        lines |= _lines_of_pupil(plain.frames, owner, owners[owner], alone, shift)
    return lines


def _owner(frames: Mapping[str, pl.DataFrame], table: str, row: int) -> int | None:
    """The pupil a row belongs to; None for rows of no pupil, and rows that are not there."""
    frame = frames.get(table)
    if frame is None or not 0 <= row < len(frame):
        return None
    return row if table == "pupil" else int(frame["pupil"][row])


def _alone(text: bytes, owners: Collection[int]) -> Iterator[tuple[int, bytes, int]]:
    """Each of the pupils as a file of its own and how many lines come before. In a plain file tags are as they seem."""
    number = seen = lines = 0
    for roll in ROLLS:
        path = [name.encode() for name in layout("SC")["pupil"].rows[roll][0]]
        above, below = b"<Message>" + _tags(path[:-1]), _tags([b"/" + name for name in path[-2::-1]]) + b"</Message>"
        closing = b"</" + path[-1] + b">"
        for found in re.finditer(_tags(path[-1:]), text):
            if number in owners:
                lines += text.count(b"\n", seen, found.start())
                seen = found.start()
                yield number, above + text[seen : text.index(closing, seen) + len(closing)] + below, lines
            number += 1


def _tags(names: Iterable[bytes]) -> bytes:
    return b"".join(b"<" + name + b">" for name in names)


def _without_pupils(text: bytes) -> bytes:
    """The file with its pupils taken out and every line kept."""
    start, end = text.index(b"<Pupils>"), text.rindex(b"</Pupils>")
    return text[:start] + b"<Pupils>" + b"\n" * text.count(b"\n", start, end) + text[end:]


def _lines_of_pupil(
    frames: Mapping[str, pl.DataFrame], owner: int, rows: list[tuple[str, int]], alone: bytes, shift: int
) -> Lines:
    places = {(table, row): _place(frames[table], table, row, owner) for table, row in rows}
    found = lines_of(alone, "SC", {(table, place) for (table, _), place in places.items()})
    return {
        (table, row): {item: line + shift for item, line in found[table, place].items()}
        for (table, row), place in places.items()
    }


def _place(frame: pl.DataFrame, table: str, row: int, owner: int) -> int:
    """Which of its pupil's rows of that table a row is."""
    return 0 if table == "pupil" else row - int(frame["pupil"].index_of(owner) or 0)
