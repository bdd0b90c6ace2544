"""A school sees what was done with its pupils' data: by which roles, when, under which clause, for what purpose (mission F5, clause 7(a))."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.desk import gate
from concord.desk.people import title
from concord.store import ledger, pupils
from concord.store.models import LedgerLine, Person

SEEN = frozenset({"pupil shown", "pupils searched", "conflict shown"})


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
    """A page of lines, and the sums over all that concern the establishment. `unusual`: title, words, when."""

    lines: list[Line]
    more: int | None
    count: int
    begins: date
    by_role: list[tuple[str, int]]
    by_purpose: list[tuple[str, int]]
    looks: int
    refused: int
    unusual: list[tuple[str, str, datetime]]


def account(actor: Actor, laestab: str, *, before: int | None = None, limit: int = 50, words: str = "") -> Account:
    """What concerned this establishment, newest first, 50 lines a page from line number `before` down."""
    permit = gate.ask(actor, "own-ledger", establishments=[laestab], categories=["identity"])
    with gate.act(permit, "ledger shown to its establishment", laestab):
        names = {gate.pseudonym(pupil): name for pupil, name in pupils.on_roll(permit, laestab)}
        rows = ledger.about(laestab)
        rows = rows.filter(body__icontains=words) if words else rows
        page = list((rows.filter(seq__lt=before) if before is not None else rows)[: limit + 1])
        first = ledger.about(laestab).order_by("seq").values_list("at", flat=True).first()
        sums = _sums(ledger.tally(laestab))
        refusals = list(ledger.about(laestab).filter(answer="refusal")[:5])
        count = rows.count()
    people = _people([*page, *refusals])
    return Account(
        [_line(row, names, people) for row in page[:limit]], page[limit - 1].seq if len(page) > limit else None, count,
        timezone.localdate(first) if first else gate.today(), *sums, [_refused(_line(row, names, people)) for row in refusals],
    )  # fmt: skip


def _people(rows: list[LedgerLine]) -> dict[str, str]:
    refs = {row.actor for row in rows if _is_ref(row.actor)}
    return {person.ref.hex: person.name for person in Person.objects.filter(ref__in=refs)}


def _refused(line: Line) -> tuple[str, str, datetime]:
    return f"Refused under clause {gate.spell(line.clause)}", f"{line.role}: {line.reason.replace('_', ' ')}", line.at


def _is_ref(actor: str) -> bool:
    return len(actor) == 32 and all(one in "0123456789abcdef" for one in actor)


def _line(row: LedgerLine, names: dict[str, str], people: dict[str, str]) -> Line:
    body: dict[str, Any] = json.loads(row.body)
    return Line(
        n=row.seq, at=row.at, what=body.get("deed") or body.get("answer", ""), role=title(body["role"]),
        who=people.get(body["actor"], "The hub" if body["actor"] == "hub" else ""), flow=body["flow"], clause=body["clause"],
        purpose=body.get("purpose", ""), case=body.get("case", ""),
        pupils=[names[one] for one in body.get("subjects", []) if one in names], answer=body.get("answer", "deed"),
        reason=body.get("reason", ""),
    )  # fmt: skip


def _sums(
    tallies: list[tuple[str, str, str, str, int]],
) -> tuple[list[tuple[str, int]], list[tuple[str, int]], int, int]:
    roles: Counter[str] = Counter()
    purposes: Counter[str] = Counter()
    refused = 0
    for role, purpose, deed, answer, count in tallies:
        if deed in SEEN:
            roles[title(role)] += count
            purposes[purpose] += count
        refused += count if answer == "refusal" else 0
    return roles.most_common(), purposes.most_common(), sum(roles.values()), refused
