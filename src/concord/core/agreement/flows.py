"""The schedule of flows: one kind of data going one way for stated purposes (clauses 1(b), 2, 3, 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from concord.core.agreement.sheet import Entry
from concord.core.agreement.terms import Named, Terms

DIRECTIONS: Final = ("school_to_la", "la_to_school", "la_internal", "both", "third_party")
RULES: Final = ("free", "free_if_signed", "free_if_deadline_met", "chargeable")
ART6: Final = ("a", "b", "c", "d", "e", "f")
ART9: Final = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")


@dataclass(frozen=True, slots=True)
class Basis:
    """The lawful basis: UK GDPR Article 6(1), Article 9(2) where the data are special, and the Acts behind them."""

    art6: tuple[str, ...]
    art9: tuple[str, ...]
    law: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Charge:
    """How a flow is charged. `free_clause` holds when it is free, `charged_clause` when it is not."""

    rule: str
    free_clause: str
    charged_clause: str


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow. `needs_agreement` has, for every kind of establishment the flow is for, whether one must be in force.

    `partial`: an ask over several establishments is cut down to those permitted; otherwise the first that fails
    refuses it all. `needs_purpose`: nobody may leave the purpose unsaid, whatever their role.
    `countywide`: may be asked for no establishment in particular; nothing of any one establishment is then permitted.
    `needs_permission`: the head teacher's permission must cover the day.
    """

    id: str
    title: str
    says: str
    clause: str
    direction: str
    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    categories: frozenset[str]
    purposes: tuple[str, ...]
    basis: Basis
    needs_agreement: Mapping[str, bool]
    why: str
    charge: Charge
    security: tuple[str, ...]
    retention: str
    conditions: tuple[str, ...]
    partial: bool
    countywide: bool
    needs_purpose: bool
    needs_permission: bool
    since: date
    until: date | None

    def open_on(self, on: date) -> bool:
        """Whether the flow is part of the agreement on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    @property
    def establishment_types(self) -> tuple[str, ...]:
        return tuple(self.needs_agreement)

    @property
    def roles(self) -> tuple[str, ...]:
        """Everyone who takes part, on either end."""
        return tuple(dict.fromkeys(self.senders + self.recipients))


@dataclass(frozen=True, slots=True)
class Price:
    """What a chargeable flow costs from one day to another, in pence. The LA sets it: no agreement states an amount."""

    flow: str
    pence: int
    unit: str
    since: date
    until: date | None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


def _basis(entry: Entry, laws: Mapping[str, Named]) -> Basis:
    art6 = entry.words("art6", ART6, "point of Article 6(1)")
    art9 = entry.words("art9", ART9, "point of Article 9(2)", may_be_empty=True)
    law = entry.words("law", laws, "law of the agreement")
    entry.done()
    points = [f"UK GDPR Article 6(1)({point})" for point in art6] + [f"Article 9(2)({point})" for point in art9]
    return Basis(art6, art9, law, "; ".join(points + [laws[word].says for word in law]))


def _needs(entry: Entry, kinds: Mapping[str, Named]) -> dict[str, bool]:
    """An answer for every kind the flow is for: a family's name answers for its kinds, a kind's own name beats it."""
    families = {kind.family for kind in kinds.values()}
    for key in entry.names():
        if key not in kinds and key not in families:
            raise entry.fault(key, f"{key!r} is not a known kind of establishment.")
    answers = {key: entry.flag(key) for key in entry.names()}
    entry.done()
    wide = {kind.id: answers[kind.family] for kind in kinds.values() if kind.family in answers}
    found = wide | {key: answer for key, answer in answers.items() if key in kinds and key not in families}
    if not found:
        raise entry.fault("", "the flow says for no kind of establishment whether it needs an agreement.")
    return found


def _charge(entry: Entry, operative: tuple[str, ...]) -> Charge:
    rule = entry.choice("rule", RULES, "charging rule")
    free = entry.choice("free_clause", operative, "clause", None if rule != "chargeable" else "")
    charged = entry.choice("charged_clause", operative, "clause", None if rule != "free" else "")
    entry.done()
    return Charge(rule, free, charged)


def _dates(entry: Entry) -> tuple[date, date | None]:
    since, until = entry.day("since"), entry.maybe_day("until")
    if until is not None and until <= since:
        raise entry.fault("until", "'until' is the first day on which it no longer holds, so it comes after 'since'.")
    return since, until


def read_flow(entry: Entry, terms: Terms, categories: Mapping[str, object], retention: Mapping[str, object]) -> Flow:
    """One flow; every word in it must be known, and a flow with no basis is refused."""
    since, until = _dates(entry)
    return Flow(
        id=entry.text("id"),
        title=entry.text("title"),
        says=entry.text("says"),
        clause=entry.choice("clause", terms.operative, "clause"),
        direction=entry.choice("direction", DIRECTIONS, "direction"),
        senders=entry.words("senders"),
        recipients=entry.words("recipients"),
        categories=frozenset(entry.words("categories", categories, "category", may_be_empty=True)),
        purposes=entry.words("purposes", terms.purposes, "purpose"),
        basis=_basis(entry.table("basis"), terms.laws),
        needs_agreement=_needs(entry.table("needs_agreement"), terms.kinds),
        why=entry.text("why"),
        charge=_charge(entry.table("charge"), terms.operative),
        security=entry.words("security", terms.security, "security measure"),
        retention=entry.choice("retention", retention, "class of record"),
        conditions=entry.words("conditions", may_be_empty=True) if entry.has("conditions") else (),
        partial=entry.flag("partial", False),
        countywide=entry.flag("countywide", False),
        needs_purpose=entry.flag("needs_purpose", False),
        needs_permission=entry.flag("needs_permission", False),
        since=since,
        until=until,
    )


def read_price(entry: Entry, flows: Mapping[str, Flow]) -> Price:
    since, until = _dates(entry)
    flow = entry.choice("flow", flows, "flow")
    if flows[flow].charge.rule == "free":
        raise entry.fault("flow", f"{flow!r} is free for all, so it has no price.")
    return Price(flow, entry.number("pence"), entry.text("unit"), since, until)
