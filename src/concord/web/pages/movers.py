"""Who changed school, and who left and did not arrive: the list, its evidence, and each case worked to an outcome."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.desk import follow_movers
from concord.desk.follow_movers import LAST, Case
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.forms.register import CaseForm, PurposeForm
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause, whole
from concord.web.parts.table import Cell, Column, Download, Table

PURPOSE = "movers-purpose"
STATES = {"open": "Still to be found", "closed": "Worked to an end"}
_COLUMNS = ("Pupil", "UPN", "Date of birth", "Left", "On", "Why it matters", "How it ended", "Due")
_MOVES = ("Pupil", "UPN", "From", "Left on", "To", "Joined on", "Days between")
PAGE = 50


@flow("transfer-tracking")
@require_http_methods(["GET", "POST"])
def movers(request: HttpRequest) -> HttpResponse:
    """The cases, what is due first at the head. Why they are looked at is asked once a session."""
    follow_movers.check(asking(request))
    form = PurposeForm(request.POST or None, purposes=follow_movers.purposes())
    if request.method == "POST" and form.is_valid():
        request.session[PURPOSE] = form.cleaned_data["purpose"]
        return redirect("movers")
    purpose = request.session.get(PURPOSE, "")
    if not purpose:
        context = {"form": form, "clause": clause("3f")}
        return render(request, "pages/movers.html", context, status=400 if form.is_bound else 200)
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    if request.GET.get("form"):
        found = follow_movers.listing(asking(request), purpose=purpose, state=state, limit=10_000)
        return sheet(request.GET["form"], "movers", _COLUMNS, [[one.pupil, *_cells(one)] for one in found.rows])
    start = whole(request.GET.get("after", ""))
    found = follow_movers.listing(asking(request), purpose=purpose, state=state, start=start, limit=PAGE)
    context = {"table": _table(found, state, start), "clause": clause("3f"), "states": _states(state)}
    return render(request, "pages/movers.html", context)


def _states(state: str) -> list[dict[str, str]]:
    """The two lists; the one that is shown is no link."""
    return [{"words": words, "href": "" if one == state else f"?state={one}"} for one, words in STATES.items()]


def _cells(one: Case) -> list[object]:
    ends = dict(follow_movers.outcomes())
    ended = ends.get(one.one.outcome, "") + (f": {one.to}" if one.to else "")
    return [one.upn, one.born, one.place, one.one.left, _why(one), ended or "–", one.one.due]


def _why(one: Case) -> str:
    """What makes the pupil vulnerable, as far as this role is shown it."""
    return "; ".join([*one.signs, *(["reasons you are not shown"] if one.more_signs else [])])


def _table(found: follow_movers.Cases, state: str, start: int) -> Table:
    rows = [[Cell(one.pupil, href=f"/movers/{one.one.id}"), *_cells(one)] for one in found.rows]
    return Table(
        "Vulnerable pupils who left and are on no roll",
        [Column(name.lower().replace(" ", "_"), name) for name in _COLUMNS],
        rows,
        count=found.count,
        of=("pupil", "pupils"),
        next_cursor=str(found.more or ""),
        after=str(start or ""),
        downloads=[Download("CSV", f"?form=csv&state={state}"), Download("XLSX", f"?form=xlsx&state={state}")],
        nothing="Every vulnerable pupil who left is on a roll again, as far as the returns tell.",
    )


@flow("transfer-tracking")
@require_http_methods(["GET", "POST"])
def mover(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """One case: its evidence, and how it ended."""
    purpose = request.session.get(PURPOSE, "")
    if not purpose:
        return redirect("movers")
    actor = asking(request)
    shown = follow_movers.opened(actor, ident, purpose=purpose)
    form = CaseForm(request.POST or None, outcomes=follow_movers.outcomes())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ended = {"to": given["to"].strip(), "words": given["words"]}
        follow_movers.close(actor, ident, given["outcome"], purpose=purpose, **ended)
        messages.success(request, "The case is closed.")
        return redirect("movers")
    context = {
        "name": shown.pupil,
        "rows": _facts(shown),
        "clause": clause("3f"),
        "form": form if shown.one.state == "open" else None,
        "pupil": shown.one.pupil_id,
        "back": {"href": "/movers", "text": "Back to the list"},
    }
    return render(request, "pages/mover.html", context, status=400 if form.is_bound else 200)


def _facts(shown: Case) -> list[dict[str, Any]]:
    one = shown.one
    facts: dict[str, Any] = {
        "UPN": shown.upn,
        "Date of birth": shown.born,
        "Left": f"{shown.place} ({one.laestab})",
        "On": one.left,
        "As told by": wording.via(one.via),
        "Year group": one.year_group,
        "Why it matters": _why(shown),
        "Raised": one.raised,
        "Due": one.due if one.state == "open" else None,
        "How it ended": dict(follow_movers.outcomes()).get(one.outcome, ""),
        "Where": shown.to,
        "How we know": one.words,
    }
    return [{"key": key, "value": value} for key, value in facts.items() if value]


@flow("transfer-tracking")
def transfers(request: HttpRequest) -> HttpResponse:
    """Pupils who changed school in the last 90 days, found from the data of both."""
    purpose = request.session.get(PURPOSE, "")
    if not purpose:
        return redirect("movers")
    found = follow_movers.transfers(asking(request), purpose=purpose, before=_before(request), limit=PAGE + 1)
    page = found[:PAGE]
    rows = [
        [
            Cell(f"{row['forename']} {row['surname']}", href=f"/pupils/{row['id']}"),
            *(row[key] for key in ("upn", "was", "left", "now", "joined", "days")),
        ]
        for row in page
    ]
    more = f"{page[-1]['joined']:%Y-%m-%d}_{page[-1]['id']}" if len(found) > PAGE else ""
    columns = [Column(name.lower().replace(" ", "_"), name, numeric=name.startswith("Days")) for name in _MOVES]
    nothing = "No pupil changed school in the last 90 days, as far as the returns tell."
    table = Table(
        "Changed school", columns, rows, next_cursor=more, of=("pupil", "pupils"), nothing=nothing, hide_caption=True
    )
    back = {"href": "/movers", "text": "Back to those who have not arrived"}
    return render(request, "pages/transfers.html", {"table": table, "clause": clause("3f"), "back": back})


def _before(request: HttpRequest) -> tuple[date, uuid.UUID]:
    """Where the page starts; what is no place starts at the beginning."""
    day, _, ident = request.GET.get("after", "").partition("_")
    try:
        return date.fromisoformat(day), uuid.UUID(ident)
    except ValueError:
        return LAST
