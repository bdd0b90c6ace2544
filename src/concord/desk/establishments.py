"""The establishments of the LA's area, learned from the establishment register's extract (GIAS) by its column names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO

from concord.core.agreement.model import Actor
from concord.core.trouble import Unreadable
from concord.desk import gate
from concord.store.models import Establishment, EstablishmentChange

_NEEDED = (
    "URN", "LA (code)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)", "EstablishmentStatus (name)", "OpenDate", "CloseDate", "PhaseOfEducation (name)",
)  # fmt: skip
# GIAS type of establishment → the kinds the agreement speaks of. Maintained is the default: the law asks most of those.
_ACADEMIES = frozenset("28 33 34 35 36 38 39 40 41 42 43 44 45 46 57".split()) | {"6"}
_UNITS = frozenset({"14", "15"})
_PHASES = {
    "Nursery": "NS", "Primary": "PS", "Middle deemed primary": "MP", "Secondary": "SS",
    "Middle deemed secondary": "MS", "16 plus": "SS", "All-through": "AT", "All through": "AT",
}  # fmt: skip


def kind_of(laestab: str, on: date) -> str:
    """The kind of an establishment on a day: what the conversions recorded up to that day make it."""
    from concord.desk import standings

    return standings.of([laestab], on)[laestab].kind


def kind(type_code: str) -> str:
    """The agreement's kind for a GIAS type of establishment code."""
    if type_code in _ACADEMIES:
        return "academy"
    return "pru" if type_code in _UNITS else "maintained"


def learn(actor: Actor, extract: str) -> dict[str, int]:
    """Bring the hub's establishments to the extract: new ones added, others renewed, openings and closures recorded."""
    permit = gate.ask(actor, "user-access", establishments=["*"], categories=[])
    rows = list(_rows(extract))
    with gate.act(permit, "establishments learned") as deed:
        before = set(Establishment.objects.values_list("laestab", flat=True))
        for row in rows:
            place, _ = Establishment.objects.update_or_create(laestab=row["laestab"], defaults=row["place"])
            for what in ("opened", "closed"):
                if on := row["place"][what]:
                    EstablishmentChange.objects.get_or_create(establishment=place, kind=what, on=on)
        deed.facts |= {"establishments": len(rows), "new": len({row["laestab"] for row in rows} - before)}
        return dict(deed.facts)


def _rows(extract: str) -> Iterator[dict]:
    reader = csv.DictReader(StringIO(extract))
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or [])]
    if missing:
        raise Unreadable(
            "This is not an extract of the establishment register.",
            why=f"It has no column {', '.join(missing)}.",
            todo="Download all establishment data as CSV from the register and use that file unchanged.",
        )
    for number, row in enumerate(reader, start=2):
        try:
            yield _place(row)
        except ValueError as fault:
            raise Unreadable(f"Line {number} of the extract cannot be read.", why=str(fault), line=number) from fault


def _place(row: dict[str, str]) -> dict:
    code = row["TypeOfEstablishment (code)"]
    phase = "SP" if "special" in row["TypeOfEstablishment (name)"].lower() else _PHASES.get(row["PhaseOfEducation (name)"], "NO")
    place = {
        "urn": row["URN"], "name": row["EstablishmentName"], "type_code": code,
        "type_name": row["TypeOfEstablishment (name)"], "kind": kind(code), "phase": "PR" if kind(code) == "pru" else phase,
        "district": row.get("DistrictAdministrative (name)", ""), "trust": row.get("Trusts (name)", ""),
        "capacity": _whole(row.get("SchoolCapacity", "")), "low_age": _whole(row.get("StatutoryLowAge", "")),
        "high_age": _whole(row.get("StatutoryHighAge", "")), "opened": _day(row["OpenDate"]), "closed": _day(row["CloseDate"]),
        "head_name": f"{row.get('HeadFirstName', '')} {row.get('HeadLastName', '')}".strip(),
    }  # fmt: skip
    return {"laestab": f"{row['LA (code)']}/{row['EstablishmentNumber']}", "place": place}


def _whole(text: str) -> int | None:
    return int(text) if text.strip() else None


def _day(text: str) -> date | None:
    """GIAS writes days as 31-08-2014."""
    return datetime.strptime(text, "%d-%m-%Y").date() if text.strip() else None  # noqa: DTZ007
