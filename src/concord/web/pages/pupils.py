"""Finding a pupil and opening the record: who, where now, what matters, and why I may see it."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.desk import emergency_look, find_pupils, gate, hide_pupil, people, view_pupil
from concord.desk.establishments import names_of
from concord.desk.view_pupil import Record
from concord.web.access import flow
from concord.web.forms.pupils import SearchForm
from concord.web.pages import pupil_contacts, pupil_notes, pupil_parts, pupil_year, wording
from concord.web.pages.asking import asking, clause, whole
from concord.web.parts.table import Cell, Column, Table
from concord.web.parts.words import day, moment
from concord.web.parts.year import Year

PURPOSE, CASE = "purpose", "case"


@flow("professional-view")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Search by POST: what is looked for is a child's name and never stands in an address."""
    actor = asking(request)
    find_pupils.check(actor)
    given = {"purpose": request.session.get(PURPOSE, ""), "case": request.session.get(CASE, "")}
    form = SearchForm(
        request.POST or None, initial=given, purposes=view_pupil.purposes(), words_needed=not _back_to(request)
    )
    found: list[dict[str, Any]] = []
    searched = request.method == "POST" and form.is_valid()
    if searched:
        wanted = form.cleaned_data
        request.session[PURPOSE], request.session[CASE] = wanted["purpose"], wanted["case"]
        if wanted.get("words"):
            found = find_pupils.search(actor, wanted["words"], purpose=wanted["purpose"], case=wanted["case"]).rows
        elif back := _back_to(request):
            return redirect(back)
    context = {
        "form": form,
        "searched": searched,
        "table": _found(found),
        "clause": clause("4c"),
        "method": "post",
        "record_waits": bool(_back_to(request)),
        "scope": f"You can find pupils of {people.places_in_words(actor)}. "
        "Each search is kept in the ledger, and the schools of the pupils it found can see it.",
    }
    return render(request, "pages/pupil_search.html", context, status=400 if form.is_bound and not searched else 200)


def _back_to(request: HttpRequest) -> str:
    """The record that was asked for before a purpose was given: only ever a record of this site."""
    wanted = request.GET.get("next", "")
    return wanted if re.fullmatch(r"/pupils/[0-9a-f-]{36}(/history/[A-Za-z0-9]{1,60})?", wanted) else ""


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


def _needs_purpose(request: HttpRequest, pupil_id: uuid.UUID) -> HttpResponse | None:
    """The purpose is asked once a case, before the first record of it is opened; in an emergency it was said before."""
    if request.session.get(PURPOSE) or emergency_look.is_open(asking(request), pupil_id):
        return None
    messages.info(request, "Say first why you need to look. You are asked once for each case.")
    return redirect(f"/pupils?{urlencode({'next': request.path})}")


@flow("professional-view", "emergency-view")
def pupil(request: HttpRequest, pupil_id: uuid.UUID) -> HttpResponse:
    """One record, for the purpose this person gave; asked for first where none was given."""
    if first := _needs_purpose(request, pupil_id):
        return first
    actor, purpose, case = asking(request), request.session.get(PURPOSE, ""), request.session.get(CASE, "")
    record = view_pupil.view(actor, pupil_id, purpose=purpose, case=case)
    hide = f"/pupils/{pupil_id}/hide" if hide_pupil.kinds_for(actor) else ""
    context = _page(record, whole(request.GET.get("year", ""))) | {"hide": hide}
    return render(request, "pages/pupil.html", context)


def _page(record: Record, wanted: int | None = None) -> dict[str, Any]:
    """Each part of the page; one that the permit does not give is None, and the page is silent of it."""
    found, latest = record.pupil, pupil_year.picture(record)
    return {
        "pupil": {
            "name": f"{found.forename} {found.surname}",
            "upn": found.upn,
            "dob": found.dob,
            "age": _age(found.dob),
        },
        "where": pupil_parts.where(record),
        "matters": pupil_parts.matters(record, latest),
        "because": _because(record),
        "sections": pupil_parts.sections(record),
        "enrolments": pupil_parts.enrolments(record),
        "periods": pupil_parts.periods(record),
        "suspensions": pupil_parts.suspensions(record),
        "contacts": pupil_contacts.table(record),
        "notes": pupil_notes.table(record),
        "notes_of": {item: pupil_notes.at(record, item) for item in ("enrolment", "attendance", "suspensions")},
        "withheld": pupil_parts.withheld(record),
        "tell": f"/pupils/{found.id}/wrong" if view_pupil.may_tell(record.permit) else "",
        **_year(record, pupil_year.picture(record, wanted) if wanted else latest),
    }


def _year(record: Record, shown: Year | None) -> dict[str, Any]:
    if shown is None:
        return {"year": None}
    return {
        "year": shown,
        "year_chips": pupil_year.chips(record, shown),
        "years": pupil_year.others(record, shown),
    }


def _because(record: Record) -> dict[str, str]:
    why = view_pupil.why(record.permit)
    return {
        "clause": why["clause"],
        "clause_words": why["says"],
        "words": why["sentence"],
        "role": why["role"],
        "purpose": wording.purpose(why["purpose"]) + (f", case {why['case']}" if why["case"] else ""),
        "basis": why["basis"],
        "ref": record.permit.ref[:8],
    }


def _age(born: date | None) -> str:
    if born is None:
        return ""
    today = gate.today()
    return f"aged {today.year - born.year - ((today.month, today.day) < (born.month, born.day))}"


@flow("professional-view", "emergency-view")
def history(request: HttpRequest, pupil_id: uuid.UUID, item: str) -> HttpResponse:
    """Every value an item ever had: who said so, from when, through which return."""
    if first := _needs_purpose(request, pupil_id):
        return first
    purpose, case = request.session.get(PURPOSE, ""), request.session.get(CASE, "")
    record, past = view_pupil.history(asking(request), pupil_id, item, purpose=purpose, case=case)
    names = names_of(one.source for one in past)
    events = [
        {
            "title": wording.value(item, one.value),
            "on": one.recorded,
            "by": names.get(one.source, one.source),
            "words": f"Holds from {day(one.holds_from)}. From {wording.via(one.via)}."
            + (f" Replaced {moment(one.superseded)}." if one.superseded else ""),
        }
        for one in past
    ]
    context = {
        "about": {"pupil": f"{record.forename} {record.surname}", "item": wording.item(item)},
        "events": events,
        "back": {"href": f"/pupils/{pupil_id}", "text": "Back to the record"},
    }
    return render(request, "pages/history.html", context)
