"""Before the fact: what one establishment would gain and lose, by the engine that decides (mission A4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from concord.core.agreement.charges import price
from concord.core.agreement.events import Event
from concord.core.agreement.model import Actor, Standing
from concord.core.agreement.schedule import Agreement, tabulate
from concord.core.agreement.standing import standing
from concord.core.agreement.what_if import WhatIf, compare, if_signed, sees, what_if
from concord.core.trouble import Trouble
from concord.desk import agreements, gate, standings
from concord.desk.pdf_agreement import pounds

CASES: Final = {
    "sign": "The establishment signs the version that is open now",
    "suspend": "One party suspends the agreement today",
    "notice": "One party gives notice today, and the notice runs out",
    "lapse": "Nobody signs again, and the agreement lapses",
    "convert": "The school becomes an academy",
    "role": "A role loses a category of data",
    "price": "A service changes its price",
}
"""What can be supposed, in words."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed. `role` and `category` go with the case `role`; `flow` and `pence` with `price`."""

    case: str
    role: str = ""
    category: str = ""
    flow: str = ""
    pence: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What would change on `day`, in words for a page. Flows: (title, words, clause). `sees`: (role, category)."""

    day: date
    before: Standing
    after: Standing
    gained: list[tuple[str, str, str]]
    lost: list[tuple[str, str, str]]
    sees_gained: list[tuple[str, str]]
    sees_lost: list[tuple[str, str]]
    prices: list[tuple[str, str, str, str]]
    refused: list[tuple[str, str]]


def suppose(actor: Actor, laestab: str, supposed: Supposed) -> Answer:
    """What would be so, and nothing is done. Raises Trouble for a case nobody can suppose."""
    if supposed.case not in CASES:
        raise Trouble("This cannot be supposed.", todo=f"Choose one of: {', '.join(CASES)}.")
    permit = gate.ask(actor, "agreement-life", establishments=[laestab])
    with gate.act(permit, "agreement supposed", laestab, case=supposed.case):
        events = standings.events_of(laestab)
    if supposed.case in _TERMS:
        return _other_terms(laestab, events, supposed)
    on, then = _EVENTS[supposed.case](actor, laestab, events)
    found = what_if(standings.agreement(), events, _last_of_all(events, then), laestab, on)
    return _answer(standings.agreement(), on, found)


Then = tuple[date, list[Event]]


def _last_of_all(events: list[Event], then: list[Event]) -> list[Event]:
    """What is supposed comes after all that was recorded, whatever the hour: as it would if it were done now."""
    last = max((one.recorded for one in events), default=then[0].recorded)
    if last < then[0].recorded:
        return then
    return [replace(one, recorded=last + timedelta(microseconds=n)) for n, one in enumerate(then, 1)]


def _event(kind: str, actor: Actor, laestab: str, on: date, details: dict[str, str] | None = None) -> Event:
    party = agreements.party_of(actor)
    role = {
        "establishment": standings.agreement().terms.may_sign,
        "authority": standings.agreement().terms.may_countersign,
    }
    return Event(
        kind=kind,
        on=on,
        recorded=datetime.combine(on, time(12), UTC),
        party=party,
        role=role[party][0],
        evidence="supposed",
        details=details or {},
        establishment=laestab,
    )


def _sign(actor: Actor, laestab: str, events: list[Event]) -> Then:
    on = gate.today()
    return on, list(if_signed(standings.agreement(), on, laestab))


def _suspend(actor: Actor, laestab: str, events: list[Event]) -> Then:
    return gate.today(), [_event("suspended", actor, laestab, gate.today())]


def _notice(actor: Actor, laestab: str, events: list[Event]) -> Then:
    """The day after the notice: what is supposed is told of the first day without agreement."""
    today = gate.today()
    ends = today + timedelta(days=standings.agreement().terms.periods.notice_days)
    return ends, [_event("notice_given", actor, laestab, today, {"ends": ends.isoformat()})]


def _convert(actor: Actor, laestab: str, events: list[Event]) -> Then:
    on = gate.today()
    event = _event("converted", actor, laestab, on, {"kind": "academy"})
    return on, [replace(event, party="register", role="system")]


_EVENTS: Final[Mapping[str, Callable[[Actor, str, list[Event]], Then]]] = {
    "sign": _sign,
    "suspend": _suspend,
    "notice": _notice,
    "convert": _convert,
}
_TERMS: Final = ("lapse", "role", "price")


def _other_terms(laestab: str, events: list[Event], supposed: Supposed) -> Answer:
    """What the passing of time, or other terms of the agreement itself, would make of today's standing."""
    agreed, today = standings.agreement(), gate.today()
    if supposed.case == "lapse":
        return _lapse(agreed, laestab, events)
    other = _less(agreed, supposed) if supposed.case == "role" else _priced(agreed, supposed)
    return _compared(agreed, other, standing(agreed, events, laestab, today), supposed)


