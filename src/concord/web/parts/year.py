"""A pupil's year of attendance as a calendar: a column a week, a row a school day, the morning above the afternoon.

Kinds are told apart by shape as well as colour, and by the table of weeks that stands with the picture.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Literal, NamedTuple

from concord.web.parts.words import figure

Kind = Literal["present", "late", "elsewhere", "authorised", "unauthorised", "closed", "unknown"]
KINDS: dict[Kind, str] = {
    "present": "Present",
    "late": "Present, late",
    "elsewhere": "At an approved activity elsewhere",
    "authorised": "Absent, authorised",
    "unauthorised": "Absent, unauthorised",
    "closed": "Not required to attend",
    "unknown": "No mark that we can read",
}
ATTENDED: tuple[Kind, ...] = ("present", "late", "elsewhere")
ABSENT: tuple[Kind, ...] = ("authorised", "unauthorised")
ACROSS = 13
"""Weeks to a strip of the calendar: three strips are the 39 weeks of a school year."""
_CELL, _HALF, _LEFT, _TOP = 16, 7, 20, 24
WIDTH, HEIGHT = _LEFT + ACROSS * _CELL, _TOP + 5 * _CELL + 4


class SchoolDay(NamedTuple):
    """One day: what the morning and the afternoon session were; None where there was none."""

    on: date
    morning: Kind | None
    afternoon: Kind | None


@dataclass
class Year:
    """`who` is the pupil as the page names them; `days` in any order; `sentence` says what matters."""

    days: Sequence[SchoolDay]
    who: str = "This pupil"
    sentence: str = ""
    id: str = "year"

    @cached_property
    def marks(self) -> list[Kind]:
        return [mark for each in self.days for mark in (each.morning, each.afternoon) if mark]

    @cached_property
    def counts(self) -> dict[Kind, int]:
        """Sessions of each kind that occurs, in the order of the key."""
        found = Counter(self.marks)
        return {kind: found[kind] for kind in KINDS if kind in found}

    @property
    def possible(self) -> int:
        return self._of(ATTENDED) + self._of(ABSENT)

    @property
    def absent(self) -> int:
        return self._of(ABSENT)

    def _of(self, kinds: Iterable[Kind]) -> int:
        return sum(self.counts.get(kind, 0) for kind in kinds)

    @cached_property
    def weeks(self) -> dict[date, list[SchoolDay]]:
        """The days of each week that has a school day, by its Monday, all in order."""
        found: dict[int, list[SchoolDay]] = {}
        for each in sorted(self.days, key=itemgetter(0)):
            week, day = divmod(each.on.toordinal() - 1, 7)  # the first of all days was a Monday
            if day < 5:
                found.setdefault(week, []).append(each)
        return {date.fromordinal(7 * week + 1): days for week, days in found.items()}

    @property
    def title(self) -> str:
        """The finding: the share of possible sessions attended, of how many."""
        if not self.possible:
            return "No attendance is held for this year"
        share = 100 * (self.possible - self.absent) / self.possible
        return f"{self.who} attended {figure(share, '%')} of {figure(self.possible)} possible sessions"

    @property
    def alt(self) -> str:
        counts = "; ".join(f"{KINDS[kind].lower()}: {count}" for kind, count in self.counts.items())
        return f"Calendar of a school year, two sessions a day. {self.title}. Sessions by kind: {counts or 'none'}."


class Strip(NamedTuple):
    """Some weeks of the calendar in drawing units: `texts` the days' letters and the months, `shapes` a path a kind of
    stroke, `unread` the places of the question marks, a word for all; empty where there is none."""

    texts: list[dict[str, object]]
    shapes: list[dict[str, str]]
    unread: dict[str, str]
    width: int = WIDTH
    height: int = HEIGHT


def _box(left: int, top: int, width: int, height: int) -> Callable[[int, int], str]:
    rest = f"h{width}v{height}h-{width}z"
    return lambda x, y: f"M{x + left} {y + top}{rest}"


def _dot(x: int, y: int) -> str:
    return f"M{x + 3.5} {y + 4}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z"


# What each kind of mark is drawn with: class and colours, the kinds it belongs to, and its path at a place. The same
# shapes stand in the key (`parts/year_mark.html`).
_STROKES: list[tuple[dict[str, str], tuple[Kind, ...], Callable[[int, int], str]]] = [
    ({"style": "app-chart__rest", "fill": "#6F6F6F"}, ATTENDED, _box(0, 4, 13, 2)),
    ({"style": "app-chart__bar", "fill": "#3D3D3D"}, ("late",), _box(0, 1, 4, 5)),
    ({"style": "app-chart__bar", "fill": "#1C7069"}, ("elsewhere",), _dot),
    ({"style": "app-chart__hole", "fill": "#FFFFFF", "stroke": "#12436D"}, ("authorised",), _box(1, 1, 12, 5)),
    ({"style": "app-chart__bar", "fill": "#801650"}, ("unauthorised",), _box(0, 0, 14, 7)),
]
# The half days of a strip in order, week by week: where each is, and what each stroke is there.
PLACES = [
    (_LEFT + week * _CELL, _TOP + day * _CELL + half * _HALF)
    for week in range(ACROSS)
    for day in range(5)
    for half in (0, 1)
]
_PATHS = [(style, kinds, [stroke(*place) for place in PLACES]) for style, kinds, stroke in _STROKES]
_LETTERS = [{"x": 0, "y": _TOP + day * _CELL + 12, "words": letter} for day, letter in enumerate("MTWTF")]


def strips(year: Year) -> list[Strip]:
    """The calendar, a strip for every so many weeks that have a school day: side by side where there is room."""
    weeks = list(year.weeks.values())
    return [_strip(weeks[first : first + ACROSS]) for first in range(0, len(weeks), ACROSS)]


def places(weeks: Sequence[Sequence[SchoolDay]]) -> dict[Kind, list[int]]:
    """Where each kind's marks are in a strip of these weeks: indices of `PLACES`."""
    found: dict[Kind, list[int]] = {kind: [] for kind in KINDS}
    for week, days in enumerate(weeks):
        for on, morning, afternoon in days:
            at = week * 10 + on.weekday() * 2
            if morning:
                found[morning].append(at)
            if afternoon:
                found[afternoon].append(at + 1)
    return found


