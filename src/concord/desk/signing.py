"""The agreement as each party reads it, from the agreement's own data and the recorded events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from concord.core.agreement.charges import price
from concord.core.agreement.flows import Flow
from concord.core.agreement.model import Actor, Standing
from concord.core.agreement.standing import STATES
from concord.core.trouble import Trouble
from concord.desk import acts, agreements, gate, keep_document, notices, permit_install, standings
from concord.desk.pdf_agreement import pounds
from concord.desk.people import title
from concord.store.models import AgreementEvent, Establishment


@dataclass(frozen=True, slots=True)
class Party:
    laestab: str
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class FlowForYou:
    """One flow as it is for one establishment: whether it needs a signature, and what it costs."""

    title: str
    says: str
    clause: str
    needs: bool
    charge: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a later version changed: the clause (none: the version's own reason), in words, and the version."""

    clause: str
    words: str
    version: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One establishment's agreement. `prices`: (service, price or free, clause). `may`: what this reader may do now."""

    laestab: str
    name: str
    version: str
    dated: str
    standing: Standing
    words: str
    leaves: list[FlowForYou]
    comes_back: list[FlowForYou]
    events: list[dict[str, Any]]
    changed: list[Changed] = field(default_factory=list)
    signed_version: str = ""
    prices: list[tuple[str, str, str]] = field(default_factory=list)
    papers: list[keep_document.Paper] = field(default_factory=list)
    notice: notices.Notice | None = None
    grants: list[permit_install.Grant] = field(default_factory=list)
    may: frozenset[str] = frozenset()
    steps: list[tuple[str, bool]] = field(default_factory=list)


def everybody(actor: Actor) -> list[Party]:
    """How the agreement stands with every establishment today."""
    permit = gate.ask(actor, "agreement-life", establishments=["*"])
    with gate.act(permit, "agreements listed") as deed:
        deed.establishments = frozenset()
    found = standings.of(["*"], gate.today())
    return [
        Party(one.laestab, one.name, found[one.laestab])
        for one in Establishment.objects.all()
        if one.laestab in permit.establishments
    ]


def opened(actor: Actor, laestab: str) -> Shown:
    """One establishment's agreement, as its signatory and the LA read it."""
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    with gate.act(permit, "agreement opened", laestab):
        place = Establishment.objects.filter(pk=laestab).first()
        rows = list(AgreementEvent.objects.filter(establishment=laestab).order_by("-id"))
        papers = keep_document.listed(laestab)
    if place is None:
        raise Trouble(f"There is no establishment {laestab} here.", todo="Choose one from the list of agreements.")
    stands = standings.of([laestab], gate.today())[laestab]
    handed = [one for one in papers if one.kind == "notice"]
    notice = notices.read(handed[0], laestab) if handed else None
    version = standings.agreement().version_on(gate.today())
    last = next((row.version for row in rows if row.kind == "signed"), "")
    return Shown(
        laestab=laestab,
        name=place.name,
        version=version.id if version else "",
        dated=version.dated if version else "",
        standing=stands,
        words=in_words(stands),
        events=[_event(row) for row in rows],
        changed=changes(last, version.id if version else ""),
        signed_version=last,
        prices=_prices(stands),
        papers=papers,
        notice=notice,
        grants=permit_install.grants(laestab, timezone.now()),
        may=acts.open_to(actor, stands, notice, version.id if version else ""),
        steps=_steps(stands, notice),
        **_flows(stands),
    )


def _flows(stands: Standing) -> dict[str, Any]:
    """What leaves and what comes back, for this kind of establishment."""
    mine = [one for one in standings.agreement().flows.values() if stands.kind in one.needs_agreement]
    mine = [one for one in mine if one.open_on(stands.on)]
    return {
        "leaves": [_for(one, stands) for one in mine if one.direction in ("school_to_la", "both")],
        "comes_back": [_for(one, stands) for one in mine if one.direction == "la_to_school"],
    }


def changes(last: str, version: str) -> list[Changed]:
    """What changed from the version last signed up to another; nothing where none was signed."""
    versions = standings.agreement().terms.versions
    ids = [one.id for one in versions]
    if last not in ids or version not in ids:
        return []
    found = []
    for one in versions[ids.index(last) + 1 : ids.index(version) + 1]:
        found += [Changed(clause, words, one.id) for clause, words in one.changes.items()]
        found += [Changed("", one.reason, one.id)]
    return found


def _prices(stands: Standing) -> list[tuple[str, str, str]]:
    """What each service with a charge would cost this establishment today, a met deadline taken for granted."""
    agreed = standings.agreement()
    priced = {row.flow for row in agreed.prices if row.holds(stands.on)}
    mine = [one for one in agreed.flows.values() if one.id in priced and stands.kind in one.needs_agreement]
    quotes = [(one.title, price(agreed, one.id, stands, stands.on, deadline_met=True)) for one in mine]
    return [
        (name, quote.says if quote.free else f"{pounds(quote.pence)} a {quote.unit}. {quote.says}", quote.clause)
        for name, quote in quotes
    ]


def _steps(stands: Standing, notice: notices.Notice | None) -> list[tuple[str, bool]]:
    """What a signature under way still waits for; nothing where none is."""
    waits = stands.facts.get("waits_for")
    if waits is None and stands.state not in ("offered", "none"):
        return []
    left = (waits or "privacy notice, ICO registration, countersignature").split(", ")
    signed = waits is not None
    handed = signed and notice is not None and notice.state != "returned"
    return [
        ("The establishment signs", signed),
        ("The privacy notice is handed over", handed),
        ("The authority confirms that the notice names it", signed and "privacy notice" not in left),
        ("The ICO registration is in date", signed and "ICO registration" not in left),
        ("The authority countersigns", signed and "countersignature" not in left),
    ]


def in_words(stands: Standing) -> str:
    """The standing in one sentence, with its days."""
    since = f" since {stands.since:%-d %B %Y}" if stands.since else ""
    until = f", until {stands.until:%-d %B %Y}" if stands.until else ""
    return f"{STATES[stands.state]}{since}{until}."


def _for(one: Flow, stands: Standing) -> FlowForYou:
    return FlowForYou(one.title, one.says, one.clause, bool(one.needs_agreement.get(stands.kind)), one.charge.rule)


def _event(row: AgreementEvent) -> dict[str, Any]:
    told = {"privacy_notice_confirmed": "", "signed": f"Version {row.version}", "offered": f"Version {row.version}"}
    return {
        "title": row.kind,
        "on": row.recorded if row.on == agreements.day_of(row.recorded) else row.on,
        "by": title(row.role),
        "words": told.get(row.kind, row.evidence),
        "clause": standings.agreement().terms.clause_of[agreements.deed_of(row.kind)],
    }