def _lapse(agreed: Agreement, laestab: str, events: list[Event]) -> Answer:
    today = gate.today()
    now = standing(agreed, events, laestab, today)
    lapses = now.facts.get("lapses")
    if not lapses:
        raise Trouble("No agreement runs that could lapse.", todo="Suppose that the establishment signs.")
    on = date.fromisoformat(lapses)
    eve, then = (standing(agreed, events, laestab, day) for day in (on - timedelta(days=1), on))
    return _answer(agreed, on, compare(agreed, eve, then, on))


def _less(agreed: Agreement, supposed: Supposed) -> Agreement:
    """The agreement in which one role has no longer one category."""
    role = agreed.roles.get(supposed.role)
    if role is None or supposed.category not in role.categories:
        raise Trouble("This role does not have this category.", todo="Choose one it has.")
    roles = {**agreed.roles, role.id: replace(role, categories=role.categories - {supposed.category})}
    return replace(agreed, roles=roles, table=tabulate(agreed.flows, roles, agreed.categories))


def _priced(agreed: Agreement, supposed: Supposed) -> Agreement:
    """The agreement in which one service costs something else."""
    held = [one for one in agreed.prices if one.flow == supposed.flow and one.holds(gate.today())]
    if not held or supposed.pence < 0:
        raise Trouble("This service has no price to change.", todo="Choose a service that has one.")
    other = tuple(replace(one, pence=supposed.pence) if one is held[0] else one for one in agreed.prices)
    return replace(agreed, prices=other)


def _compared(agreed: Agreement, other: Agreement, now: Standing, supposed: Supposed) -> Answer:
    was, will = (_under(one, now) for one in (agreed, other))
    prices = [
        (agreed.flows[flow].title, was[1][flow], will[1][flow], "") for flow in was[1] if was[1][flow] != will[1][flow]
    ]
    lost = sorted(was[0] - will[0])
    return Answer(now.on, now, now, [], [], [], [_sees(agreed, pair) for pair in lost], prices, [])


def _under(agreed: Agreement, now: Standing) -> tuple[set[tuple[str, str]], dict[str, str]]:
    """What each role sees of the establishment, and what each service costs it, under these terms."""
    priced = sorted({row.flow for row in agreed.prices if row.holds(now.on)})
    quotes = {flow: price(agreed, flow, now, now.on, deadline_met=True) for flow in priced}
    return sees(agreed, now), {flow: "free" if one.free else pounds(one.pence) for flow, one in quotes.items()}


def _sees(agreed: Agreement, pair: tuple[str, str]) -> tuple[str, str]:
    return agreed.roles[pair[0]].title, agreed.categories[pair[1]].title


def _answer(agreed: Agreement, on: date, found: WhatIf) -> Answer:
    def told(flow: str) -> tuple[str, str, str]:
        one = agreed.flows[flow]
        return one.title, one.says, one.clause

    return Answer(
        day=on,
        before=found.before,
        after=found.after,
        gained=[told(change.flow) for change in found.gained],
        lost=[told(change.flow) for change in found.lost],
        sees_gained=[_sees(agreed, pair) for pair in found.sees_gained],
        sees_lost=[_sees(agreed, pair) for pair in found.sees_lost],
        prices=[
            (agreed.flows[one.flow].title, _cost(one.pence), _cost(two.pence), two.says) for one, two in found.prices
        ],
        refused=[(no.clause, f"{no.says} {no.remedy}") for no in found.refused],
    )


def _cost(pence: int) -> str:
    return pounds(pence) if pence else "free"
