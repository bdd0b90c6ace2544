"""The establishments of the LA's area, learned from the establishment register's extract."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from concord.core import establishment
from concord.core.agreement.model import Actor
from concord.desk import gate, standings
from concord.store.models import Establishment, EstablishmentChange


def family_of(laestab: str, on: date) -> str:
    """`maintained`, `academy` or `outside` on a day: what the openings and conversions recorded up to it make the establishment."""
    kind = standings.of([laestab], on)[laestab].kind
    return standings.agreement().terms.kinds[kind].family


def learn(actor: Actor, extract: str) -> dict[str, int]:
    """Bring the hub's establishments to the extract: new ones added, others renewed, openings, closures and conversions recorded."""
    permit = gate.ask(actor, "user-access", establishments=["*"])
    rows = list(establishment.read_extract(extract))
    with gate.act(permit, "establishments learned") as deed:
        before = dict(Establishment.objects.values_list("laestab", "kind"))
        for row in rows:
            _keep(row, before.get(row.laestab))
        deed.facts |= {"establishments": len(rows), "new": len({row.laestab for row in rows} - set(before))}
        deed.establishments = frozenset()
        return dict(deed.facts)


def _keep(row: establishment.Establishment, was: str | None) -> None:
    facts = asdict(row)
    place, _ = Establishment.objects.update_or_create(laestab=facts.pop("laestab"), defaults=facts)
    for what, on in (("opened", row.opened), ("closed", row.closed)):
        if on:
            EstablishmentChange.objects.get_or_create(establishment=place, kind=what, on=on)
    if was is not None and was != row.kind:
        # The register keeps a new URN and opening day for a conversion under the same number: from that day the kind is another.
        EstablishmentChange.objects.get_or_create(
            establishment=place, kind="converted", on=row.opened or gate.today(), defaults={"link": f"{was}>{row.kind}"}
        )
