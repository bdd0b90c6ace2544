"""Plain CSV exports: a folder with any of `pupils.csv`, `contacts.csv`, `attendance.csv`, `suspensions.csv`,
`sen.csv`, `fsm.csv`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from concord.core.trouble import Unreadable
from concord.courier.connectors.feed import Feed, Plan, check_columns, gather, plans

_TODO = "Export the table again with these columns (`docs/courier.md` lists them)."


def read_feeds(folder: Path) -> Iterator[Feed]:
    """The feed of each CSV that is there. Raises LostColumns, or Unreadable with the line."""
    for plan in plans("files"):
        path = folder / plan.source
        if path.is_file():
            yield read_csv(path, plan)


def read_csv(path: Path, plan: Plan) -> Feed:
    """One CSV: UTF-8, comma or semicolon, a header, and every row as wide as it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise Unreadable(f"{path.name} cannot be read.", why=f"{fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise Unreadable(f"{path.name} is not UTF-8.", todo="Export it as CSV UTF-8.") from fault
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    try:
        header = [name.strip() for name in next(reader, [])]
        check_columns(plan, header, path.name, _TODO)
        rows = [_row(header, row, reader.line_num, path.name) for row in reader if row]
    except csv.Error as fault:
        raise Unreadable(
            f"{path.name} is not CSV.", why=f"Line {reader.line_num}: {fault}.", line=reader.line_num
        ) from fault
    return gather(plan, rows, path.name)


def _row(header: list[str], row: list[str], line: int, name: str) -> dict[str, str]:
    if len(row) != len(header) or len(set(header)) != len(header):
        raise Unreadable(
            f"Line {line} of {name} has {len(row)} values for {len(set(header))} columns.",
            todo="Export the table again; a comma inside a value must stand in quotes.",
            line=line,
        )
    return dict(zip(header, row, strict=True))
