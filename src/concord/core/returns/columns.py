"""The fast reading of the plain case: the pupils of a School Census straight into columns.

The block of pupils goes through xml2arrow, which by itself would drop what it does not know and take a file cut short.
So the bytes are proved plain first: tags alone and well nested, no attributes, comments or references to characters,
text in leaves only, no empty leaves. Then every leaf must have come out as one value: so nothing was dropped, and every
element stands in a place of the layout. Whatever is not plain is left to the strict reading, which explains it.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from xml2arrow import Xml2ArrowError, XmlToArrowParser

from concord.core.returns.document import MAX_DEPTH, MAX_ELEMENTS, MAX_VALUE, Contents, read_document
from concord.core.returns.layout import ROLLS, Roll, layout
from concord.core.trouble import Unreadable

KIND: Final = "SC"
_OPEN: Final = b"<Pupils>"
_CLOSE: Final = b"</Pupils>"
_NORMAL, _SPACE, _CONTROL, _LT, _GT, _ODD = range(6)


@dataclass(frozen=True)
class Plain:
    """What the strict reading made of all but the pupils, and the frames of the pupils and their rows."""

    rest: Contents
    frames: dict[str, pl.DataFrame]


def read_plain(text: bytes) -> Plain | None:
    """A School Census read fast, or None where it is not plain. `text` is known to be UTF-8."""
    start, end = text.find(_OPEN), text.rfind(_CLOSE)
    if start < 0 or end < start:
        return None
    block = text[start : end + len(_CLOSE)]
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # as XML has it, before anything else is read
    leaves = _plain_leaves(block)
    frames = _frames(block) if leaves is not None else None
    if frames is None or _values(frames) != leaves:
        return None
    try:
        rest = read_document(text[:start] + _OPEN + text[end:], KIND)
    except Unreadable:
        return None  # the strict reading of the whole file finds the same, and its right line
    return None if rest.unknown or any(rest.rows["pupil"].values()) else Plain(rest, frames)


def _byte_classes() -> bytes:
    """The class of each byte. 0xEF begins the two characters of Unicode that XML does not allow, among many others."""
    classes = bytearray([_CONTROL] * 32 + [_NORMAL] * 224)
    of = {_SPACE: b"\t\n ", _LT: b"<", _GT: b">", _ODD: b"=&\xef"}
    for one, values in of.items():
        for value in values:
            classes[value] = one
    return bytes(classes)


_CLASSES: Final = _byte_classes()


def _plain_leaves(block: bytes) -> int | None:
    """How many leaves the block has, all with text in them; None where it is not plain (see above)."""
    if block.count(b"<") > 2 * MAX_ELEMENTS:
        return None
    data = np.frombuffer(block, dtype=np.uint8)
    classes = np.frombuffer(block.translate(_CLASSES), dtype=np.uint8)
    first, last = np.flatnonzero(classes == _LT), np.flatnonzero(classes == _GT)
    if not _tags_alternate(first, last) or (classes == _CONTROL).any():
        return None
    odd = np.flatnonzero(classes == _ODD)
    if not _tags_are_bare(data, first, last, odd) or not _characters_stand_for_themselves(data, odd):
        return None
    closing = data[first + 1] == ord("/")
    if not _well_nested(closing):
        return None
    return _leaves(classes, first, last, closing)


def _tags_alternate(first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]) -> bool:
    return len(first) == len(last) and bool((first + 1 < last).all() and (last[:-1] < first[1:]).all())


def _tags_are_bare(
    data: npt.NDArray[np.uint8],
    first: npt.NDArray[np.intp],
    last: npt.NDArray[np.intp],
    odd: npt.NDArray[np.intp],
) -> bool:
    """No declarations, comments, instructions, empty-element tags, attributes or references inside a tag."""
    opened, closed = data[first + 1], data[last - 1]
    if (opened == ord("!")).any() or (opened == ord("?")).any() or (closed == ord("/")).any():
        return False
    return not (last[np.searchsorted(first, odd) - 1] > odd).any()


def _characters_stand_for_themselves(data: npt.NDArray[np.uint8], odd: npt.NDArray[np.intp]) -> bool:
    """No references to characters by number, and neither of the two that are no characters."""
    references, begun = odd[data[odd] == ord("&")], odd[data[odd] == 0xEF]
    by_number = data[references + 1] == ord("#")
    no_character = (data[begun + 1] == 0xBF) & (data[begun + 2] >= 0xBE)
    return not by_number.any() and not no_character.any()


def _well_nested(closing: npt.NDArray[np.bool_]) -> bool:
    """One root, closed by the last tag and not before. That each tag closes its own is xml2arrow's to see."""
    depth = np.cumsum(np.where(closing, -1, 1))
    return bool(depth[-1] == 0 and (depth[:-1] > 0).all() and depth.max() <= MAX_DEPTH - 1)


