"""Hidden records: asked for by one person, confirmed by a second, told to the other party by a reference alone."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from concord.desk import hide_pupil, view_pupil
from concord.desk.hide_pupil import Notice, Opened
from concord.web.access import flow
from concord.web.forms.register import HideForm, PurposeForm
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause, own, side
from concord.web.parts.table import Cell, Column, Table

STATES = {
    "asked": "Waits for a second person",
    "declined": "Not hidden",
    "hidden": "Hidden",
    "undo_asked": "Hidden; asked to be shown again",
    "shown": "Shown again",
}
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_FLOWS = ("death-notice", "adoption-notice", "hidden-record")


@flow(*_FLOWS)
@require_http_methods(["GET", "POST"])
def hidden(request: HttpRequest) -> HttpResponse:
    """The orders of one's establishments by reference; and, for an establishment, the form that begins one."""
    actor, mine = asking(request), side(request) == "establishment"
    form = HideForm(request.POST or None, kinds=hide_pupil.kinds_for(actor)) if mine else None
    if form is not None and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ref = hide_pupil.report_by_upn(actor, own(actor), given["upn"], given["kind"])
        messages.success(request, f"Notice {ref.hex[:8].upper()} waits for a second person.")
        return redirect("hidden")
    context = {
        "table": _table(hide_pupil.notices(actor)),
        "form": form,
        "begins": bool(hide_pupil.kinds_for(actor)) and view_pupil.may_open(actor),
        "clause": clause("4i"),
    }
    return render(request, "pages/hidden.html", context, status=400 if form is not None and form.is_bound else 200)


def _table(found: list[Notice]) -> Table:
    columns = [
        Column("ref", "Reference"),
        Column("state", "How it stands"),
        Column("place", "Establishment"),
        Column("asked", "Asked"),
        Column("todo", "Waits for you"),
    ]
    rows = [
        [
            Cell(one.short, href=f"/hidden/{one.ref}"),
            STATES[one.state],
            ", ".join(one.places),
            one.asked,
            _todo(one),
        ]
        for one in found
    ]
    nothing = "No notice concerns you."
    return Table("Notices", columns, rows, of=("notice", "notices"), nothing=nothing, hide_caption=True)


def _todo(one: Notice) -> str:
    if one.to_confirm:
        return "To confirm or decline"
    if one.to_read:
        return "To read"
    return "To show again, or not" if one.to_show else "–"


@flow("death-notice", "adoption-notice", "hidden-record")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pupil_id: uuid.UUID) -> HttpResponse:
    """Ask for a pupil to be hidden, from the pupil's own page."""
    actor = asking(request)
    form = HideForm(request.POST or None, kinds=hide_pupil.kinds_for(actor), named=False)
    if request.method == "POST" and form.is_valid():
        ref = hide_pupil.report(actor, pupil_id, form.cleaned_data["kind"])
        messages.success(request, f"Notice {ref.hex[:8].upper()} waits for a second person.")
        return redirect("hidden")
    back = {"href": f"/pupils/{pupil_id}", "text": "Back to the record"} if side(request) == "authority" else None
    context = {"form": form, "clause": clause("4i"), "back": back}
    return render(request, "pages/hidden_report.html", context, status=400 if form.is_bound else 200)


@flow(*_FLOWS)
def notice(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """One notice: to a party that has not seen it yet, whom it is about."""
    actor = asking(request)
    opened = hide_pupil.open_notice(actor, ref)
    context = {"open": opened.notice.state in ("hidden", "undo_asked") and hide_pupil.may_open_records(actor)}
    return render(request, "pages/hidden_notice.html", _page(opened) | context)


def _page(opened: Opened) -> dict[str, Any]:
    one = opened.notice
    return {
        "order": one,
        "state": STATES[one.state],
        "kind": hide_pupil.KINDS[one.kind],
        "who": [{"key": key, "value": _days(value)} for key, value in opened.who.items()],
        "clause": clause("4j" if one.kind == "adoption" else "4i"),
        "back": {"href": "/hidden", "text": "Back to the notices"},
    }


def _days(words: str) -> str:
    """Days as people write them: 2026-09-03 is 3 September 2026."""
    return _DAY.sub(lambda found: wording.value("DOB", found[0]), words)


_VERBS = {
    "confirm": hide_pupil.confirm,
    "decline": hide_pupil.decline,
    "seen": hide_pupil.seen,
    "show": hide_pupil.ask_to_show,
    "keep": hide_pupil.keep_hidden,
}


@flow(*_FLOWS)
@require_POST
def decide(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """Confirm, decline, say that one has read it, or ask for it to be shown again."""
    verb = _VERBS.get(request.POST.get("answer", ""))
    if verb is not None:
        verb(asking(request), ref)
        messages.success(request, "Done. It is in the ledger.")
    return redirect("hidden")


@flow("hidden-record")
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """The whole of a hidden record, to the few who may: for a purpose, each opening in the ledger."""
    form = PurposeForm(request.POST or None, purposes=hide_pupil.purposes())
    rows: list[list[object]] = []
    back = {"href": "/hidden", "text": "Back to the notices"}
    context: dict[str, Any] = {"form": form, "clause": clause("4j"), "back": back}
    if request.method == "POST" and form.is_valid():
        opened = hide_pupil.open_record(asking(request), ref, purpose=form.cleaned_data["purpose"])
        told = [(wording.item(item), _days(wording.value(item, value))) for item, value in hide_pupil.in_words(opened)]
        rows = [list(row) for row in dict.fromkeys(told)]  # who it is, and the values held: what both say once
        context |= _page(opened) | {
            "table": Table("The record", [Column("item", "Item"), Column("value", "Value")], rows)
        }
    return render(request, "pages/hidden_record.html", context, status=400 if form.is_bound and not rows else 200)
