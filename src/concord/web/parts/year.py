"""A pupil's year of attendance as a calendar: a column a week, a row a school day, the morning above the afternoon.

Kinds are told apart by shape as well as colour, and by the table of weeks that stands with the picture.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
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
WEEKS_WIDE, WEEKS_NARROW = 40, 14
_CELL, _HALF = 16, 7


class SchoolDay(NamedTuple):
    """One day: what the morning and the afternoon session were; None where there was none."""

    on: date
    morning: Kind | None
    afternoon: Kind | None


@dataclass(frozen=True)
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


@dataclass
class YearDrawing:
    """Marks in drawing units: the corners of each kind's, with the name of each month where it begins and the days'
    letters at the left of each strip."""

    width: int
    height: int = 0
    marks: dict[Kind, list[tuple[int, int]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    texts: list[dict[str, object]] = field(default_factory=list)

    @property
    def shapes(self) -> list[dict[str, str]]:
        """The marks as one path a kind of stroke: a year is hundreds of marks and a handful of elements."""
        found: list[dict[str, str]] = []
        for style, kinds, stroke in _STROKES:
            if path := "".join([stroke(x, y) for kind in kinds for x, y in self.marks[kind]]):
                found.append(style | {"d": path})
        return found

    @property
    def unread(self) -> dict[str, str]:
        """The places of the question marks, a word for all: `words`, `x` and `y`; empty where there is none."""
        places = [(x + 3, y + 7) for x, y in self.marks["unknown"]]
        if not places:
            return {}
        xs, ys = zip(*places, strict=True)
        return {"words": "?" * len(places), "x": " ".join(map(str, xs)), "y": " ".join(map(str, ys))}


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


def draw_year(year: Year, across: int) -> YearDrawing:
    """The calendar, `across` weeks to a strip; weeks without a school day take no room."""
    weeks = list(year.weeks.items())
    drawing = YearDrawing(width=20 + across * _CELL)
    strips = -(-len(weeks) // across) if weeks else 0
    for strip in range(strips):
        top = strip * (5 * _CELL + 34)
        part = weeks[strip * across : (strip + 1) * across]
        _draw_strip(drawing, part, top, weeks[strip * across - 1][1][0].on if strip else None)
    drawing.height = strips * (5 * _CELL + 34) or 20
    return drawing


def _draw_strip(drawing: YearDrawing, weeks: list[tuple[date, list[SchoolDay]]], top: int, before: date | None) -> None:
    for row, letter in enumerate("MTWTF"):
        drawing.texts.append({"x": 0, "y": top + 24 + row * _CELL + 12, "words": letter})
    free = 0.0
    for column, (_, days) in enumerate(weeks):
        x = 20 + column * _CELL
        begins = days[0].on
        if (before is None or before.month != begins.month) and x >= free:
            drawing.texts.append({"x": x, "y": top + 16, "words": f"{begins:%b}"})
            free = x + 30.0
        before = begins
        for each in days:
            y = top + 24 + each.on.weekday() * _CELL
            if each.morning:
                drawing.marks[each.morning].append((x, y))
            if each.afternoon:
                drawing.marks[each.afternoon].append((x, y + _HALF))


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
