"""The parties of the tests: who they are, and what each of them would do to bring an agreement into force."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from concord.core.agreement.model import EVERY, Actor
from concord.desk import gate, notices, sign_agreement, standings
from concord.desk.sign_agreement import Signature
from concord.store.models import AgreementDocument, Courier, Establishment, LedgerLine, Person

ACADEMY, MAINTAINED = "886/4001", "886/2001"
NOTICE = (
    b"Privacy notice for pupils. We are the data controller; our data protection officer answers questions. "
    b"The purposes of processing are to support learning. The lawful basis is a public task under Article 6. "
    b"The categories of information we hold are names and attendance. We share information with the Department for "
    b"Education and with Kent County Council. We keep it for as long as the retention schedule says. Nothing is sent "
    b"outside the UK. You have the right to access your data, and to complain to the Information Commissioner. "
    b"Information is received from your previous school. Some of it is mandatory."
)
SILENT = NOTICE.replace(b"and with Kent County Council", b"and with our catering supplier")


@dataclass(frozen=True)
class Parties:
    head: Actor
    other_head: Actor
    data_manager: Actor
    officer: Actor
    manager: Actor


def gather() -> Parties:
    for laestab, kind, urn in ((ACADEMY, "academy", "100001"), (MAINTAINED, "maintained", "100002")):
        Establishment.objects.create(
            laestab=laestab, urn=urn, name=f"Made-up {kind}", type_code="28", type_name=kind, kind=kind, phase="2"
        )
    return Parties(
        person("head", "Harper Sign", ACADEMY),
        person("head", "Hollis Sign", MAINTAINED),
        person("data_manager", "Dana Register", ACADEMY),
        person("mi_officer", "Mika Settler"),
        person("mi_manager", "Morgan Teller"),
    )


def person(role: str, name: str, *places: str) -> Actor:
    until = gate.today() + timedelta(days=300)
    row = Person.objects.create(
        email=f"{uuid.uuid4().hex}@test.example", name=name, role=role, establishments=list(places) or ["*"],
        trained_until=until, declared_until=until, authorised_until=until,
    )  # fmt: skip
    return Actor(
        row.ref.hex, role, frozenset(places) or EVERY, trained_until=until, declared_until=until, authorised_until=until
    )


def signature(**other: Any) -> Signature:
    told = {
        "position": "Head teacher",
        "ico_number": "ZA123456",
        "ico_expires": gate.today() + timedelta(days=300),
        "notice_name": "notice.txt",
        "notice": NOTICE,
    }
    return Signature(**(told | other))


def sign(parties: Parties, laestab: str = ACADEMY) -> None:
    """Offered, signed, the notice confirmed, countersigned: in force today."""
    head = parties.head if laestab == ACADEMY else parties.other_head
    sign_agreement.offer(parties.manager, laestab)
    sign_agreement.sign(head, laestab, signature())
    notices.confirm(parties.officer, laestab, notice_of(laestab))
    sign_agreement.countersign(parties.manager, laestab)


def notice_of(laestab: str) -> int:
    with scoped(laestab):
        return AgreementDocument.objects.filter(kind="notice", establishment=laestab).order_by("-id")[0].pk


def scoped(laestab: str) -> Any:
    """Look at documents as the gate's scope lets one look."""
    permit = gate.ask(gate.system(), "agreement-life", establishments=[laestab])
    return gate.act(permit, "looked at by a test")


def state(laestab: str = ACADEMY) -> str:
    return standings.of([laestab], gate.today())[laestab].state


def lines(deed: str = "") -> list[LedgerLine]:
    found = LedgerLine.objects.order_by("seq")
    return list(found.filter(body__contains=f'"deed":"{deed}"') if deed else found)


def documents(laestab: str, kind: str) -> list[AgreementDocument]:
    with scoped(laestab):
        return list(AgreementDocument.objects.filter(kind=kind, establishment=laestab).select_related("file"))


def courier(laestab: str = ACADEMY) -> Courier:
    place = Establishment.objects.get(pk=laestab)
    return Courier.objects.create(establishment=place, signing_key=b"k" * 32, enrolled=timezone.now())


def in_days(days: int) -> date:
    return gate.today() + timedelta(days=days)
