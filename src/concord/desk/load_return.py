"""An approved return becomes differences from the register: what no one contradicts is loaded, the rest waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.utils import timezone

from concord.core import returns as files
from concord.core.agreement.model import Permit
from concord.core.collection import Collection, by_id
from concord.desk import gate, hidden_rows, keys, offered
from concord.desk.differences import Differences, compare
from concord.desk.match_pupils import recognise
from concord.store import changes, hidden, register, returns, vault
from concord.store.jobs import once
from concord.store.models import ReturnVersion
from concord.store.scope import begin_with

_IDENTITY = ("UPN", "Surname", "Forename", "DOB", "Sex", "PostCode")


def load(version_id: int, place: str = "") -> dict[str, int]:
    """Match, compare and load one approved version; what happened, in figures. Run again, it finds nothing to do.

    `place`, the version's establishment, is asked for by itself: stopped since, it is refused in so many words.
    """
    if place:
        gate.ask(gate.system(), "register-load", establishments=[place], categories=sorted(offered.ITEMS))
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=sorted(offered.ITEMS))
    with gate.act(permit, "register loaded") as deed:
        version = returns.find_version(permit, version_id)
        if version is None or not version.of.collection.startswith("SC"):
            return {}
        laestab = version.of.establishment_id
        deed.about, deed.establishments = f"{version.of.collection} {laestab}", frozenset([laestab])
        deed.facts |= _load(permit, _Loading(version, by_id(version.of.collection), timezone.now()))
        return dict(deed.facts)


@dataclass(frozen=True, slots=True)
class _Loading:
    """A version on its way into the register."""

    version: ReturnVersion
    collection: Collection
    now: datetime

    @property
    def laestab(self) -> str:
        return self.version.of.establishment_id

    @property
    def via(self) -> str:
        return f"{self.collection.id} v{self.version.number}"

    @property
    def origin(self) -> changes.Origin:
        return changes.Origin(self.laestab, self.version, self.now)


def _load(permit: Permit, this: _Loading) -> dict[str, int]:
    content = vault.fetch(permit, this.version.file, keys.seal_identity())
    read = files.read(content, name=this.version.name)
    register.alone(permit)
    begin_with(permit, this.laestab)
    hidden.steady(permit)
    there = hidden_rows.without(permit, offered.pupils(read), this.laestab, this.via)
    frame = recognise(permit, there, this.version.pk)
    unclear, known = frame.filter(pl.col("decision") == "review"), frame.filter(pl.col("decision") != "review")
    changes.ask_who(permit, this.origin, unclear.iter_rows(named=True), _IDENTITY)
    fresh = known.filter(pl.col("decision") == "new")
    _add(permit, fresh, this.laestab)
    said, day = offered.values(known), this.collection.reference_date
    found = compare(permit, said, this.laestab, day)
    apply(permit, found, Saying(this.laestab, this.via, day, this.now))
    asked = dispute(permit, this.origin, found, said) + _places(permit, known, this)
    _happenings(permit, read, known, this)
    once("follow_movers", lock="register")  # clause 3(f): on the day the data shows it
    return {
        "pupils": len(known),
        "new": len(fresh),
        "applied": len(found.accepted),
        "added": len(found.added),
        "conflicts": asked,
        "review": len(unclear),
    }


def _add(permit: Permit, fresh: pl.DataFrame, laestab: str) -> None:
    day = pl.col("DOB").str.to_date("%Y-%m-%d", strict=False).alias("DOB")
    names = pl.concat_str(pl.col("Surname", "Forename").fill_null(""), separator=" ")
    on_roll = pl.when(pl.col("Roll") == "on").then(pl.lit(laestab)).alias("laestab")
    frame = fresh.select(
        "id",
        *("UPN", "Surname", "Forename"),
        day,
        "Sex",
        "PostCode",
        names.map_elements(offered.fold, return_dtype=pl.String).alias("search"),
        on_roll,
    )
    register.add(permit, frame)


@dataclass(frozen=True, slots=True)
class Saying:
    """Who says something, by which file, from which day it holds, and when it was heard."""

    source: str
    via: str
    holds_from: date
    heard: datetime


def apply(permit: Permit, found: Differences, by: Saying) -> None:
    """Supersede what the same source or a former establishment said, and record what is said now."""
    if len(found.accepted):
        register.supersede(permit, by.heard, found.accepted)
    said = pl.concat([found.added, found.accepted], how="diagonal_relaxed").select("pupil", "item", "value")
    if said.is_empty():
        return
    stamped = said.with_columns(
        pl.lit(by.source).alias("source"),
        pl.lit(by.via).alias("via"),
        pl.lit(by.holds_from).alias("holds_from"),
        pl.lit(by.heard).alias("recorded"),
    )
    register.record(permit, stamped)
    renew(permit, found.accepted)


def dispute(permit: Permit, origin: changes.Origin, found: Differences, said: pl.DataFrame) -> int:
    """Ask an MI officer about what somebody else contradicts; how many questions are new."""
    pairs = set(said.select("pupil", "item").iter_rows())
    return changes.dispute_values(permit, origin, found.conflicts.iter_rows(named=True), pairs)


def renew(permit: Permit, accepted: pl.DataFrame) -> None:
    """Bring the register's identity columns to newly accepted values (pupil, item, value)."""
    identity = accepted.filter(pl.col("item").is_in(_IDENTITY)).select("pupil", "item", "value")
    if identity.is_empty():
        return
    wide = identity.pivot("item", index="pupil", values="value", aggregate_function="last").rename({"pupil": "id"})
    for item in _IDENTITY:
        if item not in wide.columns:
            wide = wide.with_columns(pl.lit(None, pl.String).alias(item))
    renewed = wide.with_columns(
        pl.col("DOB").str.to_date("%Y-%m-%d", strict=False), pl.lit(None, pl.String).alias("search")
    )
    register.renew(permit, renewed)
    register.refold(permit, wide["id"].to_list(), offered.fold)


