"""An approved return becomes differences from the register; those no one contradicts are loaded, the rest wait (clause 4(f), mission B4-B5)."""

from __future__ import annotations

import uuid
from datetime import datetime

import polars as pl
from django.utils import timezone

from concord.core import returns as files
from concord.core.agreement.model import Permit
from concord.core.collection import by_id
from concord.desk import gate, keys, offered
from concord.desk.differences import Differences, compare
from concord.desk.match_pupils import recognise
from concord.store import register, returns, vault
from concord.store.models import Change, ReturnVersion

_IDENTITY = ("UPN", "Surname", "Forename", "DOB", "Sex", "PostCode")


def load(version_id: int) -> dict[str, int]:
    """Match, compare, and load one approved version; the figures of what happened. Run again, it finds nothing more to do."""
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=sorted(offered.ITEMS))
    with gate.act(permit, "register loaded") as deed:
        version = returns.find_version(permit, version_id)
        if version is None or not version.of.collection.startswith("SC"):
            return {}
        laestab = version.of.establishment_id
        deed.about, deed.establishments = f"{version.of.collection} {laestab}", frozenset([laestab])
        deed.facts |= _load(permit, version, laestab)
        return dict(deed.facts)


def _load(permit: Permit, version: ReturnVersion, laestab: str) -> dict[str, int]:
    now, collection = timezone.now(), by_id(version.of.collection)
    via = f"{collection.id} v{version.number}"
    read = files.read(vault.fetch(permit, version.file, keys.seal_identity()), name=version.name)
    frame = recognise(permit, offered.pupils(read), version.pk)
    _review(frame.filter(pl.col("decision") == "review"), version, laestab, now)
    known = frame.filter(pl.col("decision") != "review")
    fresh = known.filter(pl.col("decision") == "new")
    _add(permit, fresh, laestab)
    found = compare(permit, offered.values(known), laestab, collection.reference_date)
    apply(permit, found, laestab, via, collection.reference_date, now)
    conflicts(found, version, laestab, now)
    claims = _places(permit, known, version, laestab, via, now)
    _happenings(permit, read, known, laestab, via)
    return {
        "pupils": len(known),
        "new": len(fresh),
        "applied": len(found.accepted),
        "added": len(found.added),
        "conflicts": len(found.conflicts) + claims,
        "review": len(frame) - len(known),
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


def apply(permit: Permit, found: Differences, laestab: str, via: str, since: object, now: datetime) -> None:
    """Supersede what the same source or a former establishment said, and record what is said now."""
    if len(found.accepted):
        register.supersede(permit, now, found.accepted)
    said = pl.concat([found.added, found.accepted], how="diagonal_relaxed").select("pupil", "item", "value")
    if said.is_empty():
        return
    stamped = said.with_columns(
        pl.lit(laestab).alias("source"),
        pl.lit(via).alias("via"),
        pl.lit(since).alias("holds_from"),
        pl.lit(now).alias("recorded"),
    )
    register.record(permit, stamped)
    renew(permit, found.accepted)


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


def _review(rows: pl.DataFrame, version: ReturnVersion, laestab: str, now: datetime) -> None:
    """Who is this? One change a pupil the evidence does not settle; asked once."""
    asked = set(Change.objects.filter(version=version, kind="pupil").values_list("row", flat=True))
    Change.objects.bulk_create(
        Change(
            version=version,
            laestab=laestab,
            kind="pupil",
            row=one["row"],
            evidence=one["evidence"] or "",
            state="conflict",
            pupil_id=uuid.UUID(one["register_id"]) if one["register_id"] else None,
            raised=now,
            incoming={item: one[item] for item in _IDENTITY if one[item]},
        )
        for one in rows.iter_rows(named=True)
        if one["row"] not in asked
    )


def conflicts(found: Differences, version: ReturnVersion | None, laestab: str, now: datetime) -> None:
    """One change a value that somebody else says otherwise: an earlier question about the same value is replaced."""
    rows = list(found.conflicts.iter_rows(named=True))
    pupils = {row["pupil"] for row in rows}
    Change.objects.filter(laestab=laestab, kind="value", state="conflict", pupil__in=pupils).delete()
    Change.objects.bulk_create(
        Change(
            version=version,
            laestab=laestab,
            kind="value",
            pupil_id=uuid.UUID(row["pupil"]),
            row=row["row"],
            item=row["item"],
            held=row["held"],
            held_source=row["source"],
            held_on=row["since"],
            offered=row["value"],
            state="conflict",
            raised=now,
        )
        for row in rows
    )


def _places(permit: Permit, known: pl.DataFrame, version: ReturnVersion, laestab: str, via: str, now: datetime) -> int:
    """Enrolments; pupils no longer named left by the census day; pupils on two rolls become a question. How many such questions."""
    enrolments = offered.enrolments(known, laestab, via, now)
    register.enrol(permit, enrolments)
    here = known.filter(pl.col("Roll") == "on")
    waiting = Change.objects.filter(version=version, kind="pupil", state="conflict", pupil__isnull=False)
    present = here["id"].to_list() + [str(one) for one in waiting.values_list("pupil_id", flat=True)]
    register.absent(permit, laestab, present, by_id(version.of.collection).reference_date)
    claimed = register.claimed_twice(permit, laestab, here["id"].to_list())
    asked = set(Change.objects.filter(kind="roll", state="conflict").values_list("pupil_id", flat=True))
    rows = dict(zip(here["id"].to_list(), here["row"].to_list(), strict=True))
    new = [one for one in claimed if one[0] not in asked]
    Change.objects.bulk_create(
        Change(
            version=version,
            laestab=laestab,
            kind="roll",
            pupil_id=pupil,
            row=rows[str(pupil)],
            held=other,
            held_source=other,
            held_on=since,
            offered=laestab,
            state="conflict",
            raised=now,
        )
        for pupil, other, since in new
    )
    register.settle_rolls(permit, known["id"].to_list(), now)
    return len(new)


def _happenings(permit: Permit, read: files.Return, known: pl.DataFrame, laestab: str, via: str) -> None:
    periods = offered.sessions(read, known, laestab, offered.attendance_window(by_id(read.header.collection_id)), via)
    if len(periods):
        register.attend(permit, periods)
    suspended = offered.suspensions(read, known, laestab, via)
    if len(suspended):
        register.suspend(permit, suspended)
