"""What every connector answers with, and the check that a MIS gave all it was asked for.

A MIS may run a report in part, or leave out the columns a user may not see, without a word. A feed that lost its id
columns would read as if every pupil had left, so presence of columns is checked before a value is used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from concord.core.trouble import Trouble, Unreadable

KINDS: Final = ("pupils", "contacts", "attendance", "suspensions", "sen", "fsm")


class LostColumns(Trouble):
    """The MIS answered without columns that a feed cannot do without. `columns` are their names in the MIS."""

    def __init__(self, where: str, columns: Iterable[str], todo: str) -> None:
        self.columns = tuple(columns)
        super().__init__(
            f"{where} came without {', '.join(self.columns)}.",
            why="Without them nobody could tell whose the rest is. Nothing of it was used.",
            todo=todo,
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """All records of one kind, by their id in the MIS; items are named as the DfE spells them.
    Empty values are left out.
    """

    kind: str
    records: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one kind is got from one MIS: `source` (report, entity or path), `ids` (the fields that identify a record),
    `required` fields, `items` (DfE's name for each field of the MIS) and `tag` (V: seen in a named source, K: to be
    confirmed at a school).
    """

    kind: str
    source: str
    ids: tuple[str, ...]
    required: tuple[str, ...]
    items: Mapping[str, str]
    tag: str


@cache
def plans(mis: str) -> tuple[Plan, ...]:
    """The plans of a MIS, from its `mapping.toml`."""
    text = files(f"concord.courier.connectors.{mis}").joinpath("mapping.toml").read_text(encoding="utf-8")
    return tuple(_plan(kind, entry) for kind, entry in tomllib.loads(text).items())


def _plan(kind: str, entry: Mapping[str, object]) -> Plan:
    items, ids = entry["items"], entry["ids"]
    assert isinstance(items, dict) and isinstance(ids, list)  # noqa: S101, PT018 - our own file, held to this by a test
    required = entry.get("required", [])
    assert isinstance(required, list)  # noqa: S101 - likewise
    return Plan(kind, str(entry["source"]), tuple(ids), (*ids, *required), items, str(entry["tag"]))


def check_columns(plan: Plan, present: Iterable[str], where: str, todo: str) -> None:
    """Raises LostColumns unless every required field is among those present."""
    there = set(present)
    if lost := [name for name in plan.required if name not in there]:
        raise LostColumns(where, lost, todo)


def gather(plan: Plan, rows: Iterable[Mapping[str, str]], where: str) -> Feed:
    """The feed of rows given by the MIS's own field names. Raises Unreadable for a row without its id, or two of one
    id.
    """
    records: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, 1):
        ident = "|".join(row.get(name, "").strip() for name in plan.ids)
        if not all(row.get(name, "").strip() for name in plan.ids):
            raise Unreadable(
                f"Record {number} of {where} has no {' and '.join(plan.ids)}.", todo="Check the report in the MIS."
            )
        if ident in records:
            raise Unreadable(
                f"Record {number} of {where} is a second one of {ident}.", todo="Check the report: it may repeat rows."
            )
        record = {item: row[field].strip() for item, field in plan.items.items() if row.get(field, "").strip()}
        records[ident] = record
    return Feed(plan.kind, records)


def with_upns(feeds: Iterable[Feed]) -> Iterator[Feed]:
    """The feeds, with the UPN beside each `StudentId` that the feed of pupils (which comes first) knows."""
    upns: dict[str, str] = {}
    for feed in feeds:
        if feed.kind == "pupils":
            upns = {ident: record["UPN"] for ident, record in feed.records.items() if "UPN" in record}
        yield Feed(feed.kind, {ident: _with_upn(record, upns) for ident, record in feed.records.items()})


def _with_upn(record: Mapping[str, str], upns: Mapping[str, str]) -> Mapping[str, str]:
    upn = upns.get(record.get("StudentId", ""))
    return {**record, "UPN": upn} if upn else record
