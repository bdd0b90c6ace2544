"""Reading one return's XML: the guards, then the strict reading, then the frames."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Final

import polars as pl

from concord.core.returns.columns import read_plain
from concord.core.returns.document import MAX_BYTES, Contents, Row, kind_of, read_document, refuse
from concord.core.returns.layout import ROLLS, Layout, layout
from concord.core.returns.model import TRANSFER, Header, Return
from concord.core.trouble import Unreadable

_NOT_UTF_8: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x00<": "UTF-16", b"<\x00": "UTF-16"}
_SAVE_AS_UTF_8: Final = "Make the file again in the MIS: returns are UTF-8. Do not open and save it in another program."
_TERMS: Final = ("AUT", "SPR", "SUM")


def read(content: bytes, *, name: str = "") -> Return:
    """One return from its XML: School Census, Workforce Census or CTF; values verbatim, absent and empty as null.

    Raises Unreadable with the line, the reason and what to do for whatever is not wholly a return. `name`, of the
    file, is kept beside it: a CTF goes where its name says.
    """
    try:
        return replace(_read(content), name=name)
    except Unreadable as fault:
        what = f"{name} cannot be read as a return." if name else fault.what
        raise Unreadable(what, why=fault.why, todo=fault.todo, line=fault.line) from None


def _read(content: bytes) -> Return:
    text = guarded(content)
    kind = kind_of(text)
    plain = read_plain(text) if kind == "SC" else None
    found = plain.rest if plain else read_document(text, kind)
    tables = frames(layout(kind), found) | (plain.frames if plain else {})
    return Return(_header(found, kind), tables, found.unknown, "xml", hashlib.sha256(content).hexdigest())


def guarded(content: bytes) -> bytes:
    """The bytes without a byte order mark, once they are known to be UTF-8 text of a size a return can have."""
    if not content.strip(b" \t\r\n\x00"):
        refuse("it is empty.", "Send the file the MIS makes for the census.")
    if len(content) > MAX_BYTES:
        refuse(f"it has {len(content):,} bytes, and no return has more than {MAX_BYTES:,}.")
    if content[:2] == b"PK":
        refuse("it is a zip file.", "Unpack it, or give the zip to a place that takes several returns.")
    if content[:2] in _NOT_UTF_8:
        refuse(f"it is encoded as {_NOT_UTF_8[content[:2]]}.", _SAVE_AS_UTF_8, 1)
    text = content.removeprefix(b"\xef\xbb\xbf")
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = text.count(b"\n", 0, fault.start) + 1
        refuse(f"byte {text[fault.start]:#04x} there is not UTF-8, so names would be spoilt.", _SAVE_AS_UTF_8, line)
    return text


def frames(plan: Layout, found: Contents) -> dict[str, pl.DataFrame]:
    """A frame a table, pupils on roll before those no longer on roll, links moved accordingly."""
    return {table: _frame(plan, table, found) for table in plan.tables}


def _frame(plan: Layout, table: str, found: Contents) -> pl.DataFrame:
    rows: list[Row] = []
    for roll in ROLLS:
        of_roll = found.rows[table][roll]
        shift = {link: len(found.rows[link]["on"]) for link in plan.links(table)} if roll == "off" else {}
        if shift:
            of_roll = [row | {link: row[link] + by for link, by in shift.items() if link in row} for row in of_roll]
        rows += [row | {"Roll": roll} for row in of_roll] if "off" in plan[table].rows else of_roll
    schema = plan.schema(table)
    columns = {name: [row.get(name) for row in rows] for name in schema if name != "row"}
    return pl.DataFrame({"row": range(len(rows)), **columns}, schema=schema)


def _header(found: Contents, kind: str) -> Header:
    told = {name: value.strip() for name, value in found.header.items()}
    header = Header(**{"collection": "", "term": "", "year": "", **told})
    if kind == "CTF":
        return replace(header, collection=kind, document="" if header.document == TRANSFER else header.document)
    if kind == "SC" and header.term not in _TERMS:
        refuse(f"its header's term is “{header.term[:20]}”.", "The Term of a School Census is AUT, SPR or SUM.")
    if not re.fullmatch(r"20[0-9]{2}", header.year, re.ASCII):
        refuse(f"its header's year is “{header.year[:20]}”.", "The Year is that of census day, such as 2026.")
    return header
