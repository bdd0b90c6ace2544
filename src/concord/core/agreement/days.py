"""Days as the agreement counts them: whole days in London, whatever the clocks do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from concord.core.trouble import Trouble

LONDON: Final = ZoneInfo("Europe/London")
_MONTHS: Final = (
    "",
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def london_day(instant: datetime) -> date:
    """The day it is in London at an aware instant (23:30 UTC in July is already tomorrow)."""
    if instant.tzinfo is None:
        raise Trouble(
            "A time was given without its zone.",
            why="Without a zone the day cannot be told near midnight.",
            todo="Give the time with its offset, for example 2026-07-01T23:30:00+00:00.",
        )
    return instant.astimezone(LONDON).date()


def years_after(day: date, years: int) -> date:
    """The same day of the year, `years` later; 29 February falls back to the 28th in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_after(day: date, months: int) -> date:
    """The same day of the month, `months` later, or the month's last day where there is no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def day_of(text: str, what: str) -> date:
    """An ISO date written by a person; raises Trouble naming `what` where it is not one."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Trouble(
            f"{what} is not a date: {text!r}.", todo="Write it as year-month-day, for example 2026-09-01."
        ) from None


def in_words(day: date) -> str:
    """A day as people say it: 1 September 2026."""
    return f"{day.day} {_MONTHS[day.month]} {day.year}"