def _leaves(
    classes: npt.NDArray[np.uint8],
    first: npt.NDArray[np.intp],
    last: npt.NDArray[np.intp],
    closing: npt.NDArray[np.bool_],
) -> int | None:
    """The leaves, where text stands in leaves alone, no leaf is without, none is too long and no tag has a space."""
    bounds = np.empty(2 * len(first), dtype=np.intp)
    bounds[0::2], bounds[1::2] = first, last + 1
    filled = np.add.reduceat(classes != _SPACE, bounds[:-1], dtype=np.int32)
    in_tags, in_gaps = filled[0::2], filled[1::2]
    leaf = ~closing[:-1] & closing[1:]
    lengths = (first[1:] - last[:-1])[leaf]
    spaced = (in_tags[:-1] != (last - first)[:-1] + 1).any() or (in_tags[-1] != last[-1] - first[-1] + 1)
    if spaced or in_gaps[~leaf].any() or not in_gaps[leaf].all() or not leaf.any() or lengths.max() > MAX_VALUE:
        return None
    return int(leaf.sum())


def _values(frames: dict[str, pl.DataFrame]) -> int:
    """How many values came out that are more than white space."""
    count = 0
    for frame in frames.values():
        if len(frame):
            texts = pl.col(pl.String).exclude("Roll")
            count += sum(frame.select((texts.str.strip_chars() != "").sum()).row(0))
    return count


def _frames(block: bytes) -> dict[str, pl.DataFrame] | None:
    """The frames of the pupils and of their rows; None where xml2arrow finds fault or pupils stand in two blocks."""
    parser = _parser()
    try:
        batches = parser.parse(block)
    except (Xml2ArrowError, TypeError, ValueError):
        return None
    read = {name: pl.DataFrame(batch) for name, batch in batches.items() if batch.num_rows}
    on_roll = 0
    for roll in ROLLS:
        pupils = read.get(_name(layout(KIND)["pupil"].rows[roll][0][:-1]))
        if pupils is not None and not (pupils["<pupil>"] == pl.int_range(len(pupils), eager=True)).all():
            return None
        on_roll = len(pupils) if roll == "on" and pupils is not None else on_roll
    return {table: _joined(table, read, on_roll) for table in dict.fromkeys(one.table for one in _sources())}


def _joined(table: str, read: dict[str, pl.DataFrame], on_roll: int) -> pl.DataFrame:
    """A table's rows of both rolls in one frame of the layout's columns."""
    schema = layout(KIND).schema(table)
    parts = [
        _part(one, read[one.name], on_roll, schema) for one in _sources() if one.table == table and one.name in read
    ]
    if not parts:
        return pl.DataFrame(schema=schema)
    frame = pl.concat(parts) if len(parts) > 1 else parts[0]
    return frame.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))


def _part(one: Source, read: pl.DataFrame, on_roll: int, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """The rows of one source; where tables share its element, those that have a value in an item of this one."""
    items = {name: f"{one.table}/{name}" for name in schema if f"{one.table}/{name}" in read.columns}
    if one.shared:
        read = read.filter(pl.any_horizontal(pl.col(column).is_not_null() for column in items.values()))
    owner = pl.col("<pupil>") + pl.lit(on_roll if one.roll == "off" else 0, pl.UInt32)
    given = {name: pl.col(column) for name, column in items.items()} | {"pupil": owner, "Roll": pl.lit(one.roll)}
    return read.select(given.get(name, pl.lit(None, dtype)).alias(name) for name, dtype in schema.items())


@dataclass(frozen=True)
class Source:
    """An element of the block whose children are rows of a table. `shared` with another table's rows."""

    table: str
    roll: Roll
    row: tuple[str, ...]
    shared: bool = False

    @property
    def name(self) -> str:
        return _name(self.row[:-1])


@cache
def _sources() -> tuple[Source, ...]:
    """The pupils and the tables whose rows lie directly in pupils, for each roll."""
    plan = layout(KIND)
    found: list[Source] = []
    for roll in ROLLS:
        rows = plan["pupil"].rows[roll][0]
        found.append(Source("pupil", roll, rows))
        places = [child.at[:-1] for child in plan["pupil"].children]
        found += [
            Source(child.table, roll, (*rows, *child.at), places.count(child.at[:-1]) > 1)
            for child in plan["pupil"].children
        ]
    return tuple(found)


@cache
def _parser() -> XmlToArrowParser:
    """xml2arrow set up for the layout. It reads its configuration from a file, so one is made and thrown away."""
    tables: dict[str, dict[str, Any]] = {}
    for one in _sources():
        levels = ["pupil"] if one.table == "pupil" else ["pupil", "row"]
        table = {"name": one.name, "xml_path": _name(one.row[:-1]), "levels": levels, "fields": []}
        tables.setdefault(one.name, table)["fields"] += _fields(one)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layout.yaml"
        path.write_text(json.dumps({"parser_options": {"trim_text": False}, "tables": [*tables.values()]}))
        return XmlToArrowParser(path)


def _fields(one: Source) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{one.table}/{item.name}",
            "xml_path": _name((*one.row, *item.at)),
            "data_type": "Utf8",
            "nullable": True,
        }
        for item in layout(KIND)[one.table].items
    ]


def _name(path: tuple[str, ...]) -> str:
    return "/" + "/".join(name for name in path if name != ".")
