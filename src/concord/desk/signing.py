"""The agreement as each party reads it, from the agreement's own data and the recorded events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from concord.core.agreement.flows import Flow
from concord.core.agreement.model import Actor, Standing
from concord.core.agreement.standing import STATES
from concord.core.trouble import Trouble
from concord.desk import gate, standings
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
class Shown:
    laestab: str
    name: str
    version: str
    dated: str
    standing: Standing
    words: str
    leaves: list[FlowForYou]
    comes_back: list[FlowForYou]
    events: list[dict[str, Any]]


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
    if place is None:
        raise Trouble(f"There is no establishment {laestab} here.", todo="Choose one from the list of agreements.")
    stands = standings.of([laestab], gate.today())[laestab]
    flows = list(standings.agreement().flows.values())
    version = standings.agreement().version_on(gate.today())
    return Shown(
        laestab, place.name, version.id if version else "", version.dated if version else "", stands, in_words(stands),
        [_for(one, stands) for one in flows if one.direction in ("school_to_la", "both") and stands.kind in one.needs_agreement],
        [_for(one, stands) for one in flows if one.direction == "la_to_school" and stands.kind in one.needs_agreement],
        [_event(row) for row in rows],
    )  # fmt: skip


def in_words(stands: Standing) -> str:
    """The standing in one sentence, with its days."""
    since = f" since {stands.since:%-d %B %Y}" if stands.since else ""
    until = f", until {stands.until:%-d %B %Y}" if stands.until else ""
    return f"{STATES[stands.state]}{since}{until}."


def _for(one: Flow, stands: Standing) -> FlowForYou:
    return FlowForYou(one.title, one.says, one.clause, bool(one.needs_agreement.get(stands.kind)), one.charge.rule)


def _event(row: AgreementEvent) -> dict[str, Any]:
    return {
        "title": row.kind,
        "on": row.on,
        "by": title(row.role),
        "words": row.evidence,
    }
