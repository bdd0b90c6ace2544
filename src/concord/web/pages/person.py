"""One person, for the manager who answers for them: how they stand, what they see and why, and what can be changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from concord.core.trouble import Trouble
from concord.desk import gate, grants, keep_access, people_list, prepare_person, standings
from concord.web.access import flow
from concord.web.forms.govuk import GovukForm
from concord.web.forms.people import EndForm, ScopeForm, TrainingForm, UntilForm
from concord.web.pages.asking import asking
from concord.web.pages.people import address_of, districts, scope_in
from concord.web.pages.people_parts import reach
from concord.web.parts.words import day, moment

_FLOW = "user-access"
CHANGES = {
    "end": ("End access", "End access now"),
    "until": ("Change the end date", "Save the end date"),
    "back": ("Give access again", "Give access again and send a link"),
    "scope": ("Change whose data they see", "Save"),
    "training": ("Record training", "Record training"),
}


@flow(_FLOW)
def person(request: HttpRequest, ref: UUID) -> HttpResponse:
    found, entry = people_list.one(asking(request), ref.hex)
    role = standings.agreement().roles[found.role]
    context = {
        "entry": entry,
        "state": f"access_{entry.state}",
        "rows": _rows(found, entry),
        "reach": reach(role),
        "ended": bool(found.ended),
        "changes": _changes(entry.ref, ended=bool(found.ended), whole=role.scope == "all"),
    }
    return render(request, "pages/people_person.html", context)


def _rows(found: Any, entry: people_list.Entry) -> list[dict[str, Any]]:
    trained, declared = prepare_person.training_of(found), prepare_person.declaration_of(found)
    by = found.authorised_by.name if found.authorised_by else "Whoever installed the program"
    why = f", because: {keep_access.REASONS.get(found.ended_why, '')}" if found.ended_why else ""
    return [
        {"key": "E-mail address", "value": found.email},
        {"key": "Role", "value": entry.role},
        {"key": "Whose data", "value": entry.places},
        {"key": "Authorised by", "value": by},
        {"key": "Until", "value": day(found.authorised_until)},
        {"key": "To be confirmed by", "value": day(found.recertify_by)},
        {"key": "Training", "value": _need(trained)},
        {"key": "Declaration", "value": _need(declared)},
        {"key": "Last sign-in", "value": moment(found.last_login) if found.last_login else "Never"},
        *([{"key": "Ended", "value": f"{moment(found.ended)}{why}"}] if found.ended else []),
    ]


def _need(ready: prepare_person.Ready) -> str:
    if ready.until is None:
        return "Not yet" if ready.needed else "Not needed for this role"
    return f"Until {day(ready.until)}" if ready.holds else f"Ran out on {day(ready.until)}"


def _changes(ref: str, *, ended: bool, whole: bool) -> list[dict[str, str]]:
    offered = ["back"] if ended else ["until", *(() if whole else ("scope",)), "training", "end"]
    return [{"href": reverse(f"person_{what}", args=[ref]), "text": CHANGES[what][0]} for what in offered]


@flow(_FLOW)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, ref: UUID, what: str) -> HttpResponse:
    """One change to one person's access; `what` is a key of `CHANGES`."""
    actor = asking(request)
    found = grants.find(actor, ref.hex)
    form = _form(request, what, found)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _done(request, what, ref.hex, form.cleaned_data))
            return redirect("person", ref=ref)
        except gate.Refused:
            raise
        except Trouble as trouble:
            form.add_error(None, str(trouble))
    title, button = CHANGES[what]
    context = {"form": form, "title": title, "button": button, "name": found.name, "ref": ref, "warn": what == "end"}
    return render(request, "pages/people_change.html", context, status=400 if form.is_bound else 200)


def _form(request: HttpRequest, what: str, found: Any) -> GovukForm:
    data = request.POST if request.method == "POST" else None
    if what == "end":
        return EndForm(
            data, reasons=[(key, words) for key, words in keep_access.REASONS.items() if key != "unanswered"]
        )
    if what in ("until", "back"):
        return UntilForm(data)
    if what == "training":
        return TrainingForm(data)
    before = {
        "establishments": "\n".join(one for one in found.establishments if one != "*"),
        "districts": found.districts,
        "caseload": "\n".join(str(one) for one in found.caseload),
    }
    return ScopeForm(data, districts=districts(asking(request)), initial=before)


def _done(request: HttpRequest, what: str, ref: str, given: dict[str, Any]) -> str:
    """Do it; what was done, in a sentence."""
    actor = asking(request)
    if what == "end":
        keep_access.end(actor, ref, given["why"])
        return "Access has ended. Every session was closed."
    if what == "until":
        keep_access.extend(actor, ref, given["until"])
        return "The end date was changed."
    if what == "back":
        keep_access.give_again(actor, ref, given["until"], address_of(request))
        return "A link was sent. Access begins when it is taken up."
    if what == "training":
        until = prepare_person.record_training(actor, ref, given["what"], given["on"])
        return f"The training was recorded. It holds until {day(until)}."
    keep_access.change_scope(actor, ref, scope_in(given))
    return "Whose data they see was changed, from their next click on."
