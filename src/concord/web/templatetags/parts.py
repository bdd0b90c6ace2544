"""The recurring parts of pages as template tags: `{% load parts %}`, or the engine's builtins.

Each tag names the context it takes; anything said is escaped. What a part is made of is in `concord.web.parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from concord.web.parts import built, chart, states, words, year
from concord.web.parts import table as tables

register = template.Library()

register.filter("day", words.day)
register.filter("clock", words.clock)
register.filter("moment", words.moment)
register.filter("figure", words.figure)
register.filter("said", words.said)
register.filter("clause_number", words.clause_number)
register.filter("state_words", lambda code: states.state(code).words)


@register.filter
def count(number: int, name: str) -> str:
    """``3|count:"return"`` is 3 returns; ``3|count:"query,queries"`` is 3 queries."""
    return words.counted(number, *name.split(","))


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file with the stamp of the build, so that a browser never keeps an old one."""
    return f"{static(path)}?v={built.stamp()}"


def address(name: str, *args: object) -> str:
    """The address of a page of the hub; empty where this site has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("parts/clause_chip.html")
def clause_chip(clause_id: str, clause_words: str = "", label: str = "Clause") -> dict[str, Any]:
    """The clause that decided, as 2(d), with its plain words one click away. `clause_id`: ``2d``; page `clause` if
    there is one."""
    return {
        "number": words.clause_number(clause_id),
        "words": clause_words,
        "label": label,
        "href": address("clause", clause_id),
    }


@register.inclusion_tag("parts/source_chip.html")
def source_chip(source: str, on: date | None = None, history_url: str = "", of: str = "") -> dict[str, Any]:
    """Who said so and when, with its history one click away. `source`: in words; `of`: the value's name, for the
    link."""
    return {"source": source, "on": on, "history_url": history_url, "of": of}


@register.inclusion_tag("parts/state_tag.html")
def state_tag(state: str) -> dict[str, Any]:
    """The state in words, in a tag whose colour only repeats them. `state`: a key of `parts.states.STATES`."""
    return {"state": states.state(state)}


@register.inclusion_tag("parts/work_list.html")
def work_list(items: Sequence[Any], next_due: Any = None) -> dict[str, Any]:
    """What needs you, oldest duty first. Item: `title`, `why`, `href`, `action` (link words), `due` (date),
    `days_late`, `clause`, `clause_words`.

    `next_due` (`title`, `on`) is told when the list is empty.
    """
    return {"items": items, "next_due": next_due}


@register.inclusion_tag("parts/table.html", takes_context=True)
def table(context: Context, shown: tables.Table | None = None, **given: Any) -> dict[str, Any]:
    """A list: `shown` is a `parts.table.Table`, or give its fields as keywords. Sort, filter and page links keep the
    address."""
    request = context.get("request")
    query = request.GET if request is not None else QueryDict()
    return tables.drawn(shown or tables.Table(**given), query)


@register.inclusion_tag("parts/search_box.html", takes_context=True)
def search_box(context: Context, label: str) -> dict[str, Any]:
    """A search of this page's list: `q` in the address, which keeps everything else but the page of the list."""
    query = context["request"].GET
    kept = [(name, value) for name in query if name not in ("q", "after") for value in query.getlist(name)]
    return {"label": label, "words": query.get("q", ""), "kept": kept}


@register.inclusion_tag("parts/cell.html")
def cell(value: object) -> dict[str, Any]:
    """One value as words, a link, a state tag: `parts.table.Cell` or anything plain."""
    return {"cell": tables.as_cell(value)}


@register.inclusion_tag("parts/chart_bar.html")
def chart_bar(shown: chart.BarChart, level: int = 2) -> dict[str, Any]:
    """A `parts.chart.BarChart`: finding, sentence, picture, table, downloads. `level`: of its heading."""
    return {
        "chart": shown,
        "level": level,
        "wide": chart.draw_bars(shown, chart.WIDE),
        "narrow": chart.draw_bars(shown, chart.NARROW),
    }


@register.inclusion_tag("parts/chart_line.html")
def chart_line(shown: chart.LineChart, level: int = 2) -> dict[str, Any]:
    """A `parts.chart.LineChart`, likewise."""
    return {
        "chart": shown,
        "level": level,
        "wide": chart.draw_lines(shown, chart.WIDE),
        "narrow": chart.draw_lines(shown, chart.NARROW),
    }


@register.inclusion_tag("parts/year_picture.html")
def year_picture(shown: year.Year) -> dict[str, Any]:
    """A `parts.year.Year`: the calendar of a pupil's attendance, its key and its table of weeks."""
    kinds = [(kind, label) for kind, label in year.KINDS.items() if kind in shown.marks]
    return {
        "year": shown,
        "wide": year.draw_year(shown, year.WEEKS_WIDE),
        "narrow": year.draw_year(shown, year.WEEKS_NARROW),
        "kinds": kinds,
        "weeks": year.week_rows(shown),
    }


@register.inclusion_tag("parts/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """What happened, in the order given. Event: `title`, `on` (date or instant), `by`, `words`, `href`, `clause`,
    `to_come`."""
    return {"events": list(events)}


@register.inclusion_tag("parts/refusal.html")
def refusal(refused: Any, asked: str = "", clause_words: str = "", contact: str = "") -> dict[str, Any]:
    """A refusal of the gate: what was asked, which clause decides, what is missing, who can put it right.

    `refused`: `core.agreement.Refusal` (`clause`, `says`, `missing`, `remedy`, `ref`); `asked` in words.
    """
    return {"refusal": refused, "asked": asked, "clause_words": clause_words, "contact": contact}


@register.inclusion_tag("parts/summary_list.html")
def summary_list(rows: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Facts with their sources. Row: `key`, `value`, and where it applies `source`, `on`, `history_url`,
    `change_url`, `hint`,
    `missing_url` (where to supply what is missing), `state`. Or a (key, value) pair."""
    shown = [row if isinstance(row, Mapping) else _pair(row) for row in rows]
    return {"rows": shown, "label": label}


def _pair(row: Any) -> Any:
    if not isinstance(row, tuple):
        return row
    key, value = row
    return {"key": key, "value": value}


@register.inclusion_tag("parts/error_summary.html")
def error_summary(form: Any = None, *others: Any) -> dict[str, Any]:
    """What must be put right, each linked to its field. `form` and `others`: bound forms; or nothing, and nothing is
    shown."""
    found = []
    for each in (form, *others):
        if getattr(each, "is_bound", False) and each.errors:
            found += [(field.id_for_label or field.auto_id, message) for field in each for message in field.errors]
            found += [("", message) for message in each.non_field_errors()]
    return {"errors": found}


@register.inclusion_tag("parts/fact.html")
def fact(
    number: object, of_what: str, of_whom: str = "", as_at: datetime | date | None = None, href: str = ""
) -> dict[str, Any]:
    """A number that says of what, of whom, and as at when."""
    said = number if isinstance(number, str) else words.said(number)
    return {"number": said, "of_what": of_what, "of_whom": of_whom, "as_at": as_at, "href": href}


@register.inclusion_tag("parts/download_links.html")
def download_links(downloads: Sequence[tables.Download], of: str = "") -> dict[str, Any]:
    """Links that take the list or the figures away, each naming what it is of."""
    return {"downloads": downloads, "of": of}
