"""The agreement in force at this hub, and how it stands with each establishment: read afresh, derived, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max

from concord.core.agreement.events import Event
from concord.core.agreement.load import load
from concord.core.agreement.model import EVERY, Standing
from concord.core.agreement.schedule import Agreement
from concord.core.agreement.standing import standing
from concord.store import agreement_lock
from concord.store.models import AgreementEvent, Establishment, EstablishmentChange
from concord.store.scope import NOWHERE

_LONG_AGO = date(1944, 8, 3)  # the register has no opening date for establishments older than itself


@lru_cache(maxsize=4)
def _load(folder: Path) -> Agreement:
    return load(folder)


def agreement() -> Agreement:
    return _load(settings.CONFIG.agreement)


def of(laestabs: Iterable[str], on: date) -> dict[str, Standing]:
    """The standing of each establishment on a day; of every establishment for `*`.

    A suspension recorded a moment ago counts: what is recorded is looked at in every call, and only the derivation is
    kept, by a print of all that it derives from.
    """
    wanted = frozenset(laestabs)
    if wanted & EVERY:
        return _all(on, _stamp())
    return _some(settings.CONFIG.agreement, wanted, on, agreement_lock.fingerprint(wanted))


def held(laestabs: Iterable[str], on: date) -> dict[str, Standing]:
    """The standing of each of a few establishments on a day, which stays so until the transaction ends."""
    wanted = frozenset(laestabs)
    return _some(settings.CONFIG.agreement, wanted, on, agreement_lock.steady(wanted))


@lru_cache(maxsize=4096)
def _some(folder: Path, wanted: frozenset[str], on: date, print_of_events: str) -> dict[str, Standing]:
    found = {laestab: standing(agreement(), events, laestab, on) for laestab, events in _events(wanted).items()}
    return found | ({NOWHERE: Standing(NOWHERE, "none", on)} if NOWHERE in wanted else {})


def _stamp() -> tuple[object, ...]:
    """What tells one set of events from another. The last number alone would not: of two written at once, the lower may
    be seen later."""
    seen: list[object] = [Establishment.objects.count()]
    for model in (AgreementEvent, EstablishmentChange):
        seen += model.objects.aggregate(Max("id"), Count("id"), Max("recorded")).values()
    return tuple(seen)


@lru_cache(maxsize=8)
def _all(on: date, stamp: tuple[object, ...]) -> dict[str, Standing]:
    """Every establishment's, and the LA's own: pupils on no roll are its to look after, by law and not by agreement."""
    everywhere = frozenset(Establishment.objects.values_list("laestab", flat=True))
    found = {laestab: standing(agreement(), events, laestab, on) for laestab, events in _events(everywhere).items()}
    return found | {NOWHERE: Standing(NOWHERE, "none", on)}


def events_of(laestab: str) -> list[Event]:
    """An establishment's recorded events, oldest first, as the engine reads them."""
    return _events(frozenset([laestab])).get(laestab, [])


def _events(wanted: frozenset[str]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {laestab: [] for laestab in wanted}
    first: dict[str, str] = {}
    for change in EstablishmentChange.objects.filter(establishment_id__in=wanted).order_by("on"):
        first.setdefault(change.establishment_id, change.link.partition(">")[0])
        found[change.establishment_id].append(_changed(change))
    for place in Establishment.objects.filter(laestab__in=wanted):
        found[place.laestab].insert(0, _opened(place, first.get(place.laestab) or place.kind))
    for row in AgreementEvent.objects.filter(establishment_id__in=wanted).order_by("id"):
        found[row.establishment_id].append(_event(row))
    return {laestab: events for laestab, events in found.items() if events}


def _opened(place: Establishment, kind: str) -> Event:
    on = place.opened or _LONG_AGO
    return Event("opened", on, _noon(on), "register", details={"kind": kind, "phase": place.phase})


def _changed(change: EstablishmentChange) -> Event:
    was, _, becomes = change.link.partition(">")
    details = {"from": was, "kind": becomes} if change.kind == "converted" else {}
    return Event(change.kind, change.on, _noon(change.on), "register", details=details)


def _event(row: AgreementEvent) -> Event:
    return Event(
        row.kind,
        row.on,
        row.recorded,
        row.party,
        by=row.by,
        role=row.role,
        version=row.version,
        evidence=row.evidence,
        details={key: str(value) for key, value in row.details.items()},
    )


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), UTC)
