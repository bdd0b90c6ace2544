"""What a return is checked against: dates, code sets, thresholds, and what is known of the establishment."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from concord.core import codesets
from concord.core.collection import Collection, by_id
from concord.core.returns import Header
from concord.core.shelf import shelf
from concord.core.trouble import Trouble


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code of one set, in force from `since` to `until` (both included; None is open)."""

    code: str
    since: date | None = None
    until: date | None = None

    def holds(self, first: date, last: date) -> bool:
        """Whether the code is in force on any day from `first` to `last`."""
        return (self.since or date.min) <= last and (self.until or date.max) >= first


@dataclass(frozen=True)
class Surroundings:
    """What is known of one establishment beside its return. None means not known, and rules that need it could not run.

    `previous` has the counts of its last census by their names in `aggregates`; `elsewhere` those of its UPNs that
    other establishments of the LA have on roll too (`shared_upns`).
    """

    previous: Mapping[str, float] | None = None
    capacity: int | None = None
    elsewhere: frozenset[str] | None = None


@dataclass(frozen=True, eq=False)
class Setting:
    """One collection's dates (`census_day`, `attendance_from`, …), code sets by name and thresholds by name.

    `around` is keyed by LAEstab (`886/2001`).
    """

    days: Mapping[str, date]
    codes: Mapping[str, tuple[CodeRow, ...]]
    thresholds: Mapping[str, float]
    around: Mapping[str, Surroundings] = field(default_factory=dict)

    def codes_between(self, code_set: str, first: date, last: date) -> list[str]:
        """The codes of a set in force at any time from `first` to `last`."""
        return sorted({row.code for row in self.codes[code_set] if row.holds(first, last)})

    def surroundings(self, laestab: str) -> Surroundings:
        """What is known of an establishment; nothing, where nothing is."""
        return self.around.get(laestab, Surroundings())


@cache
def thresholds() -> Mapping[str, float]:
    """The thresholds of `codesets/thresholds.toml`, each with the LA's value."""
    path = shelf("codesets") / "thresholds.toml"
    try:
        return {name: float(entry["value"]) for name, entry in tomllib.loads(path.read_text("utf-8")).items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise Trouble(
            "The thresholds of the rules cannot be read.",
            why=f"{path.name}: {type(fault).__name__}: {fault}.",
            todo="Each threshold is a table with a number as its value.",
        ) from fault


@cache
def _codes() -> Mapping[str, tuple[CodeRow, ...]]:
    sets = codesets.load()
    return {
        name: tuple(CodeRow(code.code, code.valid_from, code.valid_to) for code in sets[name].codes) for name in sets
    }


def setting_of(of: Collection, around: Mapping[str, Surroundings] | None = None) -> Setting:
    """The setting of a collection as its days, code sets and thresholds are held."""
    days = {"census_day": of.reference_date, "age_day": of.age_date, "year_from": of.age_date + timedelta(days=1)}
    for name, window in of.windows.items():
        days |= {f"{name}_from": window.first, f"{name}_to": window.last}
    return Setting(days, _codes(), thresholds(), around or {})


def setting_for(header: Header, around: Mapping[str, Surroundings] | None = None) -> Setting:
    """The setting of what a header belongs to: its collection, or for a CTF the day the file was made.

    Raises UnknownCollection. A CTF with no day has no days: rules that ask for one could not run.
    """
    if header.kind != "CTF":
        return setting_of(by_id(header.collection_id), around)
    try:
        made = date.fromisoformat(header.created[:10])
    except ValueError:
        return Setting({}, _codes(), thresholds(), around or {})
    year = made.year if made.month > 8 else made.year - 1
    days = {"census_day": made, "age_day": date(year, 8, 31), "year_from": date(year, 9, 1)}
    return Setting(days, _codes(), thresholds(), around or {})


def shared_upns(upns: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """For each establishment (LAEstab), its UPNs that others have too: what `Surroundings.elsewhere` wants."""
    seen: Counter[str] = Counter(upn for each in upns.values() for upn in set(each))
    return {at: frozenset(upn for upn in each if seen[upn] > 1) for at, each in upns.items()}
