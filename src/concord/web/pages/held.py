"""What we already hold for a collection: by kind of data, by data item, and what a new file says otherwise."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import recall_return
from concord.desk.establishments import names_of
from concord.desk.recall_return import Held, Recalled
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause
from concord.web.parts.table import Cell, Column, Download, Table
from concord.web.parts.words import counted

_KINDS = (
    Column("kind", "Kind of data"),
    Column("held", "Data items held", numeric=True),
    Column("people", "People", numeric=True),
    Column("missing", "Asked for and not held", numeric=True),
    Column("changed", "Values your new file changes", numeric=True),
)
_ITEMS = (
    Column("kind", "Kind of data"),
    Column("item", "Data item"),
    Column("people", "Held of", numeric=True),
    Column("changed", "Values your new file changes", numeric=True),
)
_MISSING = (Column("kind", "Kind of data"), Column("item", "Data item"))
_SHEET = ("Kind of data", "Data item", "Name in the file", "Part of the file", "Held of", "Asked for now", "Changes")


@flow("own-return")
def held(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """What need not be gone through again, and what would change."""
    found = recall_return.recall(asking(request), laestab, collection)
    if form := request.GET.get("format", ""):
        return sheet(form, f"held-{laestab}-{collection}", _SHEET, [_line(one) for one in found.items])
    context: dict[str, Any] = {
        "title": "What we already hold",
        "caption": f"{names_of([laestab]).get(laestab, laestab)} ({laestab}), {found.collection.title}",
        "lead": _lead(found),
        "clause": clause(found.permit.clause),
        "summary": _summary(found, laestab),
        "tables": [_kinds(found), _items(found), _missing(found)] if found.version else [],
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/listing.html", context)


def _lead(found: Recalled) -> list[str]:
    if found.last is None:
        return [
            "We hold no approved return of this kind from before this census, so there is nothing to compare with yet.",
            "Your first file brings everything. Before the next census, this page tells what need not be done again.",
        ]
    words = [
        f"This is what your last approved return, {found.last.title}, told us of the data items asked for now. Your "
        "MIS puts these into the new file by itself: none of it has to be typed again. Look for what changed since.",
    ]
    if found.joined is None or found.gone is None:
        return [*words, "Send your new file, and this page tells what it says otherwise."]
    changed = counted(sum(one.changed or 0 for one in found.items), "value")
    joined, gone = counted(found.joined, "person", "people"), counted(found.gone, "person", "people")
    return [*words, f"Your new file changes {changed}, names {joined} more, and no longer names {gone}."]


def _summary(found: Recalled, laestab: str) -> list[dict[str, object]]:
    if found.last is None or found.version is None:
        return []
    at = f"/returns/{laestab}/{found.last.id}"
    return [
        {"key": "Held from", "value": found.last.title, "href": at, "hint": f"File {found.version.number}"},
        {"key": "Census day", "value": found.last.reference_date},
        {"key": "Received", "value": found.version.received},
        {"key": "Approved", "value": found.approved},
        {"key": "People in it", "value": found.people},
    ]


def _kinds(found: Recalled) -> Table:
    """One row a kind of data, in the agreement's order."""
    titles = dict.fromkeys(one.title for one in found.items if one.asked)
    rows = []
    for title in titles:
        there = [one for one in found.held if one.title == title]
        lacking = sum(1 for one in found.missing if one.title == title)
        people = max((one.people for one in there), default=0)
        rows.append([title, len(there), people, lacking, _changes([one.changed for one in there])])
    return Table("By kind of data", _KINDS, rows, count=len(rows), of=("kind", "kinds"), id="kinds")


def _items(found: Recalled) -> Table:
    rows = [[one.title, _named(one), one.people, _changes([one.changed])] for one in found.held]
    return Table(
        "By data item",
        _ITEMS,
        rows,
        count=len(rows),
        of=("data item", "data items"),
        downloads=[Download(kind.upper(), f"?format={kind}") for kind in ("csv", "xlsx")],
        nothing="Nothing of what is asked for now.",
        id="items",
    )


def _missing(found: Recalled) -> Table:
    return Table(
        "Asked for now, and not held",
        _MISSING,
        [[one.title, _named(one)] for one in found.missing],
        count=len(found.missing),
        of=("data item", "data items"),
        nothing="Nothing: of every data item asked for now something is held.",
        id="missing",
    )


def _named(one: Held) -> Cell:
    words = wording.item(one.item)
    return Cell(words, hint=one.item if words != one.item else "")


def _changes(numbers: list[int | None]) -> object:
    known = [one for one in numbers if one is not None]
    return sum(known) if known else "–"


def _line(one: Held) -> list[object]:
    asked, changed = "yes" if one.asked else "no", "" if one.changed is None else one.changed
    return [one.title, wording.item(one.item), one.item, one.table, one.people, asked, changed]
