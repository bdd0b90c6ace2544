"""The signed agreement as a document: what both parties signed, in plain words, from the agreement's own data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from concord.core.agreement.charges import price
from concord.core.agreement.days import in_words, london_day
from concord.core.agreement.events import Event
from concord.core.agreement.flows import Flow
from concord.core.agreement.model import Standing
from concord.core.agreement.schedule import Agreement
from concord.core.seal.signature import public_text
from concord.desk import gate, keys, people, standings
from concord.desk.pdf import render
from concord.store.models import Establishment, Person


def named(ref: str) -> str:
    """The name of the person behind a ref; empty for machines and for people who have been deleted."""
    if len(ref) != 32 or not all(one in "0123456789abcdef" for one in ref):
        return ""
    return Person.objects.filter(ref=ref).values_list("name", flat=True).first() or ""


def made_on(now: datetime) -> dict[str, int]:
    """A day as the templates set it."""
    day = london_day(now)
    return {"year": day.year, "month": day.month, "day": day.day}


def signed_agreement(laestab: str, events: list[Event], stands: Standing, now: datetime) -> bytes:
    """The PDF of the agreement as it has just come into force. `events` are the establishment's, oldest first."""
    agreed, place = standings.agreement(), Establishment.objects.get(pk=laestab)
    version = next(one for one in agreed.terms.versions if one.id == stands.version)
    title = f"Data sharing agreement, version {version.id}: {place.name}"
    return render(
        "agreement",
        {
            "title": title,
            "authority": {"name": agreed.terms.authority.name},
            "made": made_on(now),
            "foot": f"{laestab} · version {version.id} · signed {in_words(london_day(now))}",
            "opening": f"{agreed.terms.title}. Version {version.id}, {version.dated}. "
            "Both parties have signed it; this document says in plain words what they signed.",
            "parties": [
                ["The establishment", f"{place.name}, DfE number {laestab}, URN {place.urn}"],
                ["Its kind", agreed.terms.kinds[stands.kind].says],
                ["The local authority", f"{agreed.terms.authority.name}, number {agreed.terms.authority.number}"],
            ],
        }
        | _signatures(events)
        | _schedule(agreed, stands)
        | _terms(agreed, stands),
    )


def _last(events: list[Event], kind: str) -> Event:
    return next(event for event in reversed(events) if event.kind == kind)


def _signatures(events: list[Event]) -> dict[str, Any]:
    signed, ico = _last(events, "signed"), _last(events, "ico_registered")
    notice, counter = _last(events, "privacy_notice_confirmed"), _last(events, "countersigned")
    expires = ico.day("expires")
    return {
        "establishment_signs": [
            ["Name", named(signed.by) or "Kept outside the program"],
            ["Position held", signed.details.get("position") or people.title(signed.role)],
            ["Date", in_words(signed.on)],
            ["ICO registration", f"{ico.details['number']}, to {in_words(expires) if expires else 'an unknown day'}"],
            ["Privacy notice", f"Confirmed on {in_words(notice.on)}: {notice.evidence}"],
        ],
        "authority_signs": [
            ["Name", named(counter.by) or "Kept outside the program"],
            ["Position held", people.title(counter.role)],
            ["Date", in_words(counter.on)],
        ],
    }


def _schedule(agreed: Agreement, stands: Standing) -> dict[str, Any]:
    """The flows of this kind of establishment, in three lists, and the services that cost something."""
    mine = [one for one in agreed.flows.values() if one.open_on(stands.on) and stands.kind in one.needs_agreement]
    bound = [one for one in mine if one.needs_agreement[stands.kind]]
    free = [one for one in mine if not one.needs_agreement[stands.kind] and one.direction != "la_internal"]
    prices = [row for one in mine if one.charge.rule != "free" for row in _price(agreed, one, stands)]
    return {
        "leaves": [_row(one) for one in bound if one.direction in ("school_to_la", "both", "la_internal")],
        "comes_back": [_row(one) for one in bound if one.direction in ("la_to_school", "third_party")],
        "by_law": [_row(one) for one in free],
        "prices": prices,
        "security": sorted({agreed.terms.security[name].says for one in mine for name in one.security}),
    }


def _row(flow: Flow) -> list[str]:
    return [flow.title, f"{flow.says} Basis: {flow.basis.words}.", gate.spell(flow.clause)]


def _price(agreed: Agreement, flow: Flow, stands: Standing) -> list[list[str]]:
    row = next((one for one in agreed.prices if one.flow == flow.id and one.holds(stands.on)), None)
    if row is None:
        return []
    quote = price(agreed, flow.id, stands, stands.on)
    told = quote.says if quote.free else f"{pounds(quote.pence)} a {quote.unit}. {quote.says}"
    return [[flow.title, told, gate.spell(quote.clause)]]


def pounds(pence: int) -> str:
    """An amount as people write it: £95, £1.50."""
    return f"£{pence // 100:,}" + (f".{pence % 100:02d}" if pence % 100 else "")


def _terms(agreed: Agreement, stands: Standing) -> dict[str, Any]:
    periods, facts = agreed.terms.periods, stands.facts
    return {
        "term": [
            f"In force from {_day(facts.get('in_force_from'))}. It lapses on {_day(facts.get('lapses'))}, unless it is "
            f"signed again; reminders come {', '.join(map(str, periods.reminder_days))} days ahead.",
            f"Either party may suspend it for {periods.suspension_days} days, with evidence of a serious breach of "
            "security.",
            f"Either party may end it with at least {periods.notice_days} days' notice in writing.",
        ],
        "retention": [
            [one.title, f"{length(one.months)}, then {one.action}", one.trigger]
            for rows in agreed.retention.values()
            for one in rows
            if one.since <= stands.on and (one.until is None or stands.on < one.until)
        ],
        "laws": [law.says for law in agreed.terms.laws.values()],
        "clauses": [[gate.spell(one.id), one.title, one.says] for one in agreed.clauses.values()],
        "versions": [[one.id, one.dated, one.reason] for one in agreed.terms.versions],
        "checking": CHECKING + f" The hub's public key is {public_text(keys.signing_key())}.",
    }


CHECKING = (
    "The SHA-256 hash of this file is in the authority's ledger, in the line of the countersignature. The "
    "establishment's page on who looked at its data lists that line and lets it be downloaded with its proof."
)


def _day(iso: str | None) -> str:
    return in_words(date.fromisoformat(iso)) if iso else "an unknown day"


def length(months: int | None) -> str:
    """A period of keeping in words."""
    if months is None:
        return "As long as they are of use"
    years, rest = divmod(months, 12)
    told = [f"{years} year{'s' * (years != 1)}"] * bool(years) + [f"{rest} month{'s' * (rest != 1)}"] * bool(rest)
    return " and ".join(told)
