"""What a flow costs an establishment on a day, and the clause behind it (2(g), 2(h))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from concord.core.agreement.model import Standing
from concord.core.agreement.schedule import Agreement
from concord.core.trouble import Trouble

_SIGNED = ("in_force", "due", "notice", "suspended")


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with its reason. `pence` is for `quantity` units; nothing where it is free."""

    flow: str
    rule: str
    free: bool
    pence: int
    unit: str
    clause: str
    says: str


def price(
    agreement: Agreement,
    flow: str,
    standing: Standing,
    on: date,
    *,
    deadline_met: bool | None = None,
    quantity: int = 1,
) -> Quote:
    """The price of a flow on a day. `deadline_met` matters only where a deadline decides; not known counts as not met.

    A suspended agreement is still signed, so what is free for signing stays free; a lapsed or ended one is not.
    Raises Trouble for an unknown flow, or a day for which the LA has set no price.
    """
    found = agreement.flows.get(flow)
    if found is None:
        raise Trouble(f"{flow!r} is not a flow of the agreement.", todo="`concord flows` lists them.")
    says = _free_because(found.charge.rule, standing.state in _SIGNED, deadline_met)
    if says:
        return Quote(flow, found.charge.rule, True, 0, "", found.charge.free_clause, says)
    row = next((price for price in agreement.prices if price.flow == flow and price.holds(on)), None)
    if row is None:
        raise Trouble(f"There is no price for {found.title} on {on}.", todo="The authority adds it to prices.toml.")
    says = _charged_because(found.charge.rule, standing.state in _SIGNED)
    return Quote(flow, found.charge.rule, False, row.pence * quantity, row.unit, found.charge.charged_clause, says)


def _free_because(rule: str, signed: bool, deadline_met: bool | None) -> str:
    if rule == "free":
        return "Free for every establishment."
    if rule == "free_if_signed" and signed:
        return "Free, because the agreement is signed."
    if rule == "free_if_deadline_met" and signed and deadline_met:
        return "Free, because the agreement is signed and the deadline was met."
    return ""


def _charged_because(rule: str, signed: bool) -> str:
    if rule == "chargeable":
        return "Charged to every establishment, signed or not."
    if not signed:
        return "Charged, because no signed agreement is in force."
    return "Charged, because the deadline was not met."