def _places(permit: Permit, known: pl.DataFrame, this: _Loading) -> int:
    """Enrolments; pupils no longer named left by the census day; a pupil on two rolls becomes a question.

    How many new questions. An older return than one approved already adds what was, and changes nothing that is.
    """
    newer = _newer(permit, this)
    spells = offered.enrolments(known, this.laestab, this.via, this.now)
    if newer is not None:
        spells = spells.with_columns(pl.col("leaving").fill_null(newer))
    register.enrol(permit, spells, newest=newer is None)
    here = known.filter(pl.col("Roll") == "on")
    moved = known["id"].to_list()
    if newer is None:
        present = here["id"].to_list() + changes.maybe_here(permit, this.version.pk)
        moved += register.absent(permit, this.laestab, present, this.collection.reference_date)
    claims = register.claimed_twice(permit, this.laestab, here["id"].to_list())
    asked = changes.dispute_rolls(permit, this.origin, claims, dict(here.select("id", "row").iter_rows()))
    register.settle_rolls(permit, moved, this.now)
    return asked


def _newer(permit: Permit, this: _Loading) -> date | None:
    """The day of the latest School Census of this establishment that is approved and newer than this one."""
    approved = [by_id(one) for one in returns.approved(permit, this.laestab) if one.startswith("SC")]
    days = [one.reference_date for one in approved if one.reference_date > this.collection.reference_date]
    return max(days, default=None)


def _happenings(permit: Permit, read: files.Return, known: pl.DataFrame, this: _Loading) -> None:
    window = offered.attendance_window(this.collection)
    periods = offered.sessions(read, known, this.laestab, window, this.via)
    if len(periods):
        register.attend(permit, periods)
    suspended = offered.suspensions(read, known, this.laestab, this.via)
    if len(suspended):
        register.suspend(permit, suspended)
