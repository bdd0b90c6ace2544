"""A delivery: what lies at a path, be it one return, a zip of several, or an export of COLLECT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from concord.core.returns.archive import Packed, files
from concord.core.returns.collect_csv import is_collect, read_collect
from concord.core.returns.model import Return
from concord.core.returns.reading import read
from concord.core.trouble import Unreadable


def read_path(path: Path) -> list[Return]:
    """All returns of a file, a zip or a folder; raises Unreadable for the first that cannot be read."""
    found = []
    for _, got in read_each(path):
        if isinstance(got, Unreadable):
            raise got
        found.append(got)
    return found


def read_each(path: Path) -> Iterator[tuple[str, Return | Unreadable]]:
    """Each return with the name of its file, or why that file cannot be read; one bad file does not stop the others.

    The tables of a COLLECT export are one: they are read together, or none of them is.
    """
    try:
        packed = files(path)
    except Unreadable as fault:
        yield path.name, fault
        return
    export = [one for one in packed if one.name.lower().endswith(".csv")]
    for one in packed:
        if one not in export:
            yield one.name, _one(one)
    if export:
        yield from _export(path.name, export)


def _one(packed: Packed) -> Return | Unreadable:
    try:
        return read(packed.content(), name=packed.name)
    except Unreadable as fault:
        return fault


def _export(name: str, packed: list[Packed]) -> Iterator[tuple[str, Return | Unreadable]]:
    try:
        strange = [one.name for one in packed if not is_collect(one.name)]
        if strange:
            raise Unreadable(
                f"{strange[0]} cannot be read as a table of COLLECT's export.",
                why="Its name is not of the form 2024_autumn_pupilonroll.csv or pupilonroll.csv.",
                todo="Give the export as COLLECT made it, and nothing else.",
            )
        for ret in read_collect({one.name: one.content() for one in packed}):
            yield f"{name} ({ret.header.laestab or ret.header.native_id})", ret
    except Unreadable as fault:
        yield name, fault
