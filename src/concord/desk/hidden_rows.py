"""Nobody comes back by a side door: what a return or a feed still says of a hidden pupil is set aside (4(i), 4(j)).

A pupil is recognised by keyed stand-ins of what would name them (UPN; name with birthday), never by what is kept in
clear. Who has died is recognised by any of them. Of an adopted child the old UPN and the old name are; a record that
merely gives the old UPN as its former one is somebody else's from now on, and that one item is left out.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from concord.core import returns as files
from concord.core.agreement.model import Permit
from concord.core.rules import Outcome
from concord.core.trouble import Trouble
from concord.desk import keys
from concord.desk.offered import fold
from concord.store import hidden

Record = Mapping[str, Any]
GONE = ("death", "adoption")


def mark(kind: str, value: str) -> str:
    """The stand-in of one value: keyed, so that whoever reads the table learns nothing."""
    return hmac.digest(keys.hidden_key(), f"{kind}:{value}".encode(), "sha256").hex()[:40]


def marks_of(record: Record, kind: str) -> list[str]:
    """What a record about to be hidden as `kind` will be recognised by. Its UPNs may be several, between spaces."""
    found = [mark("upn", one) for one in f"{record.get('UPN') or ''} {record.get('FormerUPN') or ''}".split()]
    if kind == "restricted":
        return found
    return [*found, *_name(record), *(_place(record) if kind == "death" else [])]


def _name(record: Record) -> list[str]:
    name = "|".join(fold(record.get(item) or "").replace(" ", "") for item in ("Surname", "Forename"))
    return [mark("person", f"{name}|{record['DOB']}")] if record.get("DOB") and len(name) > 2 else []


def _place(record: Record) -> list[str]:
    """Forename, birthday and postcode: known under another surname, or one spelled otherwise; twins stay apart."""
    found = [fold(record.get(item) or "").replace(" ", "") for item in ("Forename", "DOB", "PostCode")]
    return [mark("place", "|".join(found))] if all(found) else []


def without(permit: Permit, frame: pl.DataFrame, laestab: str, via: str) -> pl.DataFrame:
    """The pupils of a return but those who are hidden: they are put where nobody sees them. Nothing is said about it.

    Raises nothing: a return that holds a hidden pupil is as good as one that does not.
    """
    names = [name for name in ("UPN", "FormerUPN", "Surname", "Forename", "DOB", "PostCode") if name in frame.columns]
    rows = list(frame.select(names).iter_rows(named=True))
    known = hidden.among(permit, {one for row in rows for one in _asked(row)})
    gone = [_is_gone(row, known) for row in rows]
    if any(gone):
        held = [
            (_asked(row), _plain(row))
            for row, is_gone in zip(frame.iter_rows(named=True), gone, strict=True)
            if is_gone
        ]
        hidden.quarantine(permit, laestab, via, held)
    cleared = [None if _names_gone(former, known) else former for former in _column(rows, "FormerUPN")]
    if "FormerUPN" in frame.columns:
        frame = frame.with_columns(pl.Series("FormerUPN", cleared, pl.String))
    return frame.filter(~pl.Series(gone, dtype=pl.Boolean))


def _column(rows: list[dict[str, Any]], name: str) -> list[str | None]:
    return [row.get(name) for row in rows]


def _names_gone(upn: str | None, known: Mapping[str, str]) -> bool:
    return bool(upn) and known.get(mark("upn", str(upn))) in GONE


def _asked(row: Record) -> list[str]:
    upns = [mark("upn", one) for one in (row.get("UPN"), row.get("FormerUPN")) if one]
    return [*upns, *_name(row), *_place(row)]


def _is_gone(row: Record, known: Mapping[str, str]) -> bool:
    """By the UPN or the name whatever the kind of hiding; by the former UPN only of somebody who has died."""
    own = [mark("upn", row["UPN"])] if row.get("UPN") else []
    if any(known.get(one) in GONE for one in (*own, *_name(row), *_place(row))):
        return True
    former = row.get("FormerUPN")
    return bool(former) and known.get(mark("upn", str(former))) == "death"


def _plain(row: Record) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value not in (None, "")}


def upns(permit: Permit, given: Iterable[str], kinds: Sequence[str] = (*GONE, "restricted")) -> frozenset[str]:
    """Those of these UPNs that belong to somebody hidden or restricted: for lists that are not the register."""
    by_mark = {mark("upn", upn): upn for upn in given if upn}
    return frozenset(by_mark[one] for one, kind in hidden.among(permit, by_mark).items() if kind in kinds)


def checked(permit: Permit, outcome: Outcome) -> Outcome:
    """What a check found, without what it found of somebody hidden: neither named nor counted."""
    names = upns(permit, {one.pupil for one in outcome.findings})
    if not names:
        return outcome
    left = [one for one in outcome.findings if not (one.pupil in names or any(name in one.message for name in names))]
    gone = Counter(one.rule for one in outcome.findings) - Counter(one.rule for one in left)
    totals = {rule: count - gone[rule] for rule, count in outcome.totals.items() if count > gone[rule]}
    return Outcome(outcome.could_not_run, totals, outcome.severities, outcome.rules_run, write=lambda: left)


def feed(
    permit: Permit, laestab: str, kind: str, records: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The set of a feed without the records of somebody hidden, which are put where nobody sees them."""
    gone = upns(permit, {record.get("UPN", "") for record in records.values()}, GONE)
    held = [(_asked(record), dict(record)) for record in records.values() if record.get("UPN") in gone]
    if held:
        hidden.quarantine(permit, laestab, f"feed.{kind}", held)
    return {ident: dict(record) for ident, record in records.items() if record.get("UPN", "") not in gone}


def copy_of(permit: Permit, content: bytes, name: str) -> bytes:
    """A kept return as it may be taken away: byte for byte as sent, unless somebody in it is hidden since.

    Then their rows are left out and the file is written anew. Raises Trouble where that cannot be done.
    """
    read = files.read(content, name=name)
    pupils = read.tables.get("pupil")
    if pupils is None or "UPN" not in pupils.columns:
        return content
    gone = upns(permit, pupils["UPN"].drop_nulls().to_list())
    if not gone:
        return content
    try:
        return files.write(_leave_out(read, pupils.filter(pl.col("UPN").is_in(list(gone)))["row"].to_list()))
    except (ValueError, KeyError, Trouble) as fault:
        raise Trouble(
            "This file cannot be taken away at present.",
            why="It has to be written anew first, and that failed.",
            todo="Ask the authority's data protection officer for it.",
        ) from fault


def _leave_out(read: files.Return, rows: list[int]) -> files.Return:
    """The return without some rows of its pupil table and all that hangs on them; rows are counted anew."""
    kept = read.tables["pupil"].filter(~pl.col("row").is_in(rows)).with_columns(pl.col("row").alias("was"))
    kept = kept.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    places = kept.select(pl.col("was").alias("pupil"), pl.col("row").alias("now"))
    tables = {name: _rehung(frame, places) for name, frame in read.tables.items() if name != "pupil"}
    all_tables = {**tables, "pupil": kept.drop("was")}
    return files.Return(read.header, all_tables, read.unknown, read.form, read.sha256)


def _rehung(frame: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    if "pupil" not in frame.columns or frame.is_empty():
        return frame
    joined = frame.join(places, on="pupil", how="left").filter(pl.col("now").is_not_null() | pl.col("pupil").is_null())
    again = joined.with_columns(pl.col("now").alias("pupil")).drop("now").sort("row")
    return again.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row")).select(frame.columns)
