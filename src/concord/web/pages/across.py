"""What returns of different establishments do not agree about: for one establishment, and over the county."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import across
from concord.desk.establishments import names_of
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.pages.asking import asking, clause, side, whole
from concord.web.parts.table import Cell, Column, Download, Filter, Table

PAGE = 50
_STATUS = {"C": "sole", "M": "main", "S": "subsidiary", "G": "guest", "F": "college", "O": "other provider"}
_COLUMNS = (
    Column("kind", "What does not agree"),
    Column("upn", "UPN"),
    Column("status", "Your enrolment status"),
    Column("others", "Where else"),
    Column("todo", "What to do"),
)


@flow("own-return", "return-approval")
def of_return(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """One establishment's pupils of whom other returns say something else."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in across.KINDS else ""
    found = across.shown(asking(request), side(request), laestab, collection, kind)
    rows = [[one.title, one.upn, _status(one.status), one.others, across.KINDS[one.kind][1]] for one in found.rows]
    if form := request.GET.get("format", ""):
        return sheet(form, f"across-{laestab}-{collection}", [one.label for one in _COLUMNS], rows)
    start = whole(request.GET.get("after", ""))
    table = Table(
        "Pupils of whom returns do not agree",
        _COLUMNS,
        rows[start : start + PAGE],
        filters=[Filter("kind", "What does not agree", [(one, two[0]) for one, two in across.KINDS.items()], [kind])]
        if kind
        else [Filter("kind", "What does not agree", [(one, two[0]) for one, two in across.KINDS.items()])],
        next_cursor=str(start + PAGE) if len(rows) > start + PAGE else "",
        after=str(start) if start else "",
        downloads=[Download(one.upper(), f"?format={one}") for one in ("csv", "xlsx")] if rows else [],
        count=len(rows),
        of=("pupil", "pupils"),
        nothing="Nothing: every pupil of yours agrees with the returns that have arrived so far.",
    )
    context = {
        "title": "Compared with other schools",
        "caption": f"{names_of([laestab]).get(laestab, laestab)} ({laestab}), {found.collection.title}",
        "lead": [
            "Your return is compared with the others as they arrive, a few seconds after each file is checked.",
            "Only the pupils concerned are shown, and another school only where the agreement lets us name it.",
        ],
        "clause": clause(found.permit.clause),
        "table": table,
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/listing.html", context)


def _status(code: str) -> str:
    return f"{code}, {_STATUS[code]}" if code in _STATUS else code


@flow("return-approval")
def of_county(request: HttpRequest, collection: str) -> HttpResponse:
    """How many pupils of each establishment returns do not agree about."""
    found, lines = across.county(asking(request), collection)
    heads = [Column("name", "Establishment")]
    heads += [Column(kind, words[0], numeric=True) for kind, words in across.KINDS.items()]
    rows = [
        [
            Cell(one.name, href=f"/returns/{one.laestab}/{collection}/across", hint=one.laestab),
            *(one.numbers.get(kind, 0) for kind in across.KINDS),
        ]
        for one in lines
    ]
    if form := request.GET.get("format", ""):
        plain = [[one.laestab, one.name, *(one.numbers.get(kind, 0) for kind in across.KINDS)] for one in lines]
        return sheet(form, f"across-{collection}", ["LAEstab", *(one.label for one in heads)], plain)
    table = Table(
        "Establishments",
        heads,
        rows,
        downloads=[Download(one.upper(), f"?format={one}") for one in ("csv", "xlsx")],
        of=("establishment", "establishments"),
        nothing="The returns that have arrived agree with each other.",
    )
    context = {
        "title": "Returns compared with each other",
        "caption": found.title,
        "lead": ["Numbers of pupils. Open an establishment to see which."],
        "table": table,
        "back": {"href": f"/progress/{collection}", "text": "Back to the progress board"},
    }
    return render(request, "pages/listing.html", context)
