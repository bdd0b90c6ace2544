"""Offered, signed, countersigned: how an agreement comes into force (1(a), 2(a), 4(h), 7(b))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from concord.core.agreement.model import Actor, Permit, Standing
from concord.core.trouble import Trouble
from concord.desk import agreements, gate, keep_document, notices, standings
from concord.desk.agreements import Step
from concord.desk.gate import Refused
from concord.desk.pdf_agreement import signed_agreement
from concord.store.models import AgreementEvent
from concord.store.scope import NOWHERE


@dataclass(frozen=True, slots=True)
class Signature:
    """What the signatory gives. The name is that of the person signed in, and the day is today's."""

    position: str
    ico_number: str
    ico_expires: date
    notice_name: str
    notice: bytes


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer to many: to whom it went, and whom the clauses left out, with the reason."""

    version: str
    to: list[str]
    left_out: list[tuple[str, str]]


def wants(stands: Standing, version: str) -> bool:
    """Whether an establishment with this standing is to be offered the version that is open."""
    if stands.state == "offered":
        return _offered_version(stands.establishment) != version
    if stands.state in ("signed", "suspended", "unregistered"):
        return stands.version != version
    if stands.state in ("in_force", "due", "notice"):
        return stands.version != version or "reminder" in stands.facts
    return stands.state in ("none", "lapsed", "ended") and "closed" not in stands.facts


def _offered_version(laestab: str) -> str:
    return next((one.version for one in reversed(standings.events_of(laestab)) if one.kind == "offered"), "")


def offer(actor: Actor, laestab: str) -> AgreementEvent:
    """Offer the version open today to one establishment."""
    return agreements.record(actor, laestab, "offered", party="authority", version=agreements.version_on(gate.today()))


@dataclass(frozen=True, slots=True)
class Plan:
    """An offer before it is made: the version, what it changed, and how many would get it."""

    version: str
    dated: str
    reason: str
    changes: list[tuple[str, str]]
    to: list[str]


def may_offer(actor: Actor) -> bool:
    """Whether this role offers agreements for the authority."""
    return actor.role in standings.agreement().terms.may_confirm


def offer_plan(actor: Actor) -> Plan:
    """To whom the version open today would be offered, and what it changed."""
    permit = gate.ask(actor, "agreement-life", establishments=["*"])
    with gate.act(permit, "agreements listed") as deed:
        deed.establishments = frozenset()
    version = standings.agreement().version_on(gate.today())
    if version is None:
        raise Trouble("No version of the agreement is open to signature yet.", todo="Give one a day: 'since'.")
    return Plan(version.id, version.dated, version.reason, list(version.changes.items()), _waiting(version.id))


def _waiting(version: str) -> list[str]:
    """The establishments that are a party to the agreement and have not signed this version, nor been offered it."""
    kinds = standings.agreement().terms.kinds
    return [
        laestab
        for laestab, stands in sorted(standings.of(["*"], gate.today()).items())
        if laestab != NOWHERE and kinds[stands.kind].family != "outside" and wants(stands, version)
    ]


def offer_to_all(actor: Actor) -> Offered:
    """Offer the version open today to every establishment that may sign it and has not: a new one, or an amendment."""
    version = agreements.version_on(gate.today())
    sent, left = [], []
    for laestab in _waiting(version):
        try:
            offer(actor, laestab)
            sent.append(laestab)
        except Refused as no:
            left.append((laestab, no.what))
    return Offered(version, sent, left)


def sign(actor: Actor, laestab: str, given: Signature) -> AgreementEvent:
    """Sign the version open today: position, ICO registration and privacy notice in one act, all or nothing.

    Raises Unreadable for a notice that cannot be read, `Refused` with the clause for everything the clauses forbid.
    """
    facts = notices.examine(given.notice_name, given.notice)
    registered = {"number": given.ico_number.strip().upper(), "expires": given.ico_expires.isoformat()}
    version = agreements.version_on(gate.today())
    steps = [
        Step("ico_registered", details=registered),
        Step("signed", version=version, details={"position": given.position.strip()}),
    ]

    def along(permit: Permit, deed: gate.Deed, events: list[AgreementEvent]) -> None:
        kept = notices.hand_over(permit, laestab, given.notice_name, given.notice, facts)
        deed.facts |= {"notice": kept.file_id, "named": facts["named"]}

    if not given.position.strip():
        raise Trouble("Say which position you hold.", todo="Write it as it should stand on the agreement.")
    return agreements.record_all(actor, laestab, steps, along)[-1]


def register_ico(actor: Actor, laestab: str, number: str, expires: date) -> AgreementEvent:
    """A new ICO registration, or a renewed one (clause 4(h))."""
    return agreements.record(
        actor,
        laestab,
        "ico_registered",
        party=agreements.party_of(actor),
        number=number.strip().upper(),
        expires=expires.isoformat(),
    )


def countersign(actor: Actor, laestab: str) -> AgreementEvent:
    """The authority countersigns: the agreement is in force; its document is made, sealed, and named in the ledger."""

    def along(permit: Permit, deed: gate.Deed, events: list[AgreementEvent]) -> None:
        now, told = timezone.now(), standings.events_of(laestab)
        stands = standings.of([laestab], gate.today())[laestab]
        if not stands.in_force:
            raise Trouble("The agreement is not complete.", todo="Open it again and see what is missing.")
        pdf = signed_agreement(laestab, told, stands, now)
        kept = keep_document.keep(permit, laestab, "signed", pdf, **_labels(laestab, stands, events[-1]))
        deed.facts |= {"document": kept.file_id, "bytes": len(pdf)}

    step = Step("countersigned", "authority", version=signed_version(laestab))
    return agreements.record_all(actor, laestab, [step], along)[-1]


def _labels(laestab: str, stands: Standing, event: AgreementEvent) -> dict[str, Any]:
    stem = f"agreement-{laestab.replace('/', '')}-version-{stands.version}-{event.on.isoformat()}"
    return {
        "name": f"{stem}.pdf",
        "media": "application/pdf",
        "about": f"event {event.pk}",
        "version": stands.version,
        "on": event.on.isoformat(),
    }


def signed_version(laestab: str) -> str:
    """The version an establishment last put its signature to; empty where it never did."""
    return next((one.version for one in reversed(standings.events_of(laestab)) if one.kind == "signed"), "")
