"""The LA's board: every establishment's return, and what an MI officer does with one."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from concord.core.collection import latest
from concord.core.trouble import Trouble
from concord.desk import approve_return, county_progress, gate, return_states, work
from concord.desk.county_progress import Board, Place
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.pages.asking import asking, whole
from concord.web.parts import whole_list
from concord.web.parts.table import Cell, Column, Filter, Table
from concord.web.parts.words import counted

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

_SHEET = ("DfE number", *(column.label for column in _COLUMNS))


@flow("county-progress")
def progress(request: HttpRequest, collection: str = "") -> HttpResponse:
    """Who is late, stuck, or has unexplained queries; one click to each."""
    collection = collection or latest("SC", gate.today()).id
    actor = asking(request)
    board = county_progress.board(actor, collection)
    chosen = _chosen(board, request.GET)
    if form := request.GET.get("format", ""):
        return sheet(form, f"progress-{collection}", _SHEET, [_plain(one) for one in chosen])
    waiting = [one for one in board.places if one.state == "submitted"]
    context = {
        "collection": board.collection.title,
        "deadline": board.collection.deadline,
        "days_left": board.days_left,
        "counts": _counts(board),
        "total": len(board.places),
        "desks": _desks(board) if work.may_take_part(actor, "return-approval") else [],
        "chart": None,
        "search": True,
        "table": _table(board, chosen, request.GET),
        "others": _others(collection),
        "waiting": waiting if work.may_take_part(actor, "return-approval") else [],
        "approve": f"/progress/{collection}/approve",
    }
    return render(request, "pages/return_board.html", context)


def _desks(board: Board) -> list[dict[str, str]]:
    """The other desks of a collection: comparison, queries, copies, and the approved files."""
    at = f"/progress/{board.collection.id}"
    links = [
        ("Returns compared with each other", f"{at}/across"),
        ("Queries with schools", f"{at}/threads"),
        ("Copies of academies' returns", f"{at}/copies"),
    ]
    if board.counts.get("approved"):
        links.append(("Approved files for COLLECT (zip)", f"{at}/export"))
    return [{"text": text, "href": href} for text, href in links]


def _others(collection: str) -> list[dict[str, object]]:
    """The collections the board can show, the newest first."""
    return [
        {"text": one.title, "href": f"/progress/{one.id}", "current": one.id == collection}
        for one in county_progress.open_collections(gate.today())[:4]
    ]


@flow("return-approval")
@require_POST
def approve_many(request: HttpRequest, collection: str) -> HttpResponse:
    """Approve the returns that were ticked, each on its own: what could not be is told with its reason."""
    ticked = [one for one in request.POST.getlist("laestab") if re.fullmatch("[0-9]{3}/[0-9]{4}", one)]
    if not ticked:
        raise Trouble("No return was chosen.", todo="Go back and tick the returns to approve.")
    done, left = approve_return.approve_many(asking(request), collection, ticked[:1000])
    if done:
        messages.success(request, f"{counted(len(done), 'return')} approved.")
    for laestab, trouble in left:
        messages.warning(request, f"{laestab} was not approved. {trouble.what}")
    return redirect("progress_of", collection=collection)


def _counts(board: Board) -> list[dict[str, Any]]:
    """One figure a state, then those that will not move by themselves."""
    shown = [
        {"number": number, "of_what": return_states.WORDS[state].lower(), "href": f"?state={state}"}
        for state, number in board.counts.items()
        if number
    ]
    stuck = sum(1 for place in board.places if place.stuck)
    return [*shown, {"number": stuck, "of_what": "not moving by themselves", "href": "?stuck=yes"}] if stuck else shown


def _chosen(board: Board, query: Any) -> list[Place]:
    """The establishments that fit the address's filters and words, in its order."""
    states, districts = _given(query, "state"), _given(query, "district")
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
        found.sort(key=lambda one: _order(one, key), reverse=query.get("sort", "").startswith("-"))
    return found


def _given(query: Any, name: str) -> list[str]:
    """The values of a filter; an empty one is none."""
    return [one for one in query.getlist(name) if one]


def _order(one: Place, key: str) -> tuple[bool, Any]:
    """Sorts by a column's own kind of value, what is not there last."""
    value = return_states.WORDS[one.state] if key == "state" else getattr(one, key)
    return value is None, value.casefold() if isinstance(value, str) else value or 0


def _table(board: Board, chosen: list[Place], query: Any) -> Table:
    start = whole(query.get("after", ""))
    shown = chosen[start : start + PAGE]
    states = [(one, return_states.WORDS[one], count) for one, count in board.counts.items()]
    districts = sorted({place.district for place in board.places if place.district})
    return Table(
        "Returns by establishment",
        _COLUMNS,
        [_row(one, board) for one in shown],
        sort=query.get("sort", "name"),
        filters=[
            Filter("state", "State", states, query.getlist("state")),
            Filter("district", "District", [(one, one) for one in districts], query.getlist("district")),
            Filter("stuck", "What holds it up", [("yes", "Not moving by itself")], query.getlist("stuck")),
        ],
        next_cursor=str(start + PAGE) if len(chosen) > start + PAGE else "",
        after=str(start) if start else "",
        downloads=whole_list.downloads(query),
        count=len(chosen),
        of=("establishment", "establishments"),
        nothing="No establishment fits these filters. Take one away to see more.",
    )


def _row(one: Place, board: Board) -> list[object]:
    href = f"/returns/{one.laestab}/{board.collection.id}" if one.version else ""
    return [
        Cell(one.name, href=href, hint=one.laestab),
        Cell(None, state=one.state),
        one.changed,
        one.errors,
        one.unexplained,
        one.pupils,
        one.stuck or "–",
    ]


def _plain(one: Place) -> list[object]:
    return [
        one.laestab,
        one.name,
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
    said = {"approve": "approved", "send_back": "sent back", "reopen": "reopened"}[verb]
    messages.success(request, f"The return was {said}.")
    return redirect("return", laestab=laestab, collection=collection)
