"""The events of one establishment read in order: what each of them changes (clauses 2(a), 4(h), 7(b)-(d))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from concord.core.agreement.days import LONDON, years_after
from concord.core.agreement.events import Event
from concord.core.agreement.model import State
from concord.core.agreement.schedule import Agreement


@dataclass(slots=True)
class Term:
    """One signed and countersigned run of the agreement, from the day every condition was met."""

    start: date
    lapses: date
    version: str
    signed: date


@dataclass(slots=True)
class Story:
    """What the events have told so far."""

    kind: str
    phase: str
    offered: date | None = None
    signed: Event | None = None
    confirmed: bool = False
    countersigned: bool = False
    ico_number: str = ""
    ico_until: date | None = None
    term: Term | None = None
    ended: date | None = None
    ended_by: str = ""
    notice: Event | None = None
    withdrawal: str = ""
    closed: date | None = None
    suspensions: list[tuple[str, date, date]] = field(default_factory=list)
    install: tuple[date, date] | None = None
    installed: date | None = None
    evidence: set[str] = field(default_factory=set)


def in_order(events: Iterable[Event], establishment: str = "") -> list[Event]:
    """The events of one establishment by day, then by the moment they were recorded."""
    mine = [
        event
        for event in events
        if not event.establishment or not establishment or event.establishment == establishment
    ]
    return sorted(mine, key=lambda event: (event.on, event.recorded))


def tell_all(agreement: Agreement, events: list[Event], on: date, kind: str, phase: str) -> Story:
    """The story up to and with a day. A conversion may say the kind before it, else the caller does."""
    conversion = next((event for event in events if event.kind == "converted"), None)
    story = Story(conversion.details.get("from", kind) if conversion else kind, phase)
    for event in events:
        if event.on > on:
            break
        tell(agreement, story, event)
    return story


def tell(agreement: Agreement, story: Story, event: Event) -> None:
    """Take one event into the story; kinds that change nothing in the present state pass by."""
    if event.kind == "offered":
        story.offered = event.on
    elif event.kind in ("signed", "privacy_notice_confirmed", "ico_registered", "countersigned"):
        _tell_signing(agreement, story, event)
    elif event.kind in ("suspended", "suspension_lifted"):
        _tell_suspension(agreement, story, event)
    elif event.kind == "notice_given" and live(story, event.on):
        story.notice = min((story.notice, event), key=_end_of) if story.notice else event
        story.withdrawal = ""
    elif event.kind in ("notice_withdrawal_proposed", "notice_withdrawn") and story.notice and live(story, event.on):
        _tell_withdrawal(story, event)
    elif event.kind == "ended" and story.term:
        story.ended, story.ended_by = event.on, "notice"
    elif event.kind in ("install_permitted", "install_withdrawn", "install_completed"):
        _tell_install(story, event)
    elif event.kind in ("opened", "converted", "closed"):
        _tell_register(story, event)


def _end_of(notice: Event) -> date:
    return notice.day("ends") or date.max


def _tell_signing(agreement: Agreement, story: Story, event: Event) -> None:
    if event.kind == "signed":
        story.signed, story.confirmed, story.countersigned = event, False, False
    elif event.kind == "ico_registered":
        story.ico_number, story.ico_until = event.details.get("number", ""), event.day("expires")
    elif story.signed and event.kind == "privacy_notice_confirmed":
        story.confirmed = True
    elif story.signed:
        story.countersigned = True
    _complete(agreement, story, event.on)


def _complete(agreement: Agreement, story: Story, day: date) -> None:
    """A term begins on the day its last condition is met: both signatures on the current version, 2(a), 4(h).

    On the day a new version opens, what was signed that morning of the one before it stands: it was current then.
    """
    signed, registered = story.signed, story.ico_until is not None and day <= story.ico_until
    if not (signed and story.confirmed and story.countersigned and registered):
        return
    if signed.version not in {one.id for one in map(agreement.version_on, (day, day - timedelta(days=1))) if one}:
        return
    lapses = years_after(signed.on, agreement.terms.periods.renewal_years)
    if day >= lapses:
        return
    story.term = Term(day, lapses, signed.version, signed.on)
    story.signed, story.notice, story.ended, story.ended_by, story.withdrawal = None, None, None, "", ""


def _tell_suspension(agreement: Agreement, story: Story, event: Event) -> None:
    """Thirty days from the day, unless the party that suspended lifts it before."""
    if event.kind == "suspended":
        until = event.on + timedelta(days=agreement.terms.periods.suspension_days)
        story.suspensions.append((event.party, event.on, until))
        story.evidence.add(event.evidence.strip())
        return
    story.suspensions = [
        (party, since, min(until, event.on) if party == event.party else until)
        for party, since, until in story.suspensions
    ]


def _tell_withdrawal(story: Story, event: Event) -> None:
    """A notice is taken back when one party proposes it and the other agrees, and in no other way."""
    if event.kind == "notice_withdrawal_proposed":
        story.withdrawal = event.party
    elif story.withdrawal and story.withdrawal != event.party:
        story.notice, story.withdrawal = None, ""


def _tell_install(story: Story, event: Event) -> None:
    starts, ends = event.instant("starts"), event.instant("ends")
    story.installed = event.on if event.kind == "install_completed" else None
    story.install = (starts.astimezone(LONDON).date(), ends.astimezone(LONDON).date()) if starts and ends else None


def _tell_register(story: Story, event: Event) -> None:
    """A conversion makes a new legal person: what the old one signed does not bind it."""
    if event.kind == "closed":
        story.closed = event.on
    else:
        story.kind = event.details.get("kind", story.kind)
        story.phase = event.details.get("phase", story.phase)
    if event.kind == "converted":
        story.signed = story.install = None
        if story.term and live(story, event.on):
            story.ended, story.ended_by = event.on, "conversion"


def ends(story: Story) -> list[tuple[date, State, str]]:
    """The days on which the present term stops, with the state and deed each brings."""
    term = story.term
    if term is None:
        return []
    stops: list[tuple[date, State, str]] = [(term.lapses, "lapsed", "renewal")]
    if story.ended:
        stops.append((story.ended, "ended", "register" if story.ended_by == "conversion" else "notice"))
    notified = story.notice.day("ends") if story.notice else None
    if notified:
        stops.append((notified, "ended", "notice"))
    if story.closed:
        stops.append((story.closed, "ended", "register"))
    return sorted(stops)


def live(story: Story, day: date) -> bool:
    stops = ends(story)
    return bool(stops) and day < stops[0][0]
