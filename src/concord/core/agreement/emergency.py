"""Break-glass: one child's record opened in an emergency (`[emergency]` of `access.toml`), and how a request stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from concord.core.agreement.sheet import Entry, each
from concord.core.trouble import Unreadable

LONGEST: Final = timedelta(hours=24)
"""No agreement may set a longer time, to answer or to look: whoever needs it for longer needs the case."""

State = Literal["asked", "lapsed", "declined", "called_off", "open", "over", "ended"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record may be asked for; `purpose` is the purpose of the agreement that each look then has."""

    id: str
    says: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """What break-glass access asks, and how long it lasts. `told`: roles of the establishment that hear of it."""

    source: str
    since: date
    answer_within: timedelta
    open_for: timedelta
    review_within: timedelta
    tries_an_hour: int
    least_letters: int
    told: tuple[str, ...]
    reasons: tuple[Reason, ...]

    def reason(self, name: str) -> Reason | None:
        return next((one for one in self.reasons if one.id == name), None)


@dataclass(frozen=True, slots=True)
class Times:
    """What has happened to a request. `answer` is the second person's `yes` or `no`, or `off` where the asker called it
    off; empty while nobody has said anything."""

    lapses: datetime
    answer: str = ""
    until: datetime | None = None
    ended: datetime | None = None


def state_of(times: Times, now: datetime) -> State:
    """How a request stands at a moment: worked out anew each time, and stored nowhere."""
    if not times.answer:
        return "asked" if now < times.lapses else "lapsed"
    if times.answer != "yes" or times.until is None:
        return "declined" if times.answer == "no" else "called_off"
    if times.ended is not None and times.ended <= now:
        return "ended"
    return "open" if now < times.until else "over"


def read_emergency(entry: Entry, roles: Sequence[str], sources: Sequence[str], faults: list[Unreadable]) -> Emergency:
    """The table, strictly."""
    reasons = each(entry.entries("reason"), _reason, faults)
    if len({one.id for one in reasons}) != len(reasons):
        faults.append(entry.fault("reason", "a reason is given twice."))
    found = Emergency(
        source=entry.choice("source", sources, "source"),
        since=entry.day("since"),
        answer_within=_minutes(entry, "answer_minutes"),
        open_for=_minutes(entry, "open_minutes"),
        review_within=timedelta(days=entry.number("review_days", 1)),
        tries_an_hour=entry.number("tries_an_hour", 1),
        least_letters=entry.number("least_letters", 1),
        told=entry.words("told", roles, "role"),
        reasons=tuple(reasons),
    )
    entry.done()
    return found


def _minutes(entry: Entry, key: str) -> timedelta:
    found = timedelta(minutes=entry.number(key, 1))
    if found > LONGEST:
        raise entry.fault(
            key, f"{key!r} may be no longer than a day.", why="Whoever needs it for longer needs the case."
        )
    return found


def _reason(entry: Entry) -> Reason:
    return Reason(entry.text("id"), entry.text("says"), entry.text("purpose"))
