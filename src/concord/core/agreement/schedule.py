"""The agreement, whole: what `load` makes and everything else reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from concord.core.agreement.clauses import Clause, Reason
from concord.core.agreement.flows import Flow, Price
from concord.core.agreement.roles import Category, Retention, Role
from concord.core.agreement.terms import Terms, Version


@dataclass(frozen=True, slots=True)
class Table:
    """What a decision looks up, worked out once at load so that a decision is a few set operations."""

    allowed: Mapping[tuple[str, str], frozenset[str]]
    purposes: Mapping[str, frozenset[str]]
    confidential: Mapping[tuple[str, str], frozenset[str]]
    personal: frozenset[str]


@dataclass(frozen=True, slots=True)
class History:
    """A named run of events that scenes start from."""

    id: str
    says: str
    kind: str
    events: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One local authority's agreement as dated data. Immutable; a change of the files is a new `Agreement`."""

    terms: Terms
    flows: Mapping[str, Flow]
    roles: Mapping[str, Role]
    categories: Mapping[str, Category]
    retention: Mapping[str, tuple[Retention, ...]]
    prices: tuple[Price, ...]
    reasons: Mapping[str, Reason]
    clauses: Mapping[str, Clause]
    histories: Mapping[str, History]
    table: Table

    def version_on(self, day: date) -> Version | None:
        """The version open to signature on a day, or None before the first."""
        signable = [version for version in self.terms.versions if version.since and version.since <= day]
        return signable[-1] if signable else None

    def category_of(self, item: str) -> str | None:
        """The category of a data item (`SENprovision`), or of a category's own name."""
        if item in self.categories:
            return item
        return next((category.id for category in self.categories.values() if item in category.items), None)


def tabulate(flows: Mapping[str, Flow], roles: Mapping[str, Role], categories: Mapping[str, Category]) -> Table:
    """The look-up tables of `decide`. A sender shows nobody anything, and a machine proves itself by its key."""
    confidential = frozenset(category.id for category in categories.values() if category.confidential)
    pairs = [(flow, role) for flow in flows.values() for role in flow.roles]
    shown = [(f.id, role) for f, role in pairs if role in f.recipients and roles[role].side != "machine"]
    return Table(
        allowed={(flow.id, role): flow.categories & roles[role].categories for flow, role in pairs},
        purposes={flow.id: frozenset(flow.purposes) for flow in flows.values()},
        confidential=dict.fromkeys(shown, confidential),
        personal=frozenset(category.id for category in categories.values() if category.personal),
    )
