"""Suspended, lifted, under notice, taken back, ended: each takes effect the moment it is written (7(c), 7(d))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from concord.core.agreement.model import Actor, Permit
from concord.desk import agreements, gate, hold_job, keep_document, notices, standings, statement
from concord.desk.agreements import Along, Step
from concord.store.models import AgreementEvent


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who proposed to take a notice back, in which words, when, and the first day without agreement otherwise."""

    party: str
    words: str
    on: date
    ends: date


def suspend(actor: Actor, laestab: str, evidence: str, *, file: tuple[str, bytes] | None = None) -> AgreementEvent:
    """Suspend for thirty days, with evidence. `file` (name, content) is the document behind it, kept sealed.

    From the moment this commits no deed under the agreement is written, and no byte of a half-sent file is taken.
    """
    return _done(actor, laestab, Step("suspended", agreements.party_of(actor), evidence=evidence), file)


def lift(actor: Actor, laestab: str) -> AgreementEvent:
    """The party that suspended lifts it before its thirty days are over."""
    event = _done(actor, laestab, Step("suspension_lifted", agreements.party_of(actor)))
    hold_job.resume(laestab)
    return event


def give_notice(actor: Actor, laestab: str, ends: date, letter: str) -> AgreementEvent:
    """Notice in writing. `ends` is the first day without agreement, thirty days ahead or more."""
    details = {"ends": ends.isoformat()}
    return _done(actor, laestab, Step("notice_given", agreements.party_of(actor), evidence=letter, details=details))


def propose_withdrawal(actor: Actor, laestab: str, letter: str) -> AgreementEvent:
    """Propose that a running notice be taken back. It runs on unless the other party agrees."""
    step = Step("notice_withdrawal_proposed", agreements.party_of(actor), evidence=letter)
    return agreements.record_all(actor, laestab, [step])[0]


def proposed(actor: Actor, laestab: str) -> Proposal | None:
    """What was proposed about a notice that runs; None where nothing is."""
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    with gate.act(permit, "agreement opened", laestab):
        stands, events = standings.of([laestab], gate.today())[laestab], standings.events_of(laestab)
    if "withdrawal_proposed_by" not in stands.facts:
        return None
    last = next(one for one in reversed(events) if one.kind == "notice_withdrawal_proposed")
    return Proposal(last.party, last.evidence, last.on, date.fromisoformat(stands.facts["notice_ends"]))


def withdraw_notice(actor: Actor, laestab: str) -> AgreementEvent:
    """Agree to what the other party proposed: the notice is taken back, and the agreement goes on as it was."""
    return _done(actor, laestab, Step("notice_withdrawn", agreements.party_of(actor)))


def end(actor: Actor, laestab: str) -> AgreementEvent:
    """Record that a notice has run out. The agreement ended on its day whether or not anybody records it."""
    return _done(actor, laestab, Step("ended", agreements.party_of(actor)))


def _done(actor: Actor, laestab: str, step: Step, file: tuple[str, bytes] | None = None) -> AgreementEvent:
    event = agreements.record_all(actor, laestab, [step], _with(laestab, file) if file else None)[0]
    statement.follow(laestab)
    return event


def _with(laestab: str, file: tuple[str, bytes]) -> Along:
    name, content = file

    def along(permit: Permit, deed: gate.Deed, events: list[AgreementEvent]) -> None:
        media, about = notices.media_of(name), f"event {events[-1].pk}"
        kept = keep_document.keep(permit, laestab, "evidence", content, name=name, media=media, about=about)
        deed.facts |= {"evidence": kept.file_id}

    return along
