"""A school sees what was done with its pupils' data: by which roles, when, under which clause, for what purpose (mission F5, clause 7(a))."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concord.core.agreement.model import Actor
from concord.desk import gate, standings
from concord.store import ledger, pupils
from concord.store.models import LedgerLine, Person

SEEN = frozenset({"pupil shown", "pupils searched", "conflicts listed"})


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
    lines: list[Line]
    more: int | None
    by_role: list[tuple[str, int]]
    by_purpose: list[tuple[str, int]]
    looks: int
    refused: int


def account(actor: Actor, laestab: str, *, before: int | None = None, limit: int = 50) -> Account:
    """What concerned this establishment, newest first, 50 lines a page from line number `before` down."""
    permit = gate.ask(actor, "own-ledger", establishments=[laestab], categories=["identity"])
    with gate.act(permit, "ledger shown to its establishment", laestab):
        names = {gate.pseudonym(pupil): name for pupil, name in pupils.on_roll(permit, laestab)}
        rows = ledger.about(laestab)
        page = list((rows.filter(seq__lt=before) if before is not None else rows)[: limit + 1])
        tallies = ledger.tally(laestab)
    people = {person.ref.hex: person.name for person in Person.objects.filter(ref__in={row.actor for row in page if _is_ref(row.actor)})}
    lines = [_line(row, names, people) for row in page[:limit]]
    return Account(lines, page[limit - 1].seq if len(page) > limit else None, *_sums(tallies))


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


def title(role: str) -> str:
    known = standings.agreement().roles.get(role)
    return known.title if known else role


def _sums(tallies: list[tuple[str, str, str, str, int]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]], int, int]:
    roles: Counter[str] = Counter()
    purposes: Counter[str] = Counter()
    refused = 0
    for role, purpose, deed, answer, count in tallies:
        if deed in SEEN:
            roles[title(role)] += count
            purposes[purpose] += count
        refused += count if answer == "refusal" else 0
    return roles.most_common(), purposes.most_common(), sum(roles.values()), refused
