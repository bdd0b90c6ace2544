"""The engine that draws every page, part and form: Jinja2, with the words and the parts that templates know.

Each file of `templates/parts` is one macro of the file's name, which says what it takes. Whatever is said is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.template.defaultfilters import capfirst, floatformat, urlencode
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_urlconf, reverse
from jinja2 import ChainableUndefined, Environment
from jinja2.compiler import CodeGenerator
from markupsafe import escape

from concord.web.parts import built, chart, states, table, words, year

_MARKUP = re.compile("[&<>\"']")


def escaped(value: Any) -> str:
    """The text that `markupsafe.escape` gives. It need not be wrapped as markup to be put into a page, and most of what
    a page says has nothing to escape."""
    kind = type(value)
    if kind is str:
        return value if _MARKUP.search(value) is None else escape(value)
    return str(value) if kind is int else escape(value)


class Escaping(CodeGenerator):
    """Templates whose `{{ }}` are escaped by `escaped`."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escape = environment.escaped")


class Engine(Environment):
    """Jinja2 that looks for a key of a dictionary before its methods: `group.items` is what the page says it is."""

    code_generator_class = Escaping
    escaped = staticmethod(escaped)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
            if not hasattr(dict, attribute):
                return self.undefined(obj=obj, name=attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


def environment(**options: Any) -> Environment:
    """The engine with its filters, its globals and its parts. What a page does not have is drawn as nothing."""
    engine = Engine(**options | {"undefined": ChainableUndefined})
    engine.filters.update(_FILTERS)
    engine.globals.update({"address": address, "asset": asset, "static": cache(static), "url": _url})
    for file in engine.list_templates(filter_func=lambda name: name.startswith("parts/")):
        engine.globals[PurePath(file).stem] = _part(engine, file)
    return engine


def _part(engine: Environment, file: str) -> Callable[..., Any]:
    """The macro of a part, compiled when it is first drawn."""

    @cache
    def macro() -> Any:
        return getattr(engine.get_template(file).module, PurePath(file).stem)

    def draw(*given: Any, **named: Any) -> Any:
        return macro()(*given, **named)

    return draw


@cache
def asset(path: str) -> str:
    """The address of a static file with the stamp of the build, so that a browser never keeps an old one."""
    return f"{static(path)}?v={built.stamp()}"


def address(name: str, *args: object) -> str:
    """The address of a page of the hub; empty where this site has no such page."""
    try:
        return _url(name, *args)
    except NoReverseMatch:
        return ""


def _url(name: str, *args: object) -> str:
    return _reversed(get_urlconf() or settings.ROOT_URLCONF, name, args)


@lru_cache(maxsize=4096)
def _reversed(site: str, name: str, args: tuple[object, ...]) -> str:
    """Found once: the addresses of a site do not change while it runs."""
    return reverse(name, site, args)


def _count(number: int, name: str) -> str:
    """``3|count("return")`` is 3 returns; ``3|count("query,queries")`` is 3 queries."""
    return words.counted(number, *name.split(","))


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    """What a search keeps of the address: everything but the words looked for and the page of the list."""
    return [(name, value) for name in query if name not in ("q", "after") for value in query.getlist(name)]


def _facts(rows: Iterable[Any]) -> list[Any]:
    """The rows of a summary list, where (key, value) pairs may stand for them."""
    return [dict(zip(("key", "value"), row, strict=True)) if isinstance(row, tuple) else row for row in rows]


def _form_errors(form: Any) -> list[tuple[str, str]]:
    """The errors of a bound form, each with the id of the control it leads to."""
    if not getattr(form, "is_bound", False) or not form.errors:
        return []
    found = [(field.id_for_label or field.auto_id, message) for field in form for message in field.errors]
    return found + [("", message) for message in form.non_field_errors()]


def _twice(draw: Callable[[Any, int], Any], wide: int, narrow: int) -> Callable[[Any], list[tuple[str, Any]]]:
    """A picture drawn wide and narrow, each with its name."""
    return lambda shown: [("wide", draw(shown, wide)), ("narrow", draw(shown, narrow))]


def _kinds(shown: year.Year) -> list[tuple[str, str]]:
    """The key of a year's picture: the kinds that occur, with their words."""
    return [(kind, label) for kind, label in year.KINDS.items() if kind in shown.counts]


_FILTERS: Mapping[str, Any] = {
    "capfirst": capfirst,
    "clause_number": words.clause_number,
    "count": _count,
    "day": words.day,
    "drawn_bars": _twice(chart.draw_bars, chart.WIDE, chart.NARROW),
    "drawn_lines": _twice(chart.draw_lines, chart.WIDE, chart.NARROW),
    "drawn_table": table.drawn,
    "facts": _facts,
    "figure": words.figure,
    "floatformat": floatformat,
    "form_errors": _form_errors,
    "kept": _kept,
    "kinds": _kinds,
    "moment": words.moment,
    "said": words.said,
    "state": states.state,
    "strips": year.strips,
    "urlencode": urlencode,
    "week_rows": year.week_rows,
}
