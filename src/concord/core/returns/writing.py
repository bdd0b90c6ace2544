"""Writing a return as XML: the items its census collects, in order, one a line, empty ones left out.

All rows of a table are written at once, as Polars expressions that put text together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Final

import polars as pl

from concord.core.returns.layout import ROLLS, Child, DataItem, Layout, Roll
from concord.core.returns.model import TRANSFER, Header, Return
from concord.core.returns.places import ROOTS, header_of
from concord.core.returns.transfer import require_addressed
from concord.core.trouble import Trouble

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\r": "&#13;"}
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MONTHS: Final = {"AUT": (10, 1), "SPR": (1, 15), "SUM": (5, 15)}


def write(ret: Return) -> bytes:
    """The return as UTF-8 XML, as its collection, term and census day have it; reading it gives the same return.

    Items the census does not collect are left out: `left_out` tells them. Trouble for characters XML cannot hold, and
    for a CTF that says not whom it is from and for.
    """
    if ret.header.kind == "CTF":
        require_addressed(ret.header)
    tree = _Group(ROOTS[ret.header.kind])
    tree.put(("Header",), _Text(_header(ret.header)))
    for table in ret.layout.tables.values():
        for roll, paths in table.rows.items():
            tree.put(paths[0][:-1], _Text(_rows(ret, table.name, roll, paths[0])))
    body = pl.select(tree.expression(0)).item().lstrip("\n")
    _check_characters(body)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def left_out(ret: Return) -> list[tuple[str, str, int]]:
    """Table, item and number of values that `write` leaves out, because this census does not collect them."""
    return [
        (item.table, item.name, count)
        for item in ret.layout.items
        if (count := sum(_values_left_out(ret, item, roll) for roll in ROLLS))
    ]


def census_day(header: Header) -> date:
    """The reference date (of a CTF the day it was made), or about that day where the header has none to be read."""
    try:
        return date.fromisoformat(header.created[:10] if header.kind == "CTF" else header.reference_date)
    except ValueError:
        return date(int(header.year), *_MONTHS.get(header.term, (11, 1))) if header.year.isdecimal() else date.max


def _values_left_out(ret: Return, item: DataItem, roll: Roll) -> int:
    if item.collected(ret.header.term or "AUT", census_day(ret.header), roll):
        return 0
    frame = _of_roll(ret, item.table, roll)
    return len(frame) - frame[item.name].null_count()


def _of_roll(ret: Return, table: str, roll: Roll) -> pl.DataFrame:
    """The rows of a table that belong to persons of a roll; what belongs to none is `on`."""
    frame, root = ret.tables[table], ret.tables[ret.layout.root]
    if "Roll" in frame.columns:
        return frame.filter(pl.col("Roll") == roll)
    if "Roll" in root.columns and ret.layout.root in frame.columns:
        return frame.join(root.filter(pl.col("Roll") == roll).select(pupil="row"), on="pupil", how="semi")
    return frame if roll == "on" else frame.clear()


@dataclass
class _Text:
    """Text that is ready; without a tag of its own."""

    text: str

    def expression(self, _depth: int) -> pl.Expr:
        return pl.lit(self.text)


@dataclass
class _Item:
    tag: str
    column: str

    def expression(self, depth: int) -> pl.Expr:
        value = pl.col(self.column).str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
        written = pl.concat_str(pl.lit(f"{_line(depth)}<{self.tag}>"), value, pl.lit(f"</{self.tag}>"))
        return written.fill_null("")


@dataclass
class _Rows:
    """The rows of another table that lie in each row, already written, in a column of their own."""

    column: str

    def expression(self, _depth: int) -> pl.Expr:
        return pl.col(self.column).fill_null("")


@dataclass
class _Group:
    """An element that holds others; left out where all of them are."""

    tag: str
    content: list[_Text | _Item | _Rows | _Group] = field(default_factory=list)

    def put(self, path: tuple[str, ...], one: _Text | _Item | _Rows) -> None:
        if not path:
            self.content.append(one)
            return
        found = next((group for group in self.content if isinstance(group, _Group) and group.tag == path[0]), None)
        if found is None or path[0].endswith("*"):
            found = _Group(path[0])
            self.content.append(found)
        found.put(path[1:], one)

    def inner(self, depth: int) -> pl.Expr:
        parts = [one.expression(depth + 1) for one in self.content]
        return pl.concat_str(parts) if parts else pl.lit("")

    def expression(self, depth: int) -> pl.Expr:
        tag, inner = self.tag.rstrip("*"), self.inner(depth)
        return pl.when(inner != "").then(_element(tag, inner, depth)).otherwise(pl.lit(""))


def _line(depth: int) -> str:
    return "\n" + "  " * depth


def _element(tag: str, inner: pl.Expr, depth: int) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{_line(depth)}<{tag}>"), inner, pl.lit(f"{_line(depth)}</{tag}>"))


def _rows(ret: Return, table: str, roll: Roll, path: tuple[str, ...]) -> str:
    """All rows of a table that stands by itself, for one roll."""
    frame = _of_roll(ret, table, roll)
    return "".join(_written(ret, table, frame, roll, tag=path[-1], depth=len(path)).to_list())


def _written(ret: Return, table: str, frame: pl.DataFrame, roll: Roll, *, tag: str, depth: int) -> pl.Series:
    """Each row as its element, those of other tables inside it included."""
    group, term, day = _Group(tag), ret.header.term or "AUT", census_day(ret.header)
    for one in ret.layout[table].content:
        if isinstance(one, Child):
            inside = _inside(ret, table, one, roll, depth + len(one.at)) if one.collected(term, roll) else None
            if inside is not None:
                frame = frame.join(inside, on="row", how="left", maintain_order="left")
                group.put(one.at[:-1], _Rows(f"<{one.table}>"))
        elif one.leaf == ".":
            return frame.with_columns(_leaf_rows(tag, one.name, depth).alias("<text>"))["<text>"]
        elif one.collected(term, day, roll) and frame[one.name].null_count() < len(frame):
            group.put(one.at[:-1], _Item(one.leaf, one.name))
    return frame.with_columns(_element(tag, group.inner(depth), depth).alias("<text>"))["<text>"]


def _leaf_rows(tag: str, column: str, depth: int) -> pl.Expr:
    """Rows whose own element holds the value; an empty one keeps its place."""
    empty = pl.lit(f"{_line(depth)}<{tag}></{tag}>")
    written = _Item(tag, column).expression(depth)
    return pl.when(written == "").then(empty).otherwise(written)


def _inside(ret: Return, parent: str, child: Child, roll: Roll, depth: int) -> pl.DataFrame | None:
    """The rows of a table that lie directly in rows of the parent, joined by the parent's row; None where none do."""
    rows = _nearest(ret.layout, child.table, parent, _of_roll(ret, child.table, roll))
    if rows.is_empty():
        return None
    texts = rows.with_columns(_written(ret, child.table, rows, roll, tag=child.at[-1], depth=depth).alias("<text>"))
    key = pl.col(parent) if parent in rows.columns else pl.lit(0, pl.UInt32)
    joined = texts.group_by(key.alias("row"), maintain_order=True).agg(pl.col("<text>").str.join(""))
    return joined.rename({"<text>": f"<{child.table}>"})