def _strip(weeks: Sequence[Sequence[SchoolDay]]) -> Strip:
    found = places(weeks)
    shapes = []
    for style, kinds, paths in _PATHS:
        if path := "".join([paths[at] for kind in kinds for at in found[kind]]):
            shapes.append(style | {"d": path})
    return Strip(_LETTERS + _months(weeks), shapes, _unread(found["unknown"]))


def _months(weeks: Sequence[Sequence[SchoolDay]]) -> list[dict[str, object]]:
    """The name of each month over the first week that begins in it, where there is room before the next."""
    firsts = [days[0].on for days in weeks]
    begins = [at for at, on in enumerate(firsts) if not at or firsts[at - 1].month != on.month]
    roomy = [at for at, following in zip(begins, [*begins[1:], ACROSS], strict=True) if following - at > 1]
    return [{"x": _LEFT + at * _CELL, "y": 16, "words": f"{firsts[at]:%b}"} for at in roomy]


def _unread(marks: Sequence[int]) -> dict[str, str]:
    xs, ys = ([str(PLACES[at][axis] + more) for at in marks] for axis, more in ((0, 3), (1, 7)))
    return {"words": "?" * len(marks), "x": " ".join(xs), "y": " ".join(ys)} if marks else {}


def week_rows(year: Year) -> list[tuple[object, ...]]:
    """The table behind the picture: week beginning, sessions possible, attended, authorised and unauthorised
    absence."""
    rows: list[tuple[object, ...]] = []
    for week, days in year.weeks.items():
        marks = [mark for each in days for mark in (each.morning, each.afternoon) if mark]
        attended = sum(map(marks.count, ATTENDED))
        authorised, unauthorised = marks.count("authorised"), marks.count("unauthorised")
        rows.append((week, attended + authorised + unauthorised, attended, authorised, unauthorised))
    return rows
