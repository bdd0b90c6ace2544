"""The agreement's front pages as data: parties, versions, law, periods, and the lists other files draw on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from concord.core.agreement.sheet import Entry, each
from concord.core.trouble import Unreadable

DEEDS: Final = (
    "signing",
    "privacy_notice",
    "ico",
    "renewal",
    "suspension",
    "notice",
    "amendment",
    "install",
    "register",
)
"""What can happen to an agreement; the file names the clause behind each."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The local authority that runs the hub. `named_as` are the names by which a privacy notice may cite it."""

    name: str
    short: str
    number: str
    gss: str
    unit: str
    accent: str
    named_as: tuple[str, ...]
    districts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the amendment history. `since` None: a draft nobody could sign. `resign_by` ends older signatures."""

    id: str
    dated: str
    role: str
    reason: str
    changes: Mapping[str, str]
    since: date | None
    resign_by: date | None


@dataclass(frozen=True, slots=True)
class Periods:
    """Every length of time the clauses set, in the unit of its name."""

    renewal_years: int
    reminder_days: tuple[int, ...]
    suspension_days: int
    notice_days: int
    ico_grace_days: int
    training_months: int
    declaration_months: int
    install_hours: int


@dataclass(frozen=True, slots=True)
class Named:
    """A word other files may use (a purpose, a law, a measure, a kind of establishment), with what it means."""

    id: str
    says: str
    clause: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole of `agreement.toml`."""

    id: str
    title: str
    authority: Authority
    operative: tuple[str, ...]
    versions: tuple[Version, ...]
    periods: Periods
    laws: Mapping[str, Named]
    purposes: Mapping[str, Named]
    security: Mapping[str, Named]
    kinds: Mapping[str, Named]
    may_sign: tuple[str, ...]
    may_countersign: tuple[str, ...]
    may_confirm: tuple[str, ...]
    clause_of: Mapping[str, str]


def _authority(entry: Entry) -> Authority:
    number, accent = entry.text("number"), entry.text("accent")
    if not re.fullmatch(r"\d{3}", number):
        raise entry.fault("number", f"an LA's number has three digits, not {number!r}.")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        raise entry.fault("accent", f"a colour is written #rrggbb, not {accent!r}.")
    districts = entry.table("districts", optional=True)
    made = Authority(
        name=entry.text("name"),
        short=entry.text("short"),
        number=number,
        gss=entry.text("gss"),
        unit=entry.text("unit"),
        accent=accent,
        named_as=entry.words("named_as"),
        districts={name: districts.text(name) for name in districts.names()},
    )
    entry.done()
    return made


def _version(entry: Entry, operative: tuple[str, ...]) -> Version:
    changes = entry.table("changes", optional=True)
    for clause in changes.names():
        if clause not in operative:
            raise changes.fault(clause, f"{clause!r} is not an operative clause.")
    return Version(
        id=entry.text("id"),
        dated=entry.text("dated"),
        role=entry.text("role"),
        reason=entry.text("reason"),
        changes={clause: changes.text(clause) for clause in changes.names()},
        since=entry.maybe_day("since"),
        resign_by=entry.maybe_day("resign_by"),
    )


def _periods(entry: Entry) -> Periods:
    reminders = entry.plain().get("reminder_days")
    if not isinstance(reminders, list) or not reminders or any(type(day) is not int or day < 1 for day in reminders):
        raise entry.fault("reminder_days", "'reminder_days' must be a list of whole numbers of days.")
    names = [name for name in Periods.__dataclass_fields__ if name != "reminder_days"]
    for key in entry.names():
        if key not in Periods.__dataclass_fields__:
            raise entry.fault(key, f"{key!r} is not a period of the agreement.")
    return Periods(
        reminder_days=tuple(sorted(reminders, reverse=True)),
        **{name: entry.number(name, 0 if name == "ico_grace_days" else 1) for name in names},
    )


def _named(entries: list[Entry], operative: tuple[str, ...], faults: list[Unreadable]) -> dict[str, Named]:
    """A list of words by id; a word given twice is a fault."""
    found: dict[str, Named] = {}

    def read(entry: Entry) -> None:
        word = entry.text("id")
        if word in found:
            raise entry.fault("id", f"{word!r} is given twice.")
        clause = entry.choice("clause", operative, "clause", "")
        found[word] = Named(word, entry.text("says"), clause, entry.text("family", ""))

    each(entries, read, faults)
    return found


def read_terms(sheet: Entry, faults: list[Unreadable]) -> Terms:
    """Read `agreement.toml`; faults inside lists are gathered, a fault of the whole is raised."""
    operative = sheet.words("operative")
    deeds, parties = sheet.table("clause_of"), sheet.table("signatories")
    terms = Terms(
        id=sheet.text("id"),
        title=sheet.text("title"),
        authority=_authority(sheet.table("authority")),
        operative=operative,
        versions=_in_order(each(sheet.entries("version"), lambda entry: _version(entry, operative), faults), sheet),
        periods=_periods(sheet.table("periods")),
        laws=_named(sheet.entries("law"), operative, faults),
        purposes=_named(sheet.entries("purpose"), operative, faults),
        security=_named(sheet.entries("measure"), operative, faults),
        kinds=_named(sheet.entries("kind"), operative, faults),
        may_sign=parties.words("establishment"),
        may_countersign=parties.words("authority"),
        may_confirm=parties.words("privacy_notice"),
        clause_of={deed: deeds.choice(deed, operative, "clause") for deed in DEEDS},
    )
    for entry in (deeds, parties, sheet):
        entry.done()
    return terms


def _in_order(versions: list[Version], sheet: Entry) -> tuple[Version, ...]:
    """The versions as given, which must be by date, each once, at least one of them signable."""
    days = [version.since for version in versions if version.since]
    if days != sorted(days) or len({version.id for version in versions}) != len(versions):
        raise sheet.fault("version", "the versions must follow each other by date, each once.")
    if not days:
        raise sheet.fault("version", "no version has a day from which it could be signed ('since').")
    return tuple(versions)
