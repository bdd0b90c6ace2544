"""Documents of an agreement: kept sealed by their hash, opened by either party (clauses 1(a), 2(a), 7(c))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import gate, keys, standings
from concord.store import vault
from concord.store.models import AgreementDocument

KINDS = {
    "notice": "Privacy notice",
    "evidence": "Evidence",
    "signed": "The signed agreement",
    "statement": "Statement of what stopped and what goes on",
    "statement_data": "The statement as signed data",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it is listed: `title` in words, `facts` what was found in it or who signed it."""

    id: int
    kind: str
    title: str
    name: str
    made: datetime
    sha256: str
    size: int
    about: str
    facts: dict[str, Any]
    returned: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    name: str
    media: str
    content: bytes


def keep(
    permit: Permit, laestab: str, kind: str, content: bytes, *, name: str, media: str, about: str, **facts: Any
) -> AgreementDocument:
    """Seal a document and list it, in the transaction of the deed it belongs to. Given twice, it is kept once."""
    flow = standings.agreement().flows["agreement-life"]
    now = timezone.now()
    file = vault.keep(permit, content, keys.seal_recipient(), now, flow.retention)
    told = {"file": file, "name": name[:200], "media": media, "made": now, "by": permit.actor, "facts": facts}
    kept, _ = AgreementDocument.objects.get_or_create(
        establishment_id=laestab, kind=kind, about=about[:80], defaults=told
    )
    return kept


def listed(laestab: str, *kinds: str) -> list[Paper]:
    """The documents of one establishment, newest first. Call it under the permit."""
    rows = AgreementDocument.objects.filter(establishment=laestab).select_related("file").defer("file__sealed")
    rows = rows.filter(kind__in=kinds) if kinds else rows
    return [_paper(row) for row in rows.order_by("-id")]


def _paper(row: AgreementDocument) -> Paper:
    return Paper(
        id=row.pk,
        kind=row.kind,
        title=KINDS[row.kind],
        name=row.name,
        made=row.made,
        sha256=row.file_id,
        size=row.file.size,
        about=row.about,
        facts=row.facts,
        returned=row.returned,
        why=row.why,
    )


def fetch(actor: Actor, laestab: str, number: int) -> Opened:
    """A document's bytes as they were kept, for either party; the opening is in the ledger with the document's hash."""
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    with gate.act(permit, "agreement document opened", laestab) as deed:
        row = AgreementDocument.objects.select_related("file").filter(pk=number, establishment=laestab).first()
        if row is None:
            raise Trouble("There is no such document.", todo="Open it from the agreement's page.")
        deed.facts |= {"document": row.file_id, "kind": row.kind}
        content = vault.fetch(permit, row.file, keys.seal_identity())
    return Opened(row.name, row.media, content)
