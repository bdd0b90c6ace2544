"""Finding a pupil and opening the record: who, where now, what matters, and why I may see it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.desk import gate, people, view_pupil
from concord.desk.view_pupil import Record
from concord.web.access import flow
from concord.web.forms.pupils import SearchForm
from concord.web.pages import pupil_parts
from concord.web.pages.asking import asking, clause
from concord.web.parts.table import Cell, Column, Table

PURPOSE, CASE = "purpose", "case"


@flow("professional-view")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Search by POST: what is looked for is a child's name and never stands in an address."""
    actor = asking(request)
    given = {"purpose": request.session.get(PURPOSE, ""), "case": request.session.get(CASE, "")}
    form = SearchForm(request.POST or None, initial=given, purposes=view_pupil.purposes())
    found: list[dict[str, Any]] = []
    searched = request.method == "POST" and form.is_valid()
    if searched:
        wanted = form.cleaned_data
        request.session[PURPOSE], request.session[CASE] = wanted["purpose"], wanted["case"]
        found = view_pupil.search(actor, wanted["words"], purpose=wanted["purpose"], case=wanted["case"])
    context = {
        "form": form,
        "searched": searched,
        "table": _found(found),
        "clause": clause("4c"),
        "method": "post",
        "scope": f"You can find pupils of {people.places_in_words(actor)}. That you searched is kept, and their establishments can see it.",
    }
    return render(request, "pages/pupil_search.html", context, status=400 if form.is_bound and not searched else 200)


def _found(rows: list[dict[str, Any]]) -> Table:
    columns = [
        Column("name", "Pupil"),
        Column("dob", "Date of birth"),
        Column("upn", "UPN"),
        Column("place", "Where now"),
    ]
    shown = [
        [
            Cell(f"{row['forename']} {row['surname']}", href=f"/pupils/{row['id']}"),
            row["dob"],
            row["upn"],
            ", ".join(row["places"]),
        ]
        for row in rows
    ]
    nothing = "Nobody found. Check the spelling, or try the date of birth. Only pupils your work covers can be found."
    return Table("Pupils found", columns, shown, of=("pupil", "pupils"), nothing=nothing)


@flow("professional-view")
def pupil(request: HttpRequest, pupil_id: uuid.UUID) -> HttpResponse:
    """One record, for the purpose this person gave; asked for first where none was given."""
    if not request.session.get(PURPOSE) and people.needs_purpose(request.user.role):  # type: ignore[union-attr]
        return redirect("pupils")
    record = view_pupil.view(
        asking(request), pupil_id, purpose=request.session.get(PURPOSE, ""), case=request.session.get(CASE, "")
    )
    return render(request, "pages/pupil.html", _page(record))


def _page(record: Record) -> dict[str, Any]:
    found, why = record.pupil, view_pupil.why(record.permit)
    return {
        "pupil": {
            "name": f"{found.forename} {found.surname}",
            "upn": found.upn,
            "dob": found.dob,
            "age": _age(found.dob),
        },
        "where": pupil_parts.where(record),
        "matters": pupil_parts.matters(record),
        "because": {
            "clause": why["clause"],
            "clause_words": why["says"],
            "words": why["sentence"],
            "role": why["role"],
            "purpose": why["purpose"] or "Your role's own task",
            "basis": why["basis"],
            "ref": record.permit.ref[:8],
        },
        "identity": pupil_parts.rows(record, "identity")
        + pupil_parts.rows(record, "characteristics")
        + pupil_parts.rows(record, "fsm"),
        "sen": pupil_parts.rows(record, "sen") if "sen" in record.values else None,
        "contacts": pupil_parts.rows(record, "address") or None,
        "enrolments": pupil_parts.enrolments(record),
        "year": None,
        "periods": pupil_parts.periods(record),
        "suspensions": pupil_parts.suspensions(record),
        "withheld": pupil_parts.withheld(record),
        "tell": "",
    }


def _age(born: date | None) -> str:
    if born is None:
        return ""
    today = gate.today()
    return f"aged {today.year - born.year - ((today.month, today.day) < (born.month, born.day))}"


@flow("professional-view")
def history(request: HttpRequest, pupil_id: uuid.UUID, item: str) -> HttpResponse:
    """Every value an item ever had: who said so, from when, through which return."""
    purpose = request.session.get(PURPOSE, "")
    record, past = view_pupil.history(
        asking(request), pupil_id, item, purpose=purpose, case=request.session.get(CASE, "")
    )
    name = f"{record.forename} {record.surname}"
    events = [
        {
            "title": one.value,
            "on": one.recorded,
            "by": one.source,
            "words": f"Holds from {one.holds_from:%-d %B %Y}. {one.via}.",
        }
        for one in past
    ]
    return render(request, "pages/history.html", {"about": {"pupil": name, "item": item}, "events": events})
