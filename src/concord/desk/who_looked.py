"""A school sees what was done with its pupils' data: by which roles, when, under which clause, for what purpose.

Mission F5, clause 7(a). A look is somebody of the local authority seeing a record, a search's results or a conflict.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.desk import emergency_list, gate, standings
from concord.desk.emergency_list import Shown
from concord.desk.people import title
from concord.desk.unusual_looks import Unusual, unusual
from concord.store import ledger, pupils
from concord.store.models import LedgerLine, Person

SEEN = frozenset({"pupil shown", "pupils searched", "history shown", "conflict shown", "conflicts listed"})
LOOKING = ("professional-view", "emergency-view", "conflict-settlement")
"""Flows by which the authority sees records: a refusal of one of these is a look that did not happen."""
EMERGENCY = ("emergency-view", "emergency-access")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a person reads it. `pupil` is named only to the pupil's own establishment."""

    n: int
    at: datetime
    what: str
    role: str
    who: str
    flow: str
    clause: str
    purpose: str
    case: str
    pupils: list[str]
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """A page of lines, and the sums over all that concern the establishment; `counts` by what can be listed."""

    lines: list[Line]
    more: int | None
    count: int
    begins: date
    by_role: list[tuple[str, int]]
    by_purpose: list[tuple[str, int]]
    looks: int
    refused: int
    unusual: list[Unusual]
    emergencies: list[Shown]


def account(
    actor: Actor, laestab: str, *, before: int | None = None, limit: int = 50, words: str = "", which: str = "looks"
) -> Account:
    """What concerned this establishment, newest first, `limit` lines a page from line number `before` down.

    `which`: `looks` (of the authority, with what it was refused), `emergency` (what was asked for, answered and opened
    in an emergency) or `all` (every decision and deed).
    """
    permit = gate.ask(actor, "own-ledger", establishments=[laestab], categories=["identity"])
    with gate.act(permit, "ledger shown to its establishment", laestab):
        roll = dict(pupils.on_roll(permit, laestab))
        names = {gate.pseudonym(pupil): name for pupil, name in roll.items()}
        every = ledger.about(laestab)
        rows = _which(every, which)
        rows = _about_words(rows, words, names) if words else rows
        page = list((rows.filter(seq__lt=before) if before is not None else rows)[: limit + 1])
        first = every.order_by("seq").values_list("at", flat=True).first()
        by_role, by_purpose, seen = _sums(ledger.tally(laestab))
        refused = looks(every).filter(answer="refusal").count()
        odd = unusual(looks(every), list(names))
        count = rows.count()
        opened = emergency_list.at(permit, laestab)
    people = _people(page)
    return Account(
        [_line(row, names, people) for row in page[:limit]],
        page[limit - 1].seq if len(page) > limit else None,
        count,
        timezone.localdate(first) if first else gate.today(),
        by_role,
        by_purpose,
        seen,
        refused,
        odd,
        emergency_list.with_names(actor, opened, roll),
    )


def _which(every: QuerySet[LedgerLine], which: str) -> QuerySet[LedgerLine]:
    if which == "emergency":
        return every.filter(Q(kind="deed", flow__in=EMERGENCY) | Q(answer="refusal", flow="emergency-view"))
    return looks(every) if which == "looks" else every


def looks(rows: QuerySet[LedgerLine]) -> QuerySet[LedgerLine]:
    """The lines that tell of a look, or of one refused."""
    seen = Q()
    for deed in sorted(SEEN):
        seen |= Q(body__contains=f'"deed":"{deed}"')
    return rows.filter(Q(kind="deed") & seen | Q(answer="refusal", flow__in=LOOKING))


def _about_words(rows: QuerySet[LedgerLine], words: str, names: dict[str, str]) -> QuerySet[LedgerLine]:
    """Lines that hold the words as they are shown: a pupil's name, a person's, a role's, or what stands in the line."""
    folded = words.casefold()
    subjects = [pseudonym for pseudonym, name in names.items() if folded in name.casefold()]
    who = [one.hex for one in Person.objects.filter(name__icontains=words).values_list("ref", flat=True)]
    roles = [one.id for one in standings.agreement().roles.values() if folded in one.title.casefold()]
    found = Q(subjects__overlap=subjects) | Q(actor__in=who) | Q(body__icontains=words)
    for role in roles:
        found |= Q(body__contains=f'"role":"{role}"')
    return rows.filter(found)


def _people(rows: Iterable[LedgerLine]) -> dict[str, str]:
    refs = {row.actor for row in rows if _is_ref(row.actor)}
    return {person.ref.hex: person.name for person in Person.objects.filter(ref__in=refs)}


def _is_ref(actor: str) -> bool:
    return len(actor) == 32 and all(one in "0123456789abcdef" for one in actor)


def _line(row: LedgerLine, names: dict[str, str], people: dict[str, str]) -> Line:
    body: dict[str, Any] = json.loads(row.body)
    return Line(
        n=row.seq,
        at=row.at,
        what=body.get("deed") or body.get("answer", ""),
        role=title(body["role"]),
        who=people.get(body["actor"], "The hub" if body["actor"] == "hub" else ""),
        flow=body["flow"],
        clause=body["clause"],
        purpose=body.get("purpose", ""),
        case=body.get("case", ""),
        pupils=[names[one] for one in body.get("subjects", []) if one in names],
        answer=body.get("answer", "deed"),
        reason=body.get("reason", ""),
    )


def _sums(
    tallies: list[tuple[str, str, str, str, int]],
) -> tuple[list[tuple[str, int]], list[tuple[str, int]], int]:
    roles: Counter[str] = Counter()
    purposes: Counter[str] = Counter()
    for role, purpose, deed, _, count in tallies:
        if deed in SEEN:
            roles[title(role)] += count
            purposes[purpose] += count
    return roles.most_common(), purposes.most_common(), sum(roles.values())
