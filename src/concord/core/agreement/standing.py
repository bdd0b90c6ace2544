"""How the agreement stands with one establishment on any day, derived from its events alone (7(b)-(d)).

Nothing is stored: the events are read in order of their day, and the state is what the clauses make of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from concord.core.agreement.events import Event
from concord.core.agreement.model import Standing, State
from concord.core.agreement.schedule import Agreement
from concord.core.agreement.story import Story, Term, ends, in_order, live, tell_all
from concord.core.agreement.terms import Periods, Version

STATES: Final[dict[State, str]] = {
    "none": "No agreement",
    "offered": "Offered, not yet signed",
    "signed": "Signed, not yet in force",
    "in_force": "In force",
    "due": "In force, due for renewal",
    "lapsed": "Lapsed",
    "suspended": "Suspended",
    "unregistered": "Stopped: ICO registration ran out",
    "notice": "In force, under notice",
    "ended": "Ended",
}
"""The states in words a page can show."""


def standing(
    agreement: Agreement,
    events: Iterable[Event],
    establishment: str,
    on: date,
    *,
    kind: str = "maintained",
    phase: str = "",
) -> Standing:
    """The standing on a day, past or to come. `kind` and `phase` hold where no event tells them."""
    return of_story(agreement, tell_all(agreement, in_order(events, establishment), on, kind, phase), establishment, on)


def of_story(agreement: Agreement, story: Story, establishment: str, on: date) -> Standing:
    """The standing a story told up to a day comes to on that day."""
    state, since, until, deed = _state(agreement, story, on)
    return Standing(
        establishment=establishment,
        state=state,
        on=on,
        kind=story.kind,
        phase=story.phase,
        version=story.term.version if story.term else story.signed.version if story.signed else "",
        since=since,
        until=until,
        clause=agreement.terms.clause_of[deed],
        facts=_facts(agreement, story, on),
    )


Answer = tuple[State, date | None, date | None, str]


def _state(agreement: Agreement, story: Story, on: date) -> Answer:
    """The state, the day it began, the first day on which it no longer holds (where known) and the deed behind it."""
    _resign(agreement, story, on)
    if story.term and live(story, on):
        return _state_of_term(agreement.terms.periods, story, story.term, on, _newer(agreement, story.term, on))
    past: list[tuple[date, State, str]] = [stop for stop in ends(story)[:1] if stop[0] <= on]
    if story.closed:
        past = past or [(story.closed, "ended", "register")]
    else:
        past += [(story.offered, "offered", "signing")] if story.offered else []
        past += [(story.signed.on, "signed", "signing")] if story.signed else []
    if not past:
        return "none", None, None, "signing"
    since, state, deed = max(enumerate(past), key=lambda item: (item[1][0], item[0]))[1]
    return state, since, None, deed


def _state_of_term(periods: Periods, story: Story, term: Term, on: date, newer: date | None) -> Answer:
    """Within a term: a suspension comes before all, then a lost registration, then notice, then the time to renew."""
    stop, _, _ = ends(story)[0]
    running = [(since, until) for _, since, until in story.suspensions if since <= on < until]
    if running:
        return (
            "suspended",
            min(since for since, _ in running),
            min(max(until for _, until in running), stop),
            "suspension",
        )
    off = ico_stop(periods, story)
    if off and off <= on:
        return "unregistered", off, None, "ico"
    until = min(stop, off or stop)
    if story.notice:
        return "notice", story.notice.on, until, "notice"
    due = max(term.start, min(term.lapses - timedelta(days=periods.reminder_days[0]), newer or date.max))
    if on >= due:
        return "due", due, until, "renewal"
    return "in_force", term.start, min(due, until), "signing"


def ico_stop(periods: Periods, story: Story) -> date | None:
    """The first day on which a registration that ran out stops the agreement: after its days of grace (4(h))."""
    return story.ico_until + timedelta(days=periods.ico_grace_days + 1) if story.ico_until else None


def _later(agreement: Agreement, term: Term, on: date) -> list[Version]:
    """The versions that opened for signature after the term's own, up to a day."""
    ids = [version.id for version in agreement.terms.versions]
    after = agreement.terms.versions[ids.index(term.version) + 1 :] if term.version in ids else ()
    return [version for version in after if version.since and version.since <= on]


def _newer(agreement: Agreement, term: Term, on: date) -> date | None:
    """The day on which a newer version began to ask for a new signature."""
    return next((version.since for version in _later(agreement, term, on)), None)


def _resign(agreement: Agreement, story: Story, on: date) -> None:
    """A later version may set a day by which all must have signed it again: older signatures lapse then."""
    if story.term:
        days = [version.resign_by for version in _later(agreement, story.term, on) if version.resign_by]
        story.term.lapses = min([story.term.lapses, *days])


def reminders(agreement: Agreement, standing: Standing) -> tuple[tuple[int, date], ...]:
    """The reminders ahead of a lapse as (days ahead, the day to send it); none where no term runs (7(b))."""
    lapses = standing.facts.get("lapses")
    if not lapses or not standing.in_force:
        return ()
    return tuple(
        (days, date.fromisoformat(lapses) - timedelta(days=days)) for days in agreement.terms.periods.reminder_days
    )


def _facts(agreement: Agreement, story: Story, on: date) -> dict[str, str]:
    """What a page or a refusal may need to tell: only facts that hold, each as text."""
    term, notice = story.term, story.notice
    alive = term is not None and live(story, on)
    running = sorted({party for party, since, until in story.suspensions if since <= on < until})
    waits = [word for word, met in _conditions(story, on).items() if not met] if story.signed else []
    newer = [version.id for version in _later(agreement, term, on)] if term else []
    told = {
        "signed": term.signed if term else None,
        "in_force_from": term.start if term else None,
        "lapses": term.lapses if alive and term else None,
        "notice_ends": notice.day("ends") if notice else None,
        "notice_by": notice.party if notice and alive else None,
        "withdrawal_proposed_by": story.withdrawal if alive else None,
        "ico_number": story.ico_number,
        "ico_until": story.ico_until,
        "suspended_by": ", ".join(running),
        "ended_by": story.ended_by,
        "closed": story.closed,
        "waits_for": ", ".join(waits),
        "newer_version": newer[-1] if newer else None,
        "reminder": _reminder(agreement.terms.periods, term, on) if alive and term else None,
        "install_from": story.install[0] if story.install else None,
        "install_until": story.install[1] if story.install else None,
        "install_done": story.installed,
    }
    return {key: str(value) for key, value in told.items() if value}


def _reminder(periods: Periods, term: Term, on: date) -> str | None:
    """The last reminder that has fallen due: 180, 90 or 30 days ahead."""
    passed = [days for days in periods.reminder_days if on >= term.lapses - timedelta(days=days)]
    return str(min(passed)) if passed else None


def _conditions(story: Story, on: date) -> dict[str, bool]:
    return {
        "privacy notice": story.confirmed,
        "ICO registration": story.ico_until is not None and on <= story.ico_until,
        "countersignature": story.countersigned,
    }
