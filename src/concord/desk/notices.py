"""The establishment's privacy notice: handed over, read, confirmed or returned by a person (clause 2(a))."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.utils import timezone

from concord.core.agreement.model import Actor, Permit, Refusal
from concord.core.agreement.notice_check import ITEMS, check_notice
from concord.core.agreement.reasons import refuse
from concord.core.trouble import Trouble
from concord.desk import agreements, gate, keep_document, standings
from concord.desk.read_notice import text_of
from concord.store import agreement_lock
from concord.store.models import AgreementDocument

_MEDIA = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
}
KINDS = tuple(_MEDIA)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the program found in a notice, and what a person made of it. `missing`: (what, article).

    `state`: handed_over, returned or confirmed.
    """

    number: int
    name: str
    made: datetime
    sha256: str
    named: bool
    mentioned: bool
    passage: str
    found: list[tuple[str, str]]
    missing: list[tuple[str, str]]
    state: str
    why: str


def media_of(name: str) -> str:
    """The media type a file's ending stands for."""
    return _MEDIA.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def examine(name: str, content: bytes) -> dict[str, Any]:
    """Read a notice and say what is in it. Raises Unreadable."""
    found = check_notice(text_of(content), standings.agreement().terms.authority.named_as)
    return {
        "named": found.named,
        "mentioned": found.mentioned,
        "passage": found.passage,
        "missing": [item.id for item in found.missing],
    }


def hand_over(permit: Permit, laestab: str, name: str, content: bytes, facts: dict[str, Any]) -> AgreementDocument:
    """Keep a notice that `examine` read, under a deed that is under way. The same file again is the same notice."""
    digest, media = hashlib.sha256(content).hexdigest(), media_of(name)
    about = f"{AgreementDocument.objects.filter(establishment=laestab, kind='notice').count()}:{digest}"
    return keep_document.keep(permit, laestab, "notice", content, name=name, media=media, about=about, **facts)


def hand_over_again(actor: Actor, laestab: str, name: str, content: bytes) -> None:
    """A notice in place of one that was returned; only those who may sign hand it over."""
    facts = examine(name, content)
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    _may(permit, actor, standings.agreement().terms.may_sign, laestab)
    with gate.act(permit, "privacy notice handed over", laestab) as deed:
        agreement_lock.alone(laestab)
        kept = hand_over(permit, laestab, name, content, facts)
        deed.facts |= {"document": kept.file_id, "named": facts["named"]}


def _may(permit: Permit, actor: Actor, roles: tuple[str, ...], laestab: str) -> None:
    """Refuse, under the notice's clause, whoever does not hold one of the roles; the refusal is in the ledger."""
    if actor.role in roles:
        return
    agreed = standings.agreement()
    titles = ", ".join(agreed.roles[role].title for role in roles if role in agreed.roles)
    held = agreed.roles[actor.role].title if actor.role in agreed.roles else actor.role
    words = {"role": held, "roles": titles, "event": "privacy notice", "party": agreements.party_of(actor)}
    no: Refusal = refuse(
        agreed,
        "no_authority",
        ref=permit.ref,
        establishment=laestab,
        clause=agreed.terms.clause_of["privacy_notice"],
        **words,
    )
    gate.refused(permit, no)
    raise gate.Refused(no)


def latest(permit: Permit, laestab: str) -> Notice | None:
    """The notice now in hand, with what was found in it. Call it under the permit, or after its deed."""
    with gate.act(permit, "privacy notice shown", laestab):
        papers = keep_document.listed(laestab, "notice")
    return read(papers[0], laestab) if papers else None


def read(paper: keep_document.Paper, laestab: str) -> Notice:
    """A kept notice with its state, which is the event's or the return's."""
    confirmed = any(
        event.kind == "privacy_notice_confirmed" and paper.sha256 in event.evidence and event.recorded >= paper.made
        for event in standings.events_of(laestab)
    )
    missing = set(paper.facts.get("missing", ()))
    told = [(item.id, (item.says, item.article)) for item in ITEMS]
    return Notice(
        number=paper.id,
        name=paper.name,
        made=paper.made,
        sha256=paper.sha256,
        named=bool(paper.facts.get("named")),
        mentioned=bool(paper.facts.get("mentioned")),
        passage=str(paper.facts.get("passage", "")),
        found=[words for name, words in told if name not in missing],
        missing=[words for name, words in told if name in missing],
        state="confirmed" if confirmed else "returned" if paper.returned else "handed_over",
        why=paper.why,
    )


def _in_hand(laestab: str, number: int) -> AgreementDocument:
    """The notice a person decides on: the latest, and the one they were looking at."""
    row = AgreementDocument.objects.filter(establishment=laestab, kind="notice").order_by("-id").first()
    if row is None or row.pk != number:
        raise Trouble(
            "This is not the establishment's latest notice.",
            why="Another was handed over after you opened the page.",
            todo="Open the agreement again and read the new one.",
        )
    if row.returned:
        raise Trouble("This notice was returned already.", todo="Wait for the establishment's new one.")
    return row


def confirm(actor: Actor, laestab: str, number: int, where: str = "") -> None:
    """An MI officer read the notice and it names the LA. `where` says so where the program could not find it."""

    def along(permit: Permit, deed: gate.Deed, events: list[Any]) -> None:
        row = _in_hand(laestab, number)
        if row.file_id not in events[0].evidence:
            raise RuntimeError("the notice changed under the confirmation")
        if not row.facts.get("named") and not where.strip():
            raise Trouble(
                "The program did not find that the notice names the authority as a recipient.",
                todo="Say where the notice names it, or return the notice.",
            )
        deed.facts |= {"document": row.file_id}

    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    with gate.act(permit, "privacy notice opened to confirm", laestab):
        digest = _in_hand(laestab, number).file_id
    evidence = f"privacy notice, sha256 {digest}" + (f". {where.strip()}" if where.strip() else "")
    step = agreements.Step("privacy_notice_confirmed", "authority", evidence=evidence)
    agreements.record_all(actor, laestab, [step], along)


def give_back(actor: Actor, laestab: str, number: int, why: str) -> None:
    """An MI officer returns the notice and says what must be put right; the establishment hands over another."""
    if not why.strip():
        raise Trouble("Say what must be put right in the notice.")
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    _may(permit, actor, standings.agreement().terms.may_confirm, laestab)
    with gate.act(permit, "privacy notice returned", laestab) as deed:
        agreement_lock.alone(laestab)
        row = _in_hand(laestab, number)
        if read(keep_document.listed(laestab, "notice")[0], laestab).state == "confirmed":
            raise Trouble("This notice was confirmed already.", todo="Open the agreement again.")
        row.returned, row.why = timezone.now(), why.strip()
        row.save(update_fields=["returned", "why"])
        deed.facts |= {"document": row.file_id}
