"""Pictures of figures, worked out on the server: each has a finding for a title, a sentence, words for those who cannot
see it, and its table. Drawn twice, wide and narrow, so that its words stay readable at 320 pixels.

The palette is the Government Analysis Function's; bars start at zero; a suppressed figure is a gap marked "c".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from concord.web.parts.table import Download
from concord.web.parts.words import figure

DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK = "#12436D", "#F46A25", "#28A197", "#801650"
QUIET, GRID, INK = "#BFBFBF", "#D9D9D9", "#0B0C0C"
COLOURS = (DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK)
DASHES = ("", "10 5", "3 4", "12 4 3 4")
WIDE, NARROW = 720, 320
Value = float | None | Literal["c"]
"""A figure; None where nothing is held; "c" where it is suppressed to protect people."""

_LETTER = 8.6  # the mean advance of a letter at 16 units, on the safe side


def told(value: Value, unit: str = "") -> str:
    """The value in words; a suppressed one is "c"."""
    return "c" if value == "c" else figure(value, unit)


def wrapped(label: str, width: float) -> list[str]:
    """The label in lines that fit `width` units; a word longer than that stands alone."""
    lines = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) * _LETTER <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class Bar:
    """One bar; `note` is said after the value (of how many)."""

    label: str
    value: Value
    note: str = ""


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars of one measure. `focus` names the bar that stands out; without it all are the same.

    `title` states the finding; `alt` says kind, what and takeaway; `measure` and `category` head the table's columns.
    """

    title: str
    sentence: str
    alt: str
    category: str
    measure: str
    bars: Sequence[Bar]
    unit: str = ""
    focus: str = ""
    downloads: Sequence[Download] = ()
    id: str = "chart"

    @property
    def head(self) -> tuple[str, str]:
        return self.category, self.measure

    @property
    def body(self) -> list[tuple[str, ...]]:
        return [(bar.label, f"{told(bar.value, self.unit)}{f' {bar.note}' if bar.note else ''}") for bar in self.bars]


@dataclass(frozen=True)
class LineChart:
    """Up to four lines over the same points in time; each is labelled where it ends. `floor` is where the axis
    starts."""

    title: str
    sentence: str
    alt: str
    category: str
    points: Sequence[str]
    series: Sequence[tuple[str, Sequence[Value]]]
    unit: str = ""
    floor: float = 0.0
    downloads: Sequence[Download] = ()
    id: str = "chart"

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= 4:
            raise ValueError("a line chart carries one to four series")
        if any(len(values) != len(self.points) for _, values in self.series):
            raise ValueError("each series has one value a point")

    @property
    def head(self) -> tuple[str, ...]:
        return self.category, *(name for name, _ in self.series)

    @property
    def body(self) -> list[tuple[str, ...]]:
        told_rows = []
        for at, point in enumerate(self.points):
            told_rows.append((point, *(told(values[at], self.unit) for _, values in self.series)))
        return told_rows


@dataclass
class Drawing:
    """Shapes in drawing units: `texts` (x, y, words, anchor, weight), `bars`, `rules` (y), `lines`, `dots`."""

    width: int
    height: float = 0
    texts: list[dict[str, object]] = field(default_factory=list)
    bars: list[dict[str, object]] = field(default_factory=list)
    rules: list[dict[str, object]] = field(default_factory=list)
    lines: list[dict[str, object]] = field(default_factory=list)
    dots: list[dict[str, object]] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, anchor: str = "start", weight: int = 400) -> None:
        """Put words at a point of their base line."""
        self.texts.append({"x": round(x, 1), "y": round(y, 1), "words": text, "anchor": anchor, "weight": weight})


