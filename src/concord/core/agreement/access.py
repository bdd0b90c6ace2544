"""How named users are let in, kept and let go (clauses 4(a)-(c)): `access.toml` of an agreement's folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from concord.core.agreement.emergency import Emergency, read_emergency
from concord.core.agreement.sheet import Entry, Faults, each, open_sheet
from concord.core.trouble import Unreadable

_SOURCES = ("verified", "known", "design")


@dataclass(frozen=True, slots=True)
class Lengths:
    """Every length of time of a named user's life, in the unit of its name."""

    invitation_hours: int
    longest_months: int
    recertify_months: int
    recertify_notice_days: int
    unused_days: int
    second_proof_minutes: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """One version of the security and data protection declaration (4(b))."""

    version: str
    since: date
    source: str
    title: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a course; `right` is the place of the right option, from 1."""

    asks: str
    options: tuple[str, ...]
    right: int
    because: str


@dataclass(frozen=True, slots=True)
class Course:
    """The training that opens access (4(a)): what is read, and what must then be answered."""

    id: str
    title: str
    since: date
    source: str
    says: tuple[str, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """The whole of `access.toml`. `grants` holds, for a role that lets people in, the roles it may give; `watch` the
    roles that see everybody who has access and decide about nobody; `emergency` is what break-glass access asks."""

    periods: Lengths
    watch: tuple[str, ...]
    grants: Mapping[str, tuple[str, ...]]
    declarations: tuple[Declaration, ...]
    courses: tuple[Course, ...]
    emergency: Emergency

    def declaration_on(self, on: date) -> Declaration:
        """The version in force on a day."""
        return [one for one in self.declarations if one.since <= on][-1]

    def course_on(self, on: date) -> Course:
        """The course in force on a day."""
        return [one for one in self.courses if one.since <= on][-1]


def load_access(folder: Path, roles: Iterable[str]) -> Access:
    """Read `access.toml` strictly; `roles` are the agreement's. Raises `Faults` with every fault and its line."""
    sheet, known, faults = open_sheet(folder / "access.toml"), tuple(roles), list[Unreadable]()
    grants = dict(each(sheet.entries("grant"), lambda entry: _grant(entry, known), faults))
    declarations = each(sheet.entries("declaration"), _declaration, faults)
    courses = each(sheet.entries("course"), lambda entry: _course(entry, faults), faults)
    watch = sheet.words("watch", known, "role", may_be_empty=True)
    emergency = read_emergency(sheet.table("emergency"), known, _SOURCES, faults)
    found = Access(_lengths(sheet.table("periods")), watch, grants, tuple(declarations), tuple(courses), emergency)
    sheet.done()
    for key, days in (("declaration", [one.since for one in declarations]), ("course", [one.since for one in courses])):
        if not faults and (not days or days != sorted(set(days))):
            faults.append(sheet.fault(key, f"each {key} must begin after the one before it, and there must be one."))
    if faults:
        raise Faults(faults)
    return found


def _lengths(entry: Entry) -> Lengths:
    found = Lengths(**{name: entry.number(name, 1) for name in Lengths.__dataclass_fields__})
    entry.done()
    return found


def _grant(entry: Entry, roles: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return entry.choice("by", roles, "role"), entry.words("gives", roles, "role")


def _declaration(entry: Entry) -> Declaration:
    return Declaration(
        entry.text("version"),
        entry.day("since"),
        entry.choice("source", _SOURCES, "source"),
        entry.text("title"),
        entry.words("says"),
    )


def _course(entry: Entry, faults: list[Unreadable]) -> Course:
    return Course(
        entry.text("id"),
        entry.text("title"),
        entry.day("since"),
        entry.choice("source", _SOURCES, "source"),
        entry.words("says"),
        tuple(each(entry.entries("question"), _question, faults)),
    )


def _question(entry: Entry) -> Question:
    options = entry.words("options")
    right = entry.number("right", 1)
    if right > len(options):
        raise entry.fault("right", f"there are {len(options)} options, so none is number {right}.")
    return Question(entry.text("asks"), options, right, entry.text("because"))
