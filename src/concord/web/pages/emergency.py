"""Break-glass: asking for one child's record in an emergency, waiting, answering, and what is told of it afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concord.desk import break_glass, emergency_list, emergency_look, emergency_review
from concord.desk.break_glass import Named
from concord.desk.emergency_list import Shown
from concord.desk.emergency_mail import deciders
from concord.desk.people import title
from concord.desk.view_pupil import NotThere
from concord.web import entrance
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.forms.emergency import EmergencyForm, ReviewForm
from concord.web.pages.asking import asking, clause, whole
from concord.web.parts.table import Cell, Column, Download, Filter, Table
from concord.web.parts.words import counted, moment

STATES = {
    "asked": "Waits for a second person",
    "open": "Open",
    "over": "Closed: its time was over",
    "ended": "Closed before its time",
    "declined": "Declined",
    "lapsed": "Lapsed: nobody answered in time",
    "called_off": "Called off",
}
REVIEWS = {"": "To review", "right": "It was right", "wrong": "It was not right"}
NOBODY = (
    "No record fits what you entered exactly, or it is one that cannot be opened. Check the spelling and the numbers"
)
_SHEET = (
    *("Reference", "Asked", "Asked by", "Role", "Why", "School", "Answered by", "How it stands", "Until", "Ended by"),
    *("Review", "Reviewed by"),
)
_LIST = (
    Column("ref", "Reference"),
    Column("asked", "Asked by"),
    Column("why", "Why"),
    Column("place", "School"),
    Column("second", "Second person"),
    Column("state", "How it stands"),
    Column("review", "Review"),
)


@flow("emergency-access")
@require_safe
def emergency(request: HttpRequest) -> HttpResponse:
    """One's own requests; or, to those who may be the second person, what waits for them."""
    actor = asking(request)
    asks = emergency_look.may_ask(actor)
    found = emergency_list.mine(actor) if asks else emergency_list.waiting(actor)
    caption = "Your requests" if asks else "Waiting for a second person"
    nothing = "You have asked for nothing." if asks else "Nobody waits for an answer."
    context = {"asks": asks, "table": _table(caption, found, nothing), "clause": clause("4c"), **_limits()}
    if not asks:
        closed = emergency_review.waiting(actor)
        context["review"] = _table("To review", closed, "Nothing waits to be reviewed.", "review")
    return render(request, "pages/emergency.html", context)


def _limits() -> dict[str, object]:
    terms = break_glass.terms()
    return {
        "answer_within": _span(terms.answer_within),
        "open_for": _span(terms.open_for),
        "deciders": " or ".join(title(role).lower() for role in deciders()),
    }