def nice_top(highest: float) -> float:
    """The least of 1, 2, 2.5, 5 or 10 times a power of ten that is not below `highest`."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= highest - 1e-9)


def draw_bars(chart: BarChart, width: int) -> Drawing:
    """The bars, each under its label and followed by its value."""
    drawing = Drawing(width)
    values = [bar.value for bar in chart.bars if isinstance(bar.value, int | float)]
    longest = max((len(told(bar.value, chart.unit)) + len(bar.note) + 1 for bar in chart.bars), default=0)
    room = max(width - longest * _LETTER - 16, width * 0.3)
    scale = room / max([*values, 0.0]) if any(value > 0 for value in values) else 0.0
    y = 2.0
    for bar in chart.bars:
        for line in wrapped(bar.label, width):
            y += 20
            drawing.write(0, y - 4, line, weight=700 if bar.label == chart.focus else 400)
        y = _draw_bar(drawing, chart, bar, y, scale)
    drawing.height = max(y, 20)
    return drawing


def _draw_bar(drawing: Drawing, chart: BarChart, bar: Bar, y: float, scale: float) -> float:
    """One bar and its value at height `y`; where the next one starts."""
    length = max(bar.value, 0) * scale if isinstance(bar.value, int | float) else 0.0
    quiet = bool(chart.focus) and bar.label != chart.focus
    if length:
        drawing.bars.append({"x": 0.5, "y": y + 1, "width": round(length, 1), "height": 20, "quiet": quiet})
    said = f"{told(bar.value, chart.unit)} {bar.note}".strip()
    drawing.write(length + 8 if length else 0, y + 16.5, said, weight=700)
    return y + 32


def _ends(ends: dict[int, float], heights: Sequence[float], top: float, bottom: float) -> dict[int, float]:
    """Where each line's label begins: at the line's end, moved apart, between `top` and `bottom`."""
    placed: dict[int, float] = {}
    free = top
    order = sorted(ends, key=lambda index: ends[index])
    for index in order:
        placed[index] = max(ends[index], free)
        free = placed[index] + heights[index]
    limit = max(bottom, top + sum(heights[index] for index in order))
    for index in reversed(order):
        placed[index] = limit = min(placed[index], limit - heights[index])
    return placed


def draw_lines(chart: LineChart, width: int) -> Drawing:
    """The lines over a grid of horizontal rules, each with its own marker and dash, and named at its end."""
    drawing = Drawing(width, height=300)
    held = [value for _, values in chart.series for value in values if isinstance(value, int | float)]
    span = nice_top(max([*held, chart.floor]) - chart.floor)
    names = [wrapped(name, width * 0.25) for name, _ in chart.series]
    right = width - max(len(line) for name in names for line in name) * _LETTER - 26
    left = len(told(chart.floor + span, chart.unit)) * _LETTER + 6
    top, bottom = 14.0, 266.0
    _draw_grid(drawing, chart, (left, right, top, bottom), span)
    ends: dict[int, float] = {}
    for index, (_, values) in enumerate(chart.series):
        spots = _spots(values, (left + 8, right - 8, top, bottom), chart.floor, span)
        _draw_line(drawing, index, spots)
        if last := next((spot for spot in reversed(spots) if spot), None):
            ends[index] = last[1] + 5
    heights = [17.0 * len(name) + 4 for name in names]
    for index, y in _ends(ends, heights, top + 5, bottom + 10).items():
        _name_line(drawing, index, names[index], right, y)
        drawing.height = max(drawing.height, y + heights[index])
    return drawing


def _name_line(drawing: Drawing, index: int, name: Sequence[str], x: float, y: float) -> None:
    """The name of a line beside its marker."""
    drawing.dots.append({"x": round(x + 8, 1), "y": round(y - 5, 1), "shape": index, "colour": COLOURS[index]})
    for at, line in enumerate(name):
        drawing.write(x + 20, y + at * 17, line, weight=700)


def _draw_grid(drawing: Drawing, chart: LineChart, plot: tuple[float, float, float, float], span: float) -> None:
    left, right, top, bottom = plot
    for quarter in range(5):
        y = bottom - (bottom - top) * quarter / 4
        drawing.rules.append({"x": left, "y": y, "end": right, "base": quarter == 0})
        level = chart.floor + span * quarter / 4
        drawing.write(left - 6, y + 5, told(int(level) if level == int(level) else level, chart.unit), "end")
    every = max(1, math.ceil(len(chart.points) * max(map(len, chart.points)) * _LETTER * 1.3 / (right - left)))
    for at, point in enumerate(chart.points):
        if at % every == 0 and (at == 0 or len(chart.points) > 1):
            drawing.write(_across(at, len(chart.points), left + 8, right - 8), bottom + 22, point, "middle")


def _across(at: int, count: int, left: float, right: float) -> float:
    return left + (right - left) * (at / (count - 1) if count > 1 else 0.5)


def _spots(
    values: Sequence[Value], plot: tuple[float, float, float, float], floor: float, span: float
) -> list[tuple[float, float] | None]:
    """The place of each value; None where there is none to show."""
    left, right, top, bottom = plot
    spots: list[tuple[float, float] | None] = []
    for at, value in enumerate(values):
        if isinstance(value, int | float):
            share = min(max((value - floor) / span, 0.0), 1.0)
            spots.append((round(_across(at, len(values), left, right), 1), round(bottom - (bottom - top) * share, 1)))
        else:
            spots.append(None)
    return spots


def _draw_line(drawing: Drawing, index: int, spots: Sequence[tuple[float, float] | None]) -> None:
    """The line in pieces between gaps, and a marker on each point."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for spot in spots:
        if spot:
            pieces[-1].append(spot)
            drawing.dots.append({"x": spot[0], "y": spot[1], "shape": index, "colour": COLOURS[index]})
        elif pieces[-1]:
            pieces.append([])
    for piece in filter(lambda piece: len(piece) > 1, pieces):
        points = " ".join(f"{x},{y}" for x, y in piece)
        drawing.lines.append({"points": points, "colour": COLOURS[index], "dash": DASHES[index]})
