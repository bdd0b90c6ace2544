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
class Part:
    """A role's part in a flow: the categories it may have, those that need a second proof, those bound to its cases."""

    role: Role
    allowed: frozenset[str]
    locked: frozenset[str]
    purposes: frozenset[str]
    needs_purpose: bool
    of_cases: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """What a decision looks up, worked out once at load so that a decision is a few set operations.

    All by (flow, role); a pair that is not there takes no part. `allowed` and `confidential` serve who asks ahead.
    """

    parts: Mapping[tuple[str, str], Part]
    allowed: Mapping[tuple[str, str], frozenset[str]]
    confidential: Mapping[tuple[str, str], frozenset[str]]


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
    personal = frozenset(category.id for category in categories.values() if category.personal)

    def part(flow: Flow, role: Role) -> Part:
        shown = role.id in flow.recipients and role.side != "machine"
        return Part(
            role=role,
            allowed=flow.categories & role.categories,
            locked=confidential if shown else frozenset(),
            purposes=frozenset(flow.purposes),
            needs_purpose=flow.needs_purpose or role.needs_purpose,
            of_cases=personal if role.scope == "caseload" else frozenset(),
        )

    parts = {(flow.id, name): part(flow, roles[name]) for flow in flows.values() for name in flow.roles}
    return Table(
        parts=parts,
        allowed={pair: one.allowed for pair, one in parts.items()},
        confidential={pair: one.locked for pair, one in parts.items()},
    )
