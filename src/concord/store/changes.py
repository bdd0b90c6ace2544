"""Differences that wait for an MI officer, or were settled (clause 4(f)). Every function takes the permit first."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from concord.core.agreement.model import Permit
from concord.store.models import Change, ReturnVersion

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where differences come from: an establishment, the version of its return (none for the feed), and when."""

    laestab: str
    version: ReturnVersion | None
    raised: datetime


def open_ones(permit: Permit, kind: str = "") -> QuerySet[Change]:
    """Conflicts not yet settled, oldest first."""
    rows = Change.objects.filter(state="conflict").order_by("raised", "id")
    return rows.filter(kind=kind) if kind else rows


def counts(permit: Permit) -> dict[str, int]:
    """How many conflicts of each kind wait."""
    rows = Change.objects.filter(state="conflict").values_list("kind").annotate(Count("id"))
    return dict(rows)


def find(permit: Permit, change: uuid.UUID, *, lock: bool = False) -> Change | None:
    rows = Change.objects.filter(pk=change)
    return (rows.select_for_update() if lock else rows).first()


def settled(permit: Permit, limit: int = 20) -> QuerySet[Change]:
    """The last settled by a person, newest first."""
    rows = Change.objects.exclude(state="conflict").exclude(decided_by__in=["", "rule"])
    return rows.order_by("-decided")[:limit]


def answer(permit: Permit, change: Change, state: str, by: str, decided: datetime | None) -> None:
    """Write down how a conflict was settled, with whatever else of it the settling changed."""
    change.state, change.decided_by, change.decided = state, by, decided
    change.save(update_fields=["state", "decided_by", "decided", "pupil", "incoming"])


# -- who is this? ----------------------------------------------------------------------------------------------------


def ask_who(permit: Permit, origin: Origin, rows: Iterable[Row], items: Sequence[str]) -> int:
    """One question for each pupil of a version whom the evidence does not settle, asked once; how many are new.

    Rows have row, register_id, evidence and the items given. Questions of the return's earlier versions fall: the file
    they ask about was replaced.
    """
    assert origin.version is not None  # noqa: S101 - only returns are matched
    same = Change.objects.filter(kind="pupil", version__of=origin.version.of)
    same.filter(state="conflict").exclude(version=origin.version).delete()
    asked = set(same.filter(version=origin.version).values_list("row", flat=True))
    fresh = [_who(origin, row, items) for row in rows if row["row"] not in asked]
    return len(Change.objects.bulk_create(fresh))


def _who(origin: Origin, row: Row, items: Sequence[str]) -> Change:
    return _conflict(
        origin,
        "pupil",
        row=row["row"],
        pupil_id=uuid.UUID(row["register_id"]) if row["register_id"] else None,
        evidence=row["evidence"] or "",
        incoming={item: row[item] for item in items if row[item]},
    )


def answered(permit: Permit, version: int) -> dict[int, uuid.UUID]:
    """What a person has decided of a version's rows: the register's pupil, or the id under which a new one is made."""
    decided = Change.objects.filter(version=version, kind="pupil").exclude(state="conflict")
    return {one.row: one.pupil_id or one.id for one in decided if one.row is not None}


def maybe_here(permit: Permit, version: int) -> list[str]:
    """Register pupils whom a version may be speaking of, as long as nobody has said."""
    waiting = Change.objects.filter(version=version, kind="pupil", state="conflict", pupil__isnull=False)
    return [str(one) for one in waiting.values_list("pupil_id", flat=True)]


# -- this value or that? -----------------------------------------------------------------------------------------------


def dispute_values(permit: Permit, origin: Origin, rows: Iterable[Row], said: Collection[tuple[str, str]]) -> int:
    """Ask about each value that somebody else contradicts; how many questions are new.

    Rows have pupil, item, row, held, source, since and value; `said` are all (pupil, item) the establishment spoke of.
    What was asked before and still differs stays as it is, and what a person has rejected is not asked again until
    either side says something else. A question that no longer stands falls.
    """
    mine = Change.objects.filter(laestab=origin.laestab, kind="value")
    disputed = {(row["pupil"], row["item"], row["held"], row["value"]): row for row in rows}
    waiting = {_key(one): one.id for one in mine.filter(state="conflict")}
    over = [ident for key, ident in waiting.items() if key not in disputed and key[:2] in said]
    mine.filter(id__in=over).delete()
    pupils = {pupil for pupil, *_ in disputed}
    known = waiting.keys() | {_key(one) for one in mine.filter(state="rejected", pupil__in=pupils)}
    fresh = [_value(origin, row) for key, row in disputed.items() if key not in known]
    return len(Change.objects.bulk_create(fresh))


def _key(change: Change) -> tuple[str, str, str, str]:
    return str(change.pupil_id), change.item, change.held, change.offered


def _value(origin: Origin, row: Row) -> Change:
    return _conflict(
        origin,
        "value",
        row=row["row"],
        pupil_id=uuid.UUID(row["pupil"]),
        item=row["item"],
        held=row["held"],
        held_source=row["source"],
        held_on=row["since"],
        offered=row["value"],
    )


# -- whose roll? -------------------------------------------------------------------------------------------------------


def dispute_rolls(
    permit: Permit, origin: Origin, claims: Sequence[tuple[uuid.UUID, str, date]], rows: Mapping[str, int]
) -> int:
    """Ask about each pupil on this roll and on another: (pupil, other LAEstab, since). One question for two rolls."""
    waiting = Change.objects.filter(kind="roll", state="conflict", pupil__in={pupil for pupil, *_ in claims})
    asked = {(one.pupil_id, frozenset({one.laestab, one.held_source})) for one in waiting}
    fresh = [
        _conflict(
            origin,
            "roll",
            row=rows[str(pupil)],
            pupil_id=pupil,
            held=other,
            held_source=other,
            held_on=since,
            offered=origin.laestab,
        )
        for pupil, other, since in claims
        if (pupil, frozenset({origin.laestab, other})) not in asked
    ]
    return len(Change.objects.bulk_create(fresh))


def _conflict(origin: Origin, kind: str, **more: Any) -> Change:
    return Change(
        version=origin.version, laestab=origin.laestab, kind=kind, state="conflict", raised=origin.raised, **more
    )
