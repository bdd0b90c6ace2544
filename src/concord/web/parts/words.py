"""Dates, times, counts and clause numbers in the words of every page."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils import timezone

from concord.core.agreement.days import in_words

NOTHING = "–"
_CLAUSE = re.compile(r"(\d+)([a-z])((?:\.[0-9a-z]+)*)")


def clause_number(clause: str) -> str:
    """The clause as people cite it: ``2d`` is 2(d). Anything else (an Act, a regulation) is left as it is."""
    found = _CLAUSE.fullmatch(clause)
    return f"{found[1]}({found[2]}){found[3]}" if found else clause


def day(on: date | None) -> str:
    """``21 January 2027``; an instant is taken in UK time."""
    if not on:  # a template gives "" for what it does not have
        return NOTHING
    if isinstance(on, datetime):
        on = timezone.localtime(on) if timezone.is_aware(on) else on
    return in_words(on)


def clock(at: datetime | None) -> str:
    """``4:30pm`` in UK time; noon and midnight by name, on the hour without minutes."""
    if not at:
        return NOTHING
    at = timezone.localtime(at) if timezone.is_aware(at) else at
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at:%M}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def moment(at: date | None) -> str:
    """``4:30pm on 21 January 2027``; a plain date is told as a date."""
    return f"{clock(at)} on {day(at)}" if isinstance(at, datetime) else day(at)


def figure(number: float | None, unit: str = "", places: int = 1) -> str:
    """A number with thousands separated; a fraction to `places` decimals; nothing held is a dash."""
    if number is None:
        return NOTHING
    words = f"{number:,}" if isinstance(number, int) else f"{number:,.{places}f}"
    return f"{words}{unit}"


def counted(number: int, one: str, many: str = "") -> str:
    """``1 return``, ``590 returns``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def said(value: object) -> str:
    """Any value of a cell or a list, in words: dates and instants, yes and no, numbers; nothing held is a dash."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "Yes" if value else "No"
        case date():
            return moment(value)
        case int() | float():
            return figure(value)
    return str(value)