def _nearest(plan: Layout, table: str, parent: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows whose innermost link is the parent."""
    links = plan.links(table)
    inner = links[links.index(parent) + 1 :] if parent in links else ()
    none: pl.Expr = reduce(lambda one, link: one & pl.col(link).is_null(), inner, pl.lit(value=True))
    return frame.filter(none & (pl.col(parent).is_not_null() if parent in links else pl.lit(value=True)))


def _header(header: Header) -> str:
    group = _Group("Header")
    for name, path in header_of(header.kind).items():
        value = getattr(header, name) or (TRANSFER if name == "document" else "")
        if value:
            *groups, tag = path.split("/")
            group.put(tuple(groups), _Text(f"{_line(2 + len(groups))}<{tag}>{_escaped(value)}</{tag}>"))
    levels = "".join(f"{_line(4)}<CBDSLevel>{level}</CBDSLevel>" for level in _levels(header))
    group.put(("Content", "CBDSLevels"), _Text(levels))
    text: str = pl.select(group.inner(1)).item()
    return text


def _levels(header: Header) -> Iterator[str]:
    yield from ("School", "Pupil") if header.kind == "SC" else ()


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(one, one) for one in text)


def _check_characters(body: str) -> None:
    found = _NOT_XML.search(body)
    if found:
        line = body[body.rfind("\n", 0, found.start()) + 1 :].split("\n", 1)[0].strip()
        raise Trouble(
            "The return cannot be written as XML.",
            why=f"{line.partition('>')[0]}> has the character U+{ord(found[0]):04X}, which XML does not allow.",
            todo="Take the character out in the MIS.",
        )
