"""What a head would want to ask about: looks refused, in an emergency, at odd hours, at many pupils in a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate

from concord.desk.people import title
from concord.store.models import LedgerLine

LONDON = ZoneInfo("Europe/London")
EARLY: Final = 7
LATE: Final = 20
MANY: Final = 10
SHOWN: Final = 5
RULE: Final = (
    "Unusual means: refused; in an emergency; at a weekend, or before 7am or after 8pm; "
    "or records of more than ten of your pupils opened in one day by one person."
)


@dataclass(frozen=True, slots=True)
class Unusual:
    """`kind`: refused, emergency, hour or many; `role` in words; `reason` a code of the agreement, if refused."""

    kind: str
    role: str
    clause: str
    at: datetime
    reason: str = ""
    number: int = 0


def unusual(looks: QuerySet[LedgerLine], ours: Sequence[str]) -> list[Unusual]:
    """The latest of each kind, newest first. `ours`: the pseudonyms of the establishment's pupils."""
    refused = [_one("refused", row) for row in looks.filter(answer="refusal")[:SHOWN]]
    hours = [_one("hour", row) for row in _at_odd_hours(looks)[:SHOWN]]
    glass = [_one("emergency", row) for row in looks.filter(flow="emergency-view", kind="deed")[:SHOWN]]
    return sorted([*refused, *glass, *hours, *_of_many(looks, ours)], key=lambda one: one.at, reverse=True)


def _one(kind: str, row: LedgerLine) -> Unusual:
    body = json.loads(row.body)
    return Unusual(kind, title(body["role"]), body["clause"], row.at, body.get("reason", ""))


def _at_odd_hours(looks: QuerySet[LedgerLine]) -> QuerySet[LedgerLine]:
    timed = looks.filter(kind="deed").annotate(
        weekday=ExtractIsoWeekDay("at", tzinfo=LONDON), hour=ExtractHour("at", tzinfo=LONDON)
    )
    return timed.filter(Q(weekday__gte=6) | Q(hour__lt=EARLY) | Q(hour__gte=LATE))


def _of_many(looks: QuerySet[LedgerLine], ours: Sequence[str]) -> list[Unusual]:
    """Days on which one person opened the records of more than `MANY` pupils of the establishment."""
    opened = looks.filter(body__contains='"deed":"pupil shown"', subjects__overlap=list(ours))
    each = opened.annotate(day=TruncDate("at", tzinfo=LONDON))  # a line about an opened record has one subject
    rows = each.order_by().values("actor", "day").annotate(pupils=Count("subjects", distinct=True), last=Max("at"))
    found = sorted((row for row in rows if row["pupils"] > MANY), key=lambda row: row["last"], reverse=True)[:SHOWN]
    return [_many(opened, row["actor"], row["last"], row["pupils"]) for row in found]


def _many(opened: QuerySet[LedgerLine], actor: str, at: datetime, number: int) -> Unusual:
    row = opened.filter(actor=actor, at=at)[:1].get()
    body = json.loads(row.body)
    return Unusual("many", title(body["role"]), body["clause"], at, number=number)
