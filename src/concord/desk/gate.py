"""The one gate. Every movement and every view of data asks here first (clause 4(c), mission A4).

The decision is written to the ledger, durably and by itself, before anything is done about it. The deed that follows
writes its own line in the transaction that does it.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from concord.core.agreement.days import in_words
from concord.core.agreement.decide import decide, ground
from concord.core.agreement.model import EVERY, Actor, Ask, Permit, Refusal, Standing
from concord.core.agreement.reasons import refuse
from concord.core.trouble import Trouble
from concord.desk import keys, standings
from concord.store import agreement_lock, ledger
from concord.store.scope import under

FEW = 8  # establishments of a deed whose agreements are held still while its line is written


class Refused(Trouble):
    """The agreement says no. The refusal is already in the ledger."""

    status = 3

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.says, why=f"Clause {spell(refusal.clause)}. {refusal.missing}", todo=refusal.remedy)
        self.refusal = refusal
        self.clause = refusal.clause
        self.flow = refusal.flow


class Stopped(Refused):
    """What was permitted a moment ago is so no longer: the agreement was suspended or ended while it was being done."""


@dataclass(slots=True)
class Deed:
    """What was done under a permit: its line is written as the last statement of the transaction that does it."""

    name: str
    about: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    establishments: frozenset[str] | None = None
    subjects: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    n: int = -1
    """The number of the deed's ledger line, once it is done."""


def spell(clause: str) -> str:
    """`2d` as people write it: 2(d)."""
    return f"{clause[:-1]}({clause[-1]})" if clause and clause[-1].isalpha() else clause


def today() -> date:
    """The day in Europe/London, by which every clause counts."""
    return timezone.localdate()


def pseudonym(pupil: object) -> str:
    """A keyed stand-in for a pupil in the ledger: the same pupil can be followed, and nobody can be guessed from it."""
    return hmac.new(keys.pseudonym_key(), str(pupil).encode(), hashlib.sha256).hexdigest()[:32]


def ask(
    actor: Actor,
    flow: str,
    *,
    establishments: Iterable[str],
    categories: Iterable[str] = (),
    purpose: str = "",
    case: str = "",
    subjects: Iterable[object] = (),
) -> Permit:
    """Ask for leave: the permit, or `Refused`; either way the decision is in the ledger when this returns."""
    request = Ask(
        ref=uuid.uuid4().hex,
        flow=flow,
        actor=actor,
        establishments=frozenset(establishments),
        categories=frozenset(categories),
        on=today(),
        purpose=purpose,
        case=case,
        subjects=tuple(str(one) for one in subjects),
    )
    answer = decide(standings.agreement(), request, standings.of(request.establishments, request.on))
    ledger.append([_decision(request, answer)])
    if isinstance(answer, Refusal):
        raise Refused(answer)
    return answer


def refused(permit: Permit, refusal: Refusal) -> None:
    """Write down a refusal that came up while doing what had been permitted, after the doing was undone."""
    line = _base("decision", permit.flow, refusal.clause, permit.actor, permit.role)
    places = [refusal.establishment] if refusal.establishment else sorted(permit.establishments)
    ledger.append([line | {"ref": permit.ref, "answer": "refusal", "reason": refusal.reason, "establishments": places}])


def still(actor: Actor, flow: str, laestab: str) -> bool:
    """Whether a permitted flow is so still: for the small steps of one deed. A no is asked for properly, and logged."""
    request = Ask(
        "", flow, actor, frozenset([laestab]), frozenset(), today(), standings.agreement().flows[flow].purposes[0]
    )
    return isinstance(decide(standings.agreement(), request, standings.of(request.establishments, request.on)), Permit)


@contextmanager
def act(permit: Permit, name: str, about: str = "", **facts: Any) -> Iterator[Deed]:
    """Do something under a permit: one transaction, scoped to the permit, that ends with the deed's line or not at all.

    An agreement that was suspended or ended meanwhile undoes it: no line of a deed under an agreement follows the line
    that stopped it.
    """
    deed = Deed(name, about, dict(facts))
    try:
        with under(permit):
            yield deed
            _stands_still(permit, deed)
            deed.n = ledger.append_within([_line(permit, deed)])
    except Stopped as no:
        refused(permit, no.refusal)
        raise


def _stands_still(permit: Permit, deed: Deed) -> None:
    """Hold the agreements concerned as they are until the transaction ends, and refuse if one is no ground any more.

    A deed over many establishments (a search of a district) is looked at once more and holds nobody up.
    """
    flow = standings.agreement().flows[permit.flow]
    places = permit.establishments if deed.establishments is None else deed.establishments
    if not places or not any(flow.needs_agreement.values()):
        return
    found = standings.held(places, permit.on) if len(places) <= FEW else standings.of(EVERY, permit.on)
    for laestab in sorted(places & found.keys()):
        stands = found[laestab]
        if code := ground(flow, stands):
            raise Stopped(_no_longer(permit, laestab, stands, code))


def _no_longer(permit: Permit, laestab: str, stands: Standing, code: str) -> Refusal:
    words = {"kind": stands.kind, "date": in_words(stands.since) if stands.since else ""}
    words |= {"role": permit.role, "until": in_words(stands.until) if stands.until else ""}
    return refuse(standings.agreement(), code, ref=permit.ref, flow=permit.flow, establishment=laestab, **words)


@contextmanager
def steady(laestab: str) -> Iterator[None]:
    """A transaction for a small step that `still` allows: while it lasts, how the agreement stands cannot change."""
    with transaction.atomic():
        agreement_lock.steady([laestab])
        yield


def _decision(request: Ask, answer: Permit | Refusal) -> dict[str, Any]:
    line = _base("decision", request.flow, answer.clause, request.actor.ref, request.actor.role)
    line |= {
        "ref": request.ref,
        "establishments": sorted(request.establishments),
        "categories": sorted(request.categories),
        "purpose": request.purpose,
        "case": request.case,
        "subjects": [pseudonym(one) for one in request.subjects],
    }
    if isinstance(answer, Refusal):
        return line | {"answer": "refusal", "reason": answer.reason}
    return line | {"answer": "permit", "scope": sorted(answer.establishments), "items": sorted(answer.categories)}


def _line(permit: Permit, deed: Deed) -> dict[str, Any]:
    places = permit.establishments if deed.establishments is None else deed.establishments
    line = _base("deed", permit.flow, permit.clause, permit.actor, permit.role)
    return (
        line
        | {
            "ref": permit.ref,
            "deed": deed.name,
            "about": deed.about,
            "establishments": sorted(places),
            "categories": sorted(permit.categories),
            "purpose": permit.purpose,
            "case": permit.case,
            "subjects": [pseudonym(one) for one in (deed.subjects or permit.subjects)],
            "facts": deed.facts,
        }
        | deed.extra
    )


def _base(kind: str, flow: str, clause: str, actor: str, role: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"kind": kind, "at": at, "flow": flow, "clause": clause, "actor": actor, "role": role}


def system(role: str = "system") -> Actor:
    """The hub itself, acting for a clause and not for a person."""
    return Actor(ref="hub", role=role, establishments=EVERY, stepped_up=True)
