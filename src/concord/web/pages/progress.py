"""The LA's board: every establishment's return, and what an MI officer does with one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from concord.core.collection import latest
from concord.core.trouble import Trouble
from concord.desk import approve_return, county_progress, gate, return_states
from concord.desk.county_progress import Board, Place
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.pages.asking import asking
from concord.web.parts.table import Cell, Column, Download, Filter, Table

PAGE = 50
_COLUMNS = (
    Column("name", "Establishment", sortable=True),
    Column("state", "State", sortable=True),
    Column("changed", "Last changed", sortable=True),
    Column("errors", "Errors", numeric=True, sortable=True),
    Column("unexplained", "Queries without a note", numeric=True, sortable=True),
    Column("pupils", "Pupils", numeric=True, sortable=True),
    Column("stuck", "What holds it up"),
)


@flow("county-progress")
def progress(request: HttpRequest, collection: str = "") -> HttpResponse:
    """Who is late, stuck, or has unexplained queries; one click to each."""
    collection = collection or latest("SC", gate.today()).id
    board = county_progress.board(asking(request), collection)
    chosen = _chosen(board, request.GET)
    if request.GET.get("format") in ("csv", "xlsx"):
        return sheet(
            request.GET["format"],
            f"progress-{collection}",
            [column.label for column in _COLUMNS],
            [_plain(one) for one in chosen],
        )
    sort = request.GET.get("sort", "name")
    context = {
        "collection": board.collection.title,
        "deadline": board.collection.deadline,
        "days_left": board.days_left,
        "counts": _counts(board),
        "total": len(board.places),
        "chart": None,
        "table": _table(board, chosen, sort, request.GET),
    }
    return render(request, "pages/return_board.html", context)


def _counts(board: Board) -> list[dict[str, Any]]:
    """One figure a state, then those that will not move by themselves."""
    shown = [
        {"number": number, "of_what": return_states.WORDS[state].lower(), "href": f"?state={state}"}
        for state, number in board.counts.items()
        if number
    ]
    stuck = sum(1 for place in board.places if place.stuck)
    return [*shown, {"number": stuck, "of_what": "loaded and stuck", "href": "?stuck=yes"}] if stuck else shown


def _chosen(board: Board, query: Any) -> list[Place]:
    states, districts = query.getlist("state"), query.getlist("district")
    words = query.get("q", "").casefold()
    found = [
        one
        for one in board.places
        if (not states or one.state in states)
        and (not districts or one.district in districts)
        and (query.get("stuck") != "yes" or one.stuck)
        and words in f"{one.name} {one.laestab}".casefold()
    ]
    key = query.get("sort", "name").lstrip("-")
    if key in {column.key for column in _COLUMNS}:
        found.sort(
            key=lambda one: (
                getattr(one, key) is None,
                str(getattr(one, key)) if key in ("name", "state") else getattr(one, key) or 0,
            ),
            reverse=query.get("sort", "").startswith("-"),
        )
    return found


def _table(board: Board, chosen: list[Place], sort: str, query: Any) -> Table:
    start = int(query["after"]) if query.get("after", "").isdigit() else 0
    states = Filter(
        "state",
        "State",
        [(one, return_states.WORDS[one], count) for one, count in board.counts.items()],
        query.getlist("state"),
    )
    names = sorted({place.district for place in board.places if place.district})
    districts = Filter("district", "District", [(one, one) for one in names], query.getlist("district"))
    link = query.copy()
    rows = [_row(one, board) for one in chosen[start : start + PAGE]]
    downloads = []
    for form in ("csv", "xlsx"):
        link["format"] = form
        downloads.append(Download(form.upper(), f"?{link.urlencode()}"))
    return Table(
        "Returns by establishment",
        _COLUMNS,
        rows,
        sort=sort,
        filters=[states, districts],
        next_cursor=str(start + PAGE) if len(chosen) > start + PAGE else "",
        after=str(start) if start else "",
        downloads=downloads,
        count=len(chosen),
        of=("establishment", "establishments"),
        nothing="No establishment fits these filters. Take one away to see more.",
    )


def _row(one: Place, board: Board) -> list[object]:
    href = f"/returns/{one.laestab}/{board.collection.id}" if one.version else ""
    return [
        Cell(one.name, href=href, hint=one.laestab),
        Cell("", state=one.state),
        one.changed,
        one.errors,
        one.unexplained,
        one.pupils,
        one.stuck or "–",
    ]


def _plain(one: Place) -> list[object]:
    return [
        f"{one.laestab} {one.name}",
        return_states.WORDS[one.state],
        one.changed,
        one.errors,
        one.unexplained,
        one.pupils,
        one.stuck,
    ]


@flow("return-approval")
@require_POST
def decide(request: HttpRequest, collection: str, laestab: str) -> HttpResponse:
    """Approve, send back with a reason, or reopen."""
    actor, verb, reason = asking(request), request.POST.get("verb", ""), request.POST.get("reason", "")
    if verb == "approve":
        approve_return.approve(actor, laestab, collection)
    elif verb == "send_back":
        approve_return.send_back(actor, laestab, collection, reason)
    elif verb == "reopen":
        approve_return.reopen(actor, laestab, collection, reason)
    else:
        raise Trouble("Choose what to do with the return.", todo="Go back and choose approve, send back or reopen.")
    messages.success(request, f"{return_states.MOVES[verb].words.capitalize()}.")
    return redirect("return", laestab=laestab, collection=collection)
