"""The establishments of the LA's area, learned from the establishment register's extract."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from itertools import pairwise
from typing import Any

from concord.core import establishment
from concord.core.agreement.model import Actor
from concord.desk import gate, standings
from concord.store.models import Establishment, EstablishmentChange
from concord.store.scope import NOWHERE

NOBODYS = {NOWHERE: "On no roll"}


def family_of(laestab: str, on: date) -> str:
    """`maintained`, `academy` or `outside` on a day, by the openings and conversions recorded up to it."""
    kind = standings.of([laestab], on)[laestab].kind
    return standings.agreement().terms.kinds[kind].family


def learn(actor: Actor, extract: str) -> dict[str, int]:
    """Bring the hub's establishments to the extract: new ones added, others renewed, changes of kind recorded.

    A conversion stands in the extract as two rows of one LAEstab, the forerunner closed and its heir opened.
    """
    permit = gate.ask(actor, "user-access", establishments=["*"])
    rows: dict[str, list[establishment.Establishment]] = {}
    for row in establishment.read_extract(extract):
        rows.setdefault(row.laestab, []).append(row)
    with gate.act(permit, "establishments learned") as deed:
        before = set(Establishment.objects.values_list("laestab", flat=True))
        for line in rows.values():
            _keep(sorted(line, key=lambda one: one.opened or date.min))
        deed.facts |= {"establishments": len(rows), "new": len(set(rows) - before)}
        deed.establishments = frozenset()
        return dict(deed.facts)


def _keep(line: list[establishment.Establishment]) -> None:
    """One establishment with its forerunners, oldest first: the last row is what it is now."""
    facts = asdict(line[-1]) | {"opened": line[0].opened}
    place, _ = Establishment.objects.update_or_create(laestab=facts.pop("laestab"), defaults=facts)
    for earlier, later in pairwise(line):
        if earlier.kind != later.kind and later.opened:
            _change(place, "converted", later.opened, f"{earlier.kind}>{later.kind}")
    if place.closed:
        _change(place, "closed", place.closed)


def _change(place: Establishment, kind: str, on: date, link: str = "") -> None:
    EstablishmentChange.objects.get_or_create(establishment=place, kind=kind, on=on, defaults={"link": link})


def names_of(laestabs: Any) -> dict[str, str]:
    """Names of establishments by LAEstab; a pupil on no roll is with nobody."""
    known = dict(Establishment.objects.filter(laestab__in=set(laestabs)).values_list("laestab", "name"))
    return known | NOBODYS
