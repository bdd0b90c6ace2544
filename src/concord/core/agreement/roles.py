"""Who may take part, and what kinds of data there are (clauses 2(d), 4(a)-(c))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from concord.core.agreement.sheet import Entry


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of data. `items` are data items as the DfE spells them; a confidential one needs a second proof (4(c))."""

    id: str
    title: str
    says: str
    items: tuple[str, ...]
    confidential: bool
    personal: bool


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of user. `says` tells a parent, in one sentence, what such a person sees and why."""

    id: str
    title: str
    side: str
    says: str
    flows: tuple[str, ...]
    categories: frozenset[str]
    scope: str
    needs_purpose: bool
    needs_training: bool
    needs_declaration: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """How long one class of record is kept from its trigger, and its end; `months` None keeps it while useful."""

    id: str
    title: str
    trigger: str
    months: int | None
    action: str
    basis: str
    source: str
    since: date
    until: date | None


def read_category(entry: Entry) -> Category:
    return Category(
        id=entry.text("id"),
        title=entry.text("title"),
        says=entry.text("says"),
        items=entry.words("items", may_be_empty=True),
        confidential=entry.flag("confidential"),
        personal=entry.flag("personal"),
    )


def read_role(entry: Entry, flows: Iterable[str], categories: Iterable[str]) -> Role:
    """One role; each flow and category it names must exist."""
    return Role(
        id=entry.text("id"),
        title=entry.text("title"),
        side=entry.choice("side", ("establishment", "authority", "support", "machine"), "side"),
        says=entry.text("says"),
        flows=entry.words("flows", flows, "flow"),
        categories=frozenset(entry.words("categories", categories, "category", may_be_empty=True)),
        scope=entry.choice("scope", ("establishments", "districts", "caseload", "all"), "scope"),
        needs_purpose=entry.flag("needs_purpose"),
        needs_training=entry.flag("needs_training"),
        needs_declaration=entry.flag("needs_declaration"),
    )


def read_retention(entry: Entry) -> Retention:
    """One class of record: its period (`years` or `months`, neither where it is kept while useful) and its end."""
    action = entry.choice("action", ("delete", "deactivate", "keep"), "action")
    months = (
        entry.number("years", 1) * 12
        if entry.has("years")
        else entry.number("months", 1)
        if entry.has("months")
        else None
    )
    if (months is None) != (action == "keep"):
        raise entry.fault("action", "a class is either kept while useful (no period) or has a period and an end.")
    return Retention(
        id=entry.text("id"),
        title=entry.text("title"),
        trigger=entry.text("trigger"),
        months=months,
        action=action,
        basis=entry.text("basis"),
        source=entry.choice("source", ("verified", "known", "design"), "source"),
        since=entry.day("since"),
        until=entry.maybe_day("until"),
    )
