"""Returns of different establishments held against each other before the deadline (clauses 2(f), 5(d)).

The same pupil on two rolls, a dual registration that only one side knows, a leaver whom nobody took in, a pupil of the
last census whom nobody names any more: told to the establishments concerned. The other one is named only where the
agreement lets the LA tell the one about the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl
from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.collection import Collection, by_id
from concord.core.returns import Return
from concord.core.rules import Surroundings, counts, setting_of
from concord.core.shelf import shelf
from concord.core.trouble import Trouble
from concord.desk import gate, hidden_rows
from concord.desk.own_return import FLOWS
from concord.store import across, returns
from concord.store.models import AcrossFinding, ReturnVersion

TELLING = "inaccuracy-notice"
"""The flow by which the LA tells an establishment of something wrong: it must hold for both that a name is told of."""

KINDS = {
    "two_rolls": (
        "On another roll too",
        "Find out where the pupil is. The school the pupil has left takes them off its roll and sends its file again.",
    ),
    "dual": (
        "Dual registration that does not agree",
        "Two schools must both return the pupil: one as main (M), the other as subsidiary (S). Agree which is which.",
    ),
    "leaver": (
        "Left, and on no roll we hold",
        "Check where the pupil went, and send the common transfer file there. If you do not know, tell the authority.",
    ),
    "unclaimed": (
        "On your roll at the last census, and named by nobody now",
        "If the pupil left in the time this return covers, add them as no longer on roll; if they are here, add them.",
    ),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The data of `codesets/across.toml`."""

    agree: tuple[str, ...]
    lowest: int
    highest: int

    def born(self, age_date: date) -> tuple[date, date]:
        """First and last birthday of those who are of compulsory school age on a 31 August."""
        return _years_before(age_date, self.highest + 1) + timedelta(days=1), _years_before(age_date, self.lowest)


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years)