def _span(length: timedelta) -> str:
    """`2 hours`, or `90 minutes`."""
    minutes = length // timedelta(minutes=1)
    return counted(minutes // 60, "hour") if minutes % 60 == 0 else counted(minutes, "minute")


@flow("emergency-access")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for one child's record: who exactly, why, and a proof given just now of who asks."""
    actor, terms = asking(request), break_glass.terms()
    if request.method == "GET":
        break_glass.leave_to_ask(actor)
        if not entrance.stepped_up(request):
            return redirect(f"{reverse('prove_again')}?{urlencode({'next': request.path})}")
    reasons = [(one.id, one.says) for one in terms.reasons]
    form = EmergencyForm(request.POST or None, reasons=reasons, least=terms.least_letters)
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        named = Named(given["upn"], given["forename"], given["surname"], given["born"])
        try:
            ref = break_glass.ask(actor, named, given["reason"], given["words"], request.build_absolute_uri)
        except NotThere:
            form.add_error(None, NOBODY)
            status = 404
        else:
            return redirect("emergency_one", ref)
    context = {"form": form, "clause": clause("4c"), **_limits()}
    return render(request, "pages/emergency_ask.html", context, status=status)


@flow("emergency-access", "own-ledger", "audit")
@require_safe
def one(request: HttpRequest, access: uuid.UUID) -> HttpResponse:
    """One request: to wait, to answer, to look, to end it, or to read what happened."""
    return _one(request, access)


def _one(request: HttpRequest, access: uuid.UUID, form: ReviewForm | None = None) -> HttpResponse:
    shown = emergency_list.one(asking(request), access)
    context = {
        "shown": shown,
        "state": STATES[shown.state],
        "rows": _rows(shown),
        "form": (form or ReviewForm()) if "review" in shown.may else None,
        "clause": clause("4c"),
        **_limits(),
    }
    return render(request, "pages/emergency_one.html", context, status=400 if form else 200)


@flow("emergency-access")
@require_POST
def review(request: HttpRequest, access: uuid.UUID) -> HttpResponse:
    """What somebody who neither asked nor agreed found afterwards."""
    form = ReviewForm(request.POST)
    emergency_review.leave_to_review(asking(request))
    if not form.is_valid():
        return _one(request, access, form)
    emergency_review.review(asking(request), access, form.cleaned_data["outcome"], form.cleaned_data["words"])
    messages.success(request, "Your review is kept.")
    return redirect("emergency_one", access)


def _rows(shown: Shown) -> list[dict[str, Any]]:
    row = shown.row
    facts: dict[str, object] = {
        **shown.who,
        "School": ", ".join(shown.places),
        "Why": shown.reason,
        "What has happened": shown.words,
        "Asked by": f"{shown.asker}, {shown.role}",
        "Asked": row.asked,
        "Lapses": row.lapses if shown.state == "asked" else None,
        "Answered by": shown.decided_by,
        "Answered": row.decided,
        "Open until": row.until,
        "Ended": row.ended,
        "Ended by": shown.ended_by,
        "Pages opened": shown.looks if row.answer == "yes" else None,
        "Reviewed by": shown.reviewed_by,
        "Reviewed": row.reviewed,
        "Was it right?": emergency_review.OUTCOMES.get(row.review),
        "How it is known": row.review_words if shown.words else None,
    }
    return [{"key": key, "value": value} for key, value in facts.items() if value not in (None, "")]


def _say(yes: bool) -> Callable[[HttpRequest, uuid.UUID], str]:
    def say(request: HttpRequest, access: uuid.UUID) -> str:
        break_glass.decide(asking(request), access, yes=yes, link=request.build_absolute_uri)
        return "The record is open to whoever asked, and the school is told." if yes else "The request is declined."

    return say


def _off(request: HttpRequest, access: uuid.UUID) -> str:
    break_glass.call_off(asking(request), access)
    return "The request is called off."


def _end(request: HttpRequest, access: uuid.UUID) -> str:
    break_glass.end(asking(request), access)
    return "The record is closed again."


def _read(request: HttpRequest, access: uuid.UUID) -> str:
    emergency_list.read(asking(request), access)
    return "Thank you. It stays on the page of who looked at your pupils."


_VERBS = {"yes": _say(True), "no": _say(False), "off": _off, "end": _end, "read": _read}


@flow("emergency-access", "own-ledger")
@require_POST
def answer(request: HttpRequest, access: uuid.UUID) -> HttpResponse:
    """Yes or no of the second person; called off, ended early, read."""
    verb = _VERBS.get(request.POST.get("answer", ""))
    if verb is not None:
        messages.success(request, verb(request, access))
    return redirect("emergency_one", access)


@flow("audit")
@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """All of it, for those who watch over it: by how it stands, and to take away."""
    actor, state = asking(request), request.GET.get("state", "")
    state = state if state in STATES else ""
    if form := request.GET.get("format", ""):
        found = emergency_list.every(actor, state=state, limit=100_000)
        return sheet(form, "emergency-access", _SHEET, [_plain(one) for one in found.rows])
    start = whole(request.GET.get("after", ""))
    found = emergency_list.every(actor, state=state, start=start)
    kept = {"state": state} if state else {}
    table = Table(
        "Every request",
        _LIST,
        [_cells(one) for one in found.rows],
        filters=[Filter("state", "How it stands", list(STATES.items()), [state] if state else [])],
        count=found.count,
        of=("request", "requests"),
        next_cursor=str(found.more or ""),
        after=str(start or ""),
        downloads=[Download(kind.upper(), f"?{urlencode(kept | {'format': kind})}") for kind in ("csv", "xlsx")],
        nothing="No record was asked for in an emergency.",
    )
    context = {
        "title": "Access in an emergency",
        "lead": [
            "Who asked for a record their work does not cover, why, and who agreed. The children are not named here."
        ],
        "clause": clause("7a"),
        "table": table,
    }
    return render(request, "pages/listing.html", context)


def _table(caption: str, found: list[Shown], nothing: str, ident: str = "list") -> Table:
    """The list without its last column, which is for those who watch over all of it."""
    rows = [_cells(one)[:-1] for one in found]
    return Table(caption, _LIST[:-1], rows, of=("request", "requests"), nothing=nothing, id=ident)


def _cells(one: Shown) -> list[object]:
    until = f"until {moment(one.row.until)}" if one.state == "open" else ""
    return [
        Cell(one.short, href=f"/emergency/{one.row.id}", hint=moment(one.row.asked)),
        Cell(one.asker, hint=one.role),
        one.reason,
        ", ".join(one.places) or "–",
        one.decided_by or "–",
        Cell(STATES[one.state], hint=until),
        Cell(REVIEWS[one.row.review] if one.row.answer == "yes" else "–", hint=one.reviewed_by),
    ]


def _plain(one: Shown) -> list[object]:
    row = one.row
    places = "; ".join(one.places)
    review = REVIEWS[row.review] if row.answer == "yes" else ""
    asked = [one.short, row.asked, one.asker, one.role, one.reason, places]
    return [*asked, one.decided_by, STATES[one.state], row.until or "", one.ended_by, review, one.reviewed_by]
