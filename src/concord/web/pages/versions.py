"""The files of a return one after the other, what changed between two; and its findings pupil by pupil."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import compare_versions, own_return, pupil_findings
from concord.desk.compare_versions import Compared
from concord.desk.establishments import names_of
from concord.web.access import flow
from concord.web.pages import return_parts, wording
from concord.web.pages.asking import asking, side, whole
from concord.web.parts.table import Cell, Column, Table

MOST = 500
_FILES = (
    Column("number", "File", numeric=True),
    Column("name", "Name"),
    Column("received", "Received"),
    Column("via", "How it came"),
    Column("pupils", "Pupils", numeric=True),
    Column("errors", "Errors", numeric=True),
    Column("queries", "Queries", numeric=True),
    Column("compare", "What changed"),
)
_VIA = {"courier": "by the courier", "page": "by this site"}


@flow("own-return", "return-approval")
def versions(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """Every file of a return; with `earlier` and `later`, what changed between those two."""
    earlier, later = whole(request.GET.get("earlier", "")), whole(request.GET.get("later", ""))
    actor, at = asking(request), f"/returns/{laestab}/{collection}/versions"
    context: dict[str, Any] = {
        "title": "Files of this return",
        "caption": f"{names_of([laestab]).get(laestab, laestab)} ({laestab}), {wording.collection(collection)}",
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    if earlier or later:
        found = compare_versions.compare(actor, side(request), laestab, collection, earlier=earlier, later=later)
        context |= _difference(found) | {"back": {"href": at, "text": "Back to the files"}}
    else:
        shown = own_return.opened(actor, side(request), laestab, collection)
        context |= {"lead": ["Every file is kept as it was sent."], "table": _files(shown.versions, at)}
    return render(request, "pages/listing.html", context)


def _files(kept: list[Any], at: str) -> Table:
    rows = [
        [
            one.number,
            one.name,
            one.received,
            _VIA.get(one.via, one.via),
            one.pupils,
            one.errors,
            one.queries,
            Cell(
                f"Against file {one.number - 1}",
                href=f"{at}?earlier={one.number - 1}&later={one.number}",
                about=f", file {one.number}",
            )
            if one.number > 1
            else "–",
        ]
        for one in kept
    ]
    return Table("Files, the last first", _FILES, rows, of=("file", "files"), nothing="No file was sent yet.")


def _difference(found: Compared) -> dict[str, Any]:
    told, old, new = found.difference, found.earlier.number, found.later.number
    people = [[upn, "only in the later file"] for upn in told.added]
    people += [[upn, "only in the earlier file"] for upn in told.removed]
    items = [[wording.item(item), table.replace("_", " "), number] for table, item, number in told.by_item]
    cells = [
        [one.whose or "the establishment", wording.item(one.item), one.before, one.after] for one in told.changed[:MOST]
    ]
    return {
        "title": f"What changed from file {old} to file {new}",
        "lead": [f"{len(told.added):,} added, {len(told.removed):,} removed, {len(told.changed):,} values changed."],
        "tables": [
            _plain("Added and removed", ("UPN", "Where"), people, "pupils", "Nobody was added or removed."),
            _plain("Changes by data item", ("Data item", "Part of the file", "Changes"), items, "items", "None."),
            _plain(
                "Every value that changed",
                ("UPN", "Data item", f"File {old}", f"File {new}"),
                cells,
                "values",
                "No value changed.",
                count=len(told.changed),
            ),
        ],
    }


def _plain(caption: str, heads: tuple[str, ...], rows: list[Any], id_: str, nothing: str, *, count: int = -1) -> Table:
    columns = [Column(f"c{at}", head) for at, head in enumerate(heads)]
    total = len(rows) if count < 0 else count
    return Table(caption, columns, rows[:MOST], count=total, nothing=nothing, id=id_)


_PUPILS = (
    Column("pupil", "UPN"),
    Column("errors", "Errors", numeric=True),
    Column("queries", "Queries", numeric=True),
    Column("what", "What was found"),
)


@flow("own-return", "return-approval")
def by_pupil(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """The findings pupil by pupil, those with most errors first."""
    start = whole(request.GET.get("after", ""))
    shown, rows, count = pupil_findings.by_pupil(
        asking(request), side(request), laestab, collection, after=start, limit=return_parts.PAGE
    )
    at = f"/returns/{laestab}/{collection}/findings"
    table = Table(
        "Pupils, those with most to put right first",
        _PUPILS,
        [[one.upn, one.errors, one.queries, "; ".join(one.messages)] for one in rows],
        next_cursor=str(start + return_parts.PAGE) if count > start + return_parts.PAGE else "",
        after=str(start) if start else "",
        count=count,
        of=("pupil", "pupils"),
        nothing="No pupil has anything to put right.",
    )
    context = return_parts.head(shown, laestab, side(request)) | {
        "views": [
            {"text": "By cause", "href": at, "current": False},
            {"text": "By pupil", "href": request.path, "current": True},
            {"text": "Every cell", "href": f"{at}?view=cell", "current": False},
        ],
        "table": table,
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/findings.html", context)
