"""The words of the legal side: who asks for what, and the only two answers there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

EVERY: Final = frozenset({"*"})
"""The scope of a role that covers every establishment of the LA."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as the hub knows them on the day (clauses 4(a)-(c)).

    `ref` is an opaque id, never a name. `establishments` are LAEstabs such as ``886/2001``, or `EVERY`.
    `caseload` holds opaque pupil ids for roles whose scope is their cases. Dates are the last day on which the
    training, the declaration and the authorisation hold; None is never given (for `authorised_until`: open-ended).
    """

    ref: str
    role: str
    establishments: frozenset[str] = frozenset()
    caseload: frozenset[str] = frozenset()
    active: bool = True
    trained_until: date | None = None
    declared_until: date | None = None
    authorised_until: date | None = None
    stepped_up: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to move or see data. `establishments` are those whose data it is; `ref` ties it to its ledger line."""

    ref: str
    flow: str
    actor: Actor
    establishments: frozenset[str]
    categories: frozenset[str]
    on: date
    purpose: str = ""
    case: str = ""
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to do what was asked, and no more. Only `decide` makes one; whatever touches pupil data takes one first."""

    ref: str
    flow: str
    clause: str
    basis: str
    actor: str
    role: str
    establishments: frozenset[str]
    categories: frozenset[str]
    purpose: str
    on: date
    case: str = ""
    subjects: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was asked, which clause decides, what is missing and who can put it right. `reason` is a stable code."""

    ref: str
    flow: str
    clause: str
    reason: str
    says: str
    missing: str
    remedy: str
    establishment: str = ""


State = Literal[
    "none", "offered", "signed", "in_force", "due", "lapsed", "suspended", "unregistered", "notice", "ended"
]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the agreement stands with one establishment on one day: derived from the recorded events, never stored.

    `kind` is the establishment's kind on that day (`maintained`, `academy`, `pru` …), `phase` its phase code.
    `since`/`until` bound the state (`until` is the first day on which it no longer holds), `clause` says why.
    """

    establishment: str
    state: State
    on: date
    kind: str = "maintained"
    phase: str = ""
    version: str = ""
    since: date | None = None
    until: date | None = None
    clause: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_force(self) -> bool:
        """Whether it is a ground for a flow: in force, due for renewal, or under notice that has not run out."""
        return self.state in ("in_force", "due", "notice")
