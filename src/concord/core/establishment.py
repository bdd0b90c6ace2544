"""Establishments as the register of them (GIAS) writes them: rows of its extract, by its own column names."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import StringIO
from typing import Any

from concord.core.shelf import shelf
from concord.core.trouble import Unreadable

NEEDED = (
    "URN",
    "LA (code)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)",
    "OpenDate",
    "CloseDate",
    "PhaseOfEducation (name)",
)


@dataclass(frozen=True, slots=True)
class Establishment:
    """One row of the extract: `kind` is the agreement's, `phase` the census's code, a day may be None."""

    laestab: str
    urn: str
    name: str
    type_code: str
    type_name: str
    kind: str
    phase: str
    district: str
    trust: str
    capacity: int | None
    low_age: int | None
    high_age: int | None
    opened: date | None
    closed: date | None
    head_name: str


@cache
def _types() -> Mapping[str, Any]:
    return tomllib.loads((shelf("codesets") / "register" / "establishment_types.toml").read_text())


def read_extract(text: str) -> Iterator[Establishment]:
    """The establishments of an extract, in its order. Raises Unreadable naming the missing column, or the line."""
    reader = csv.DictReader(StringIO(text))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or [])]
    if missing:
        raise Unreadable(
            "This is not an extract of the establishment register.",
            why=f"It has no column {', '.join(missing)}.",
            todo="Download the establishment fields as CSV from the register and use that file unchanged.",
        )
    for row in reader:
        try:
            yield _place(row)
        except (ValueError, KeyError) as fault:
            raise Unreadable(
                f"Line {reader.line_num} of the extract cannot be read.",
                why=str(fault),
                line=reader.line_num,
                todo="Download the extract again, or correct the line.",
            ) from fault


def _place(row: Mapping[str, str]) -> Establishment:
    code = row["TypeOfEstablishment (code)"].lstrip("0")
    known = _types()["type"].get(code, {"kind": "independent"})
    phase = known.get("phase") or _types()["phase"].get(row["PhaseOfEducation (name)"], "NO")
    return Establishment(
        laestab=f"{int(row['LA (code)']):03d}/{int(row['EstablishmentNumber']):04d}",
        urn=row["URN"],
        name=row["EstablishmentName"],
        type_code=code,
        type_name=row["TypeOfEstablishment (name)"],
        kind=known["kind"],
        phase=phase,
        district=row.get("DistrictAdministrative (name)", ""),
        trust=row.get("Trusts (name)", ""),
        capacity=_whole(row.get("SchoolCapacity", "")),
        low_age=_whole(row.get("StatutoryLowAge", "")),
        high_age=_whole(row.get("StatutoryHighAge", "")),
        opened=_day(row["OpenDate"]),
        closed=_day(row["CloseDate"]),
        head_name=f"{row.get('HeadFirstName', '')} {row.get('HeadLastName', '')}".strip(),
    )


def _whole(text: str) -> int | None:
    return int(text) if text.strip() else None


def _day(text: str) -> date | None:
    """GIAS writes days as 31-08-2014."""
    return datetime.strptime(text, "%d-%m-%Y").date() if text.strip() else None  # noqa: DTZ007 - a day has no zone
