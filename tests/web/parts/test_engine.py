"""What a page says is escaped as the library escapes it, whatever it is."""

from __future__ import annotations

from datetime import date

from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Undefined
from markupsafe import Markup, escape

from concord.web.engine import escaped
from web.parts.drawing import html_of


class Shouted(str):
    """Text that says something else when it is asked as text."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"<{self.upper()}>"


class Drawn:
    def __html__(self) -> str:
        return "<b>drawn</b>"


SAID = st.one_of(
    st.text(),
    st.text(alphabet="&<>\"'ab"),
    st.text().map(Markup),
    st.text().map(lazystr),
    st.text().map(Shouted),
    st.integers(),
    st.booleans(),
    st.floats(),
    st.none(),
    st.dates(),
    st.just(Undefined()),
    st.builds(Drawn),
    st.lists(st.text()),
)


@given(SAID)
def test_what_is_said_is_escaped_as_the_library_escapes_it(said):
    assert str(escaped(said)) == str(escape(said))


@given(SAID)
def test_a_template_and_a_part_say_it_so_too(said):
    assert html_of("{{ said }}", said=said) == str(escape(said))
    assert html_of("{% macro part(it) %}{{ it }}{% endmacro %}{{ part(said) }}", said=said) == str(escape(said))
    assert html_of("{% set kept %}{{ said }}{% endset %}{{ kept }}", said=said) == str(escape(said))


def test_text_in_an_attribute_cannot_leave_it():
    assert html_of('<a title="{{ said }}">', said='"><script>') == '<a title="&#34;&gt;&lt;script&gt;">'
    assert html_of("{{ said }}", said=date(2026, 9, 7)) == "2026-09-07"
