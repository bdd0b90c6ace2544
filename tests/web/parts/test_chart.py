from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.web.parts.chart import NARROW, WIDE, Bar, BarChart, LineChart, draw_bars, draw_lines, nice_top
from web.parts import samples
from web.parts.drawing import html_of

LABELS = st.text(alphabet="abcdefgh ", min_size=1, max_size=40).filter(str.strip)
VALUES = st.one_of(st.none(), st.just("c"), st.floats(0, 1e6).map(lambda value: round(value, 1)))
WIDTHS = st.sampled_from([WIDE, NARROW])


def bar_chart(bars, **given_fields):
    known = {"title": "T", "sentence": "S", "alt": "A", "category": "Role", "measure": "Looks", "bars": bars}
    return BarChart(**(known | given_fields))


def line_chart(series, points):
    return LineChart("T", "S", "A", "Week", points, series)


def test_a_bar_is_as_long_as_its_value():
    drawing = draw_bars(bar_chart([Bar("a", 40.0), Bar("b", 10.0)]), WIDE)
    assert drawing.bars[0]["width"] == pytest.approx(4 * drawing.bars[1]["width"], abs=0.5)


def test_a_suppressed_and_a_missing_figure_have_no_bar_and_their_own_sign():
    drawing = draw_bars(bar_chart([Bar("a", 4.0), Bar("b", "c"), Bar("d", None), Bar("e", 0.0)]), WIDE)
    assert len(drawing.bars) == 1
    assert [text["words"] for text in drawing.texts if text["weight"] == 700] == ["4.0", "c", "–", "0.0"]


def test_only_the_focus_stands_out():
    drawing = draw_bars(bar_chart([Bar("a", 4.0), Bar("b", 3.0)], focus="b"), WIDE)
    assert [bar["quiet"] for bar in drawing.bars] == [True, False]


@given(st.lists(st.tuples(LABELS, VALUES), max_size=12), WIDTHS)
def test_no_bar_leaves_the_picture_and_none_overlaps_the_next(given_bars, width):
    drawing = draw_bars(bar_chart([Bar(label, value) for label, value in given_bars]), width)
    edges = [0.0]
    for bar in drawing.bars:
        assert bar["x"] + bar["width"] <= width
        assert bar["y"] >= edges[-1]
        edges.append(bar["y"] + bar["height"])
    assert edges[-1] <= drawing.height


@given(st.data(), st.integers(1, 12), WIDTHS)
def test_lines_and_their_names_stay_inside_and_apart(data, count, width):
    values = st.lists(VALUES, min_size=count, max_size=count)
    series = data.draw(
        st.lists(
            st.tuples(st.sampled_from(["County", "This school", "A trust with a long name"]), values),
            min_size=1,
            max_size=4,
        )
    )
    drawing = draw_lines(line_chart(series, [f"{at} Oct" for at in range(count)]), width)
    assert all(0 <= dot["x"] <= width and 0 <= dot["y"] <= drawing.height for dot in drawing.dots)
    names = [text for text in drawing.texts if text["weight"] == 700]
    tops = sorted(text["y"] for text in names)
    assert all(later - earlier >= 16 for earlier, later in pairwise(tops))
    assert all(0 <= top <= drawing.height for top in tops)


def test_a_gap_in_a_line_is_a_gap():
    drawing = draw_lines(line_chart([("a", [1.0, 2.0, "c", 3.0, 4.0])], list("12345")), WIDE)
    assert [line["points"].count(",") for line in drawing.lines] == [2, 2]
    assert len(drawing.dots) == 4 + 1  # one marker stands by the name


def test_each_line_is_told_apart_by_marker_and_dash_and_not_by_colour_alone():
    drawing = draw_lines(line_chart([(name, [1.0, 2.0]) for name in "abcd"], ["1", "2"]), WIDE)
    assert len({line["dash"] for line in drawing.lines}) == 4
    assert {dot["shape"] for dot in drawing.dots} == {0, 1, 2, 3}


def test_five_lines_are_too_many():
    with pytest.raises(ValueError, match="one to four"):
        line_chart([(name, [1.0]) for name in "abcde"], ["1"])


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (0.7, 1), (1, 1), (7, 10), (23, 25), (24, 25), (26, 50), (100, 100), (1204, 2000)]
)
def test_the_axis_ends_at_a_round_number(highest, top):
    assert nice_top(highest) == pytest.approx(top)


def test_a_picture_comes_with_its_finding_its_words_and_its_table():
    html = html_of("{{ chart_line(shown) }}", shown=samples.lines())
    assert html.count("<h2") == 1
    assert html.count('role="img" aria-label="Line chart of weekly attendance.') == 2
    assert "The scale starts at 80%." in html
    assert all(f">{value}%<" in html for value in ("94.1", "93.2", "92.5"))
    assert ">c<" in html


def test_nothing_to_draw_is_said_in_words():
    html = html_of("{{ chart_bar(shown) }}", shown=bar_chart([]))
    assert "<svg" not in html
    assert "nothing to draw" in html
