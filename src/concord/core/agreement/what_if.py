"""What would change, before the fact: the same engine run on events that have not happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from concord.core.agreement.admit import admit
from concord.core.agreement.charges import Quote, price
from concord.core.agreement.decide import ground
from concord.core.agreement.events import Event
from concord.core.agreement.model import Refusal, Standing
from concord.core.agreement.reasons import refuse
from concord.core.agreement.schedule import Agreement
from concord.core.agreement.standing import standing


@dataclass(frozen=True, slots=True)
class Change:
    """A flow won or lost; `why` is the refusal on the side where it does not flow."""

    flow: str
    why: Refusal


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The difference the supposed events make on one day. `refused` are those the clauses would not admit.

    `sees_gained` and `sees_lost` are (role, category): what a role could see of the establishment, by any flow.
    """

    before: Standing
    after: Standing
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    sees_gained: tuple[tuple[str, str], ...]
    sees_lost: tuple[tuple[str, str], ...]
    prices: tuple[tuple[Quote, Quote], ...]
    refused: tuple[Refusal, ...]


def what_if(
    agreement: Agreement,
    events: Iterable[Event],
    supposed: Iterable[Event],
    establishment: str,
    on: date,
    *,
    kind: str = "maintained",
) -> WhatIf:
    """Compare an establishment's day with and without the supposed events. Only those the clauses admit are counted."""
    known = list(events)
    then, refused = _suppose(agreement, known, supposed, establishment, kind)
    before = standing(agreement, known, establishment, on, kind=kind)
    after = standing(agreement, then, establishment, on, kind=kind)
    return compare(agreement, before, after, on, refused)


def compare(
    agreement: Agreement, before: Standing, after: Standing, on: date, refused: Iterable[Refusal] = ()
) -> WhatIf:
    """What the second standing has that the first has not, and the other way; prices as on a day."""
    was, will = sees(agreement, before), sees(agreement, after)
    return WhatIf(
        before=before,
        after=after,
        gained=_changes(agreement, before, after),
        lost=_changes(agreement, after, before),
        sees_gained=tuple(sorted(will - was)),
        sees_lost=tuple(sorted(was - will)),
        prices=_prices(agreement, before, after, on),
        refused=tuple(refused),
    )


def _suppose(
    agreement: Agreement, known: list[Event], supposed: Iterable[Event], establishment: str, kind: str
) -> tuple[list[Event], list[Refusal]]:
    """The events with the supposed ones that could be recorded, each on its own day."""
    then, refused = list(known), []
    for event in supposed:
        earlier = [past for past in then if past.establishment in ("", establishment)]
        answer = admit(agreement, earlier, event, event.on, kind=kind)
        if isinstance(answer, Refusal):
            refused.append(answer)
        else:
            then.append(answer)
    return then, refused


def _open(agreement: Agreement, now: Standing) -> dict[str, str | None]:
    """Each flow open on the day, with the reason against it or None."""
    flows = [flow for flow in agreement.flows.values() if flow.open_on(now.on)]
    return {flow.id: ground(flow, now) for flow in flows}


def grounds(agreement: Agreement, now: Standing) -> dict[str, str | None]:
    """Each flow for the establishment's kind, open on the day: the reason against it, or None where it runs."""
    return {
        flow: why for flow, why in _open(agreement, now).items() if now.kind in agreement.flows[flow].needs_agreement
    }


def _changes(agreement: Agreement, without: Standing, having: Standing) -> tuple[Change, ...]:
    """The flows that run under one standing and not under the other, with the refusal of the other."""
    there, here = _open(agreement, having), _open(agreement, without)
    return tuple(
        Change(flow, refuse(agreement, code, flow=flow, establishment=without.establishment, kind=without.kind))
        for flow, code in here.items()
        if code and there.get(flow, code) is None
    )


def sees(agreement: Agreement, now: Standing) -> set[tuple[str, str]]:
    """Which role can be shown which category of the establishment's data."""
    running = [agreement.flows[flow] for flow, code in _open(agreement, now).items() if code is None]
    return {
        (role, category)
        for flow in running
        for role in flow.recipients
        for category in agreement.table.allowed[flow.id, role]
    }


def _prices(agreement: Agreement, before: Standing, after: Standing, on: date) -> tuple[tuple[Quote, Quote], ...]:
    """The services whose price changes, the deadline met where one decides."""
    priced = sorted({row.flow for row in agreement.prices if row.holds(on)})
    was = [price(agreement, flow, before, on, deadline_met=True) for flow in priced]
    will = [price(agreement, flow, after, on, deadline_met=True) for flow in priced]
    return tuple((one, two) for one, two in zip(was, will, strict=True) if one.pence != two.pence)


def if_signed(
    agreement: Agreement, on: date, establishment: str = "", *, expires: date | None = None
) -> tuple[Event, ...]:
    """The events of a signature carried through on one day: signed, registered, notice confirmed, countersigned."""
    version = agreement.version_on(on)
    sign, counter, confirm = (
        names[0] for names in (agreement.terms.may_sign, agreement.terms.may_countersign, agreement.terms.may_confirm)
    )
    registered = {"number": "ZA000000", "expires": str(expires or date(on.year + 1, 12, 31))}
    steps: tuple[tuple[str, str, str, dict[str, str], str], ...] = (
        ("signed", "establishment", sign, {}, ""),
        ("ico_registered", "establishment", sign, registered, ""),
        ("privacy_notice_confirmed", "authority", confirm, {}, "supposed"),
        ("countersigned", "authority", counter, {}, ""),
    )
    return tuple(
        Event(
            kind=kind,
            on=on,
            recorded=datetime(on.year, on.month, on.day, 12, minute, tzinfo=UTC),
            party=party,
            role=role,
            version=version.id if version and kind.endswith("signed") else "",
            evidence=evidence,
            details=details,
            establishment=establishment,
        )
        for minute, (kind, party, role, details, evidence) in enumerate(steps)
    )
