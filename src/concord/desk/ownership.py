"""Whose a data item is: the school's or the authority's, as dated data (clauses 4(g), 5(d); `codesets/register`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from concord.core.shelf import shelf
from concord.core.trouble import Trouble

FOLDER = "register"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who provides an item: the side, in words, and the roles that settle conflicts and answer discrepancies."""

    side: str
    says: str
    settles: tuple[str, ...]
    answers: tuple[str, ...]
    items: frozenset[str]
    since: date


@lru_cache(maxsize=8)
def sheet(name: str) -> dict[str, Any]:
    """One dated sheet of the register's rules. Raises Trouble where it cannot be read."""
    path: Path = shelf("codesets") / FOLDER / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise Trouble(f"{path.name} cannot be read.", why=str(fault), todo="Put the file right.") from fault


def in_force(rows: list[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    """The rows that hold on a day, the latest first."""
    held = [row for row in rows if row.get("since", date.min) <= on < row.get("until", date.max)]
    return sorted(held, key=lambda row: row.get("since", date.min), reverse=True)


@lru_cache(maxsize=8)
def _owners(on: date) -> Mapping[str, Owner]:
    found: dict[str, Owner] = {}
    for row in in_force(sheet("ownership")["owner"], on):
        items = frozenset(row["items"])
        owner = Owner(row["side"], row["says"], tuple(row["settles"]), tuple(row["answers"]), items, row["since"])
        for item in items:
            found.setdefault(item, owner)
    return found


def owner_of(item: str, on: date) -> Owner:
    """Who provides an item on a day. An item that nobody is named for is the establishment's (4(g))."""
    owners = _owners(on)
    return owners.get(item) or owners["Surname"]


def due(raised: date) -> date:
    """The day by which a discrepancy raised on a day is answered."""
    return raised + timedelta(days=int(in_force(sheet("ownership")["due"], raised)[0]["days"]))