@cache
def terms() -> Terms:
    path = shelf("codesets") / "across.toml"
    try:
        held = tomllib.loads(path.read_text("utf-8"))
        pairs = [tuple(pair) for pair in held["agree"]]
        both = sorted({f"{a}{b}" for a, b in pairs} | {f"{b}{a}" for a, b in pairs})
        return Terms(tuple(both), int(held["lowest_age"]), int(held["highest_age"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise Trouble(
            "How returns are compared cannot be read.",
            why=f"{path.name}: {type(fault).__name__}: {fault}.",
            todo="It needs agree (pairs of statuses), lowest_age and highest_age.",
        ) from fault


# -- while a version is checked ----------------------------------------------------------------------------------------


def surroundings(permit: Permit, version: ReturnVersion, read: Return) -> dict[str, Surroundings]:
    """What is known beside the return, for its rules; and what later returns will want to know of this one is kept."""
    collection, laestab = by_id(version.of.collection), version.of.establishment_id
    across.keep_counts(permit, version, counts(read, setting_of(collection)))
    elsewhere: frozenset[str] | None = None
    if collection.kind == "SC":
        rows = list(_enrolled(read))
        gone = hidden_rows.upns(permit, (row[1] for row in rows))  # clauses 4(i), 4(j)
        across.keep_enrolled(permit, version, (row for row in rows if row[1] not in gone))
        elsewhere = across.elsewhere(permit, version)
    return {laestab: around(permit, laestab, collection, elsewhere)}


def around(permit: Permit, laestab: str, collection: Collection, elsewhere: frozenset[str] | None) -> Surroundings:
    """Capacity from the establishment register, and the counts of the last census as the LA approved it."""
    previous = across.approved_counts(permit, laestab, collection.previous) if collection.previous else None
    return Surroundings(previous, across.capacity(permit, laestab), elsewhere)


def _enrolled(read: Return) -> Iterator[tuple[Any, ...]]:
    """Each pupil named: a UPN or status too long to be one is kept as none, and never as part of another."""
    days = [pl.col(item).str.to_date("%Y-%m-%d", strict=False) for item in ("EntryDate", "LeavingDate", "DOB")]
    frame = read.tables["pupil"].select(
        "row",
        pl.when(pl.col("UPN").str.len_chars() <= 20).then("UPN").fill_null(""),
        "Roll",
        pl.when(pl.col("EnrolStatus").str.len_chars() == 1).then("EnrolStatus").fill_null(""),
        *days,
    )
    return frame.iter_rows()


def compare(version_id: int, laestab: str) -> list[str]:
    """Hold one checked version against all other returns to its collection; the establishments it concerned."""
    permit = gate.ask(gate.system(), "return-approval", establishments=[laestab], categories=["return"])
    with gate.act(permit, "returns compared") as deed:
        version = returns.find_version(permit, version_id)
        if version is None or version.of.collection[:2] != "SC":
            return []
        collection, held = by_id(version.of.collection), terms()
        born = held.born(collection.age_date)
        told = across.compare(
            permit, version_id, before=collection.previous, agree=held.agree, born=born, at=timezone.now()
        )
        deed.about = f"{collection.id} {laestab}"
        deed.facts |= {"version": version.number, "concerned": len(told)}
        deed.establishments = frozenset([laestab, *told])
    return told


# -- shown -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Odd:
    """One pupil of whom returns do not agree. `others` names establishments, or says that they may not be named."""

    establishment: str
    kind: str
    upn: str
    status: str
    others: str

    @property
    def title(self) -> str:
        return KINDS[self.kind][0]


@dataclass(frozen=True, slots=True)
class Compared:
    permit: Permit
    collection: Collection
    rows: list[Odd]
    count: int
    unnamed: int


def shown(actor: Actor, side: str, laestab: str, collection_id: str, kind: str = "") -> Compared:
    """What other returns say differently of this establishment's pupils."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOWS[side], establishments=[laestab], categories=["return"])
    with gate.act(permit, "comparison shown", f"{collection.id} {laestab}") as deed:
        found = across.findings(permit, collection.id)
        rows = list(found.filter(kind=kind) if kind else found)
        hidden = hidden_rows.upns(permit, {row.upn for row in rows})
        rows = [row for row in rows if row.upn not in hidden]
        held = _nameable(laestab, {other for row in rows for other in row.others}, all_names=side == "authority")
        names = across.names(permit, held)
        odd = [_odd(row, names) for row in rows]
        unnamed = sum(1 for row in rows if set(row.others) - held)
        deed.facts |= {"pupils": len(odd), "others not named": unnamed}
    return Compared(permit, collection, odd, len(odd), unnamed)


def _nameable(laestab: str, others: Iterable[str], *, all_names: bool) -> frozenset[str]:
    """Which others the LA may name to this one: for both sides it must be permitted to tell them of errors."""
    wanted = frozenset(others)
    if all_names or not wanted:
        return wanted
    hub = gate.system()
    if not gate.still(hub, TELLING, laestab):
        return frozenset()
    return frozenset(other for other in wanted if gate.still(hub, TELLING, other))


def _odd(row: AcrossFinding, names: dict[str, str]) -> Odd:
    told = [f"{names[other]} ({other})" for other in row.others if other in names]
    hidden = len(row.others) - len(told)
    if hidden:
        also = "another establishment" if told else "another establishment, which this agreement does not let us name"
        told.append(also if hidden == 1 else f"{hidden} others that may not be named")
    return Odd(row.establishment, row.kind, row.upn, row.status, ", ".join(told))


@dataclass(frozen=True, slots=True)
class Tally:
    """One establishment's line on the LA's list: how many pupils of each kind."""

    laestab: str
    name: str
    numbers: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.numbers.values())


def county(actor: Actor, collection_id: str) -> tuple[Collection, list[Tally]]:
    """Which establishments have pupils of whom returns do not agree, most first. Numbers only: no pupil is named."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, "return-approval", establishments=["*"], categories=["return"])
    with gate.act(permit, "comparison listed", collection.id) as deed:
        lines: dict[str, dict[str, int]] = {}
        rows = across.named(permit, collection.id)
        hidden = hidden_rows.upns(permit, {upn for _, _, upn in rows})
        for laestab, kind, upn in rows:
            if upn not in hidden:
                numbers = lines.setdefault(laestab, {})
                numbers[kind] = numbers.get(kind, 0) + 1
        names = across.names(permit, lines)
        deed.establishments = frozenset(lines)
    found = [Tally(laestab, names.get(laestab, laestab), numbers) for laestab, numbers in lines.items()]
    return collection, sorted(found, key=lambda one: (-one.total, one.laestab))
