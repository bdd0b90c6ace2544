"""The regular feed: only what changed arrives, the whole set stays provable, the register follows (2(d), 4(f))."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime

import polars as pl
from django.utils import timezone

from concord.core.agreement.model import Permit
from concord.core.seal.delta import apply, read_delta
from concord.core.trouble import Unreadable
from concord.desk import gate, hidden_rows, offered
from concord.desk.differences import compare
from concord.store import changes, feeds, register
from concord.store.jobs import later

PREFIX = "feed."
VIA = "feed"
Records = Mapping[str, Mapping[str, str]]


def keep(permit: Permit, laestab: str, kind: str, content: bytes) -> dict[str, int]:
    """Apply a delta to the set held, inside the caller's transaction; loading it is queued in the same one.

    Raises WrongBase where the hub holds another set (the courier then sends the whole one), Unreadable for what is
    no delta.
    """
    delta = read_delta(content)
    if delta.kind != kind:
        raise Unreadable("The delta is of another kind than its manifest says.", todo="Send it again.")
    after = hidden_rows.feed(permit, laestab, kind, apply(delta, feeds.held(permit, laestab, kind)))
    feeds.keep(permit, laestab, kind, after, timezone.now())
    later("load_feed", lock="register", laestab=laestab, kind=kind)
    return {"put": len(delta.put), "dropped": len(delta.drop), "held": len(after)}


def load(laestab: str, kind: str) -> dict[str, int]:
    """Bring the register to a set of the feed; what happened, in figures. Run again, it finds nothing to do.

    A feed of an establishment whose agreement allows it no longer is not loaded: the refusal is in the ledger.
    """
    try:
        gate.ask(gate.system(), "orchestra-feed", establishments=[laestab], categories=[kind] if kind in _OWN else [])
    except gate.Refused:
        return {}
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=sorted(offered.ITEMS))
    with gate.act(permit, "feed loaded", f"{kind} {laestab}") as deed:
        deed.establishments = frozenset([laestab])
        register.alone(permit)
        records, now = feeds.held(permit, laestab, kind), timezone.now()
        deed.facts |= _LOAD[kind](permit, laestab, records, now)
        feeds.loaded(permit, laestab, kind, now)
        return dict(deed.facts)


def _marks(permit: Permit, laestab: str, records: Records, now: datetime) -> dict[str, int]:
    """Half-day marks to one line a pupil and school year."""
    pupils = feeds.known(permit, laestab)
    years: dict[tuple[str, date], dict[int, str]] = defaultdict(dict)
    for record in records.values():
        pupil, day = pupils.get(record.get("UPN", "")), _day(record.get("Date", ""))
        if pupil and day:
            begins = _year(day)
            place = 2 * (day - begins).days + (record.get("Session", "").upper() in ("PM", "P", "2"))
            years[pupil, begins][place] = record.get("AttendanceCode", "")
    rows = [(pupil, laestab, begins, _line(marks), now) for (pupil, begins), marks in years.items()]
    feeds.mark(permit, laestab, rows)
    return {"marks": sum(map(len, years.values())), "pupils": len({pupil for pupil, _ in years})}


def _line(marks: Mapping[int, str]) -> str:
    return ",".join(marks.get(place, "-") for place in range(max(marks) + 1))


def _year(day: date) -> date:
    """The first day of the school year a day lies in: 1 August, from which the DfE's windows count."""
    return date(day.year if day.month >= 8 else day.year - 1, 8, 1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _contacts(permit: Permit, laestab: str, records: Records, now: datetime) -> dict[str, int]:
    pupils = feeds.known(permit, laestab)
    names = ("ContactSurname", "ContactForename", "Relationship", "Responsibility", "Phone")
    rows = {
        (pupils[record["UPN"]], record.get("Priority", "")): tuple(record.get(name, "")[:200] for name in names)
        for record in records.values()
        if record.get("UPN") in pupils
    }
    feeds.replace_contacts(
        permit, laestab, ((pupil, laestab, place[:4], *rest, now) for (pupil, place), rest in rows.items())
    )
    return {"contacts": len(rows)}


_SPELL = ("pupil", "laestab", "category", "start", "sessions", "reasons", "via")


def _suspensions(permit: Permit, laestab: str, records: Records, now: datetime) -> dict[str, int]:
    """Suspensions as the feed has them now: one that it took back since goes."""
    pupils = feeds.known(permit, laestab)
    rows = [
        (
            pupils[one["UPN"]],
            laestab,
            one.get("Category", "SUSP"),
            start,
            _whole(one.get("Sessions", "")),
            _why(one),
            VIA,
        )
        for one in records.values()
        if one.get("UPN") in pupils and (start := _day(one.get("StartDate", "")))
    ]
    frame = pl.DataFrame(rows, schema=list(_SPELL), orient="row") if rows else pl.DataFrame()
    if rows:
        register.suspend(permit, frame)
    gone = feeds.take_back_suspensions(permit, laestab, VIA, [(row[0], row[3], row[2]) for row in rows])
    return {"suspensions": len(rows), "taken_back": gone}


def _why(record: Mapping[str, str]) -> list[str]:
    return [record[name] for name in ("Reason1", "Reason2", "Reason3") if record.get(name)]


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _values(permit: Permit, laestab: str, records: Records, now: datetime) -> dict[str, int]:
    """Items of known pupils against the register: what nobody contradicts is loaded, the rest waits for an officer."""
    from concord.desk import load_return

    pupils = feeds.known(permit, laestab)
    said = [
        (None, pupil, item, value)
        for pupil, items in _of_pupils(pupils, records).items()
        for item, value in items.items()
        if item in offered.KEPT and value
    ]
    if not said:
        return {"applied": 0}
    schema = {"row": pl.UInt32, "pupil": pl.String, "item": pl.String, "value": pl.String}
    frame, on = pl.DataFrame(said, schema=schema, orient="row"), gate.today()
    found = compare(permit, frame, laestab, on)
    load_return.apply(permit, found, load_return.Saying(laestab, f"{VIA} {on:%Y-%m-%d}", on, now))
    asked = load_return.dispute(permit, changes.Origin(laestab, None, now), found, frame)
    return {"applied": len(found.accepted), "added": len(found.added), "conflicts": asked}


def _of_pupils(pupils: Mapping[str, str], records: Records) -> dict[str, dict[str, str]]:
    """What is said of each known pupil. Of several meal periods the latest holds; each need stands under its rank."""
    said: dict[str, dict[str, str]] = {}
    for record in sorted(records.values(), key=lambda one: one.get("FSMstartDate", "")):
        if (pupil := pupils.get(record.get("UPN", ""))) is not None:
            held = said.setdefault(pupil, {})
            if "FSMstartDate" in record:
                held.pop("FSMendDate", None)
            held.update(record)
            if need := record.get("SENtype"):
                held[f"SENtype{record.get('SENtypeRank', '1')}"] = need
    return said


_LOAD: dict[str, Callable[[Permit, str, Records, datetime], dict[str, int]]] = {
    "attendance": _marks,
    "contacts": _contacts,
    "suspensions": _suspensions,
    "pupils": _values,
    "sen": _values,
    "fsm": _values,
}
KINDS = frozenset(_LOAD)
_OWN = KINDS - {"pupils"}
"""Kinds that are a data category of their own."""
