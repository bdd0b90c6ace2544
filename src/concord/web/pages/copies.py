"""Copies of academies' final returns: which are here, which are awaited, who was reminded, and why one never came."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.core.trouble import Trouble
from concord.desk import expect_copies
from concord.desk.establishments import names_of
from concord.desk.expect_copies import REASONS, WORDS, Copies, Copy
from concord.web.access import flow
from concord.web.forms.return_desk import CopyReasonForm
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause, side
from concord.web.parts import whole_list
from concord.web.parts.states import state as state_of
from concord.web.parts.table import Cell, Column, Filter, Table
from concord.web.parts.words import counted, day

_HEADS = ("Academy", "Copy", "Agreement", "Received", "Reminded", "Reason given")
_OWED = ("expected", "late", "unsigned")


@flow("return-approval")
@require_http_methods(["GET", "POST"])
def copies(request: HttpRequest, collection: str) -> HttpResponse:
    """Every academy's copy; with a POST, those ticked are reminded."""
    actor = asking(request)
    if request.method == "POST":
        done = expect_copies.remind(actor, collection, request.POST.getlist("laestab")[:1000])
        messages.success(request, f"{counted(done, 'academy', 'academies')} reminded.")
        return redirect("copies", collection=collection)
    found = expect_copies.expected(actor, collection)
    wanted = request.GET.get("state", "")
    rows = [one for one in found.rows if wanted not in WORDS or one.state == wanted]
    table = _table(found, rows, wanted)
    if file := whole_list.taken(table, request.GET, f"copies-{collection}"):
        return file
    context = {
        "title": "Copies of academies' returns",
        "caption": found.collection.title,
        "lead": ["An academy makes its own return to the DfE, and shares its final file after that."],
        "clause": clause("2f"),
        "table": whole_list.page(table, request.GET),
        "owed": [one for one in found.rows if one.state in _OWED],
        "back": {"href": f"/progress/{collection}", "text": "Back to the progress board"},
    }
    return render(request, "pages/copies.html", context)


def _table(found: Copies, rows: list[Copy], wanted: str) -> Table:
    states = [(state, words, found.counts[state]) for state, words in WORDS.items()]
    columns = [Column(f"c{at}", head, second="LAEstab" if at == 0 else "") for at, head in enumerate(_HEADS)]
    shown = [[Cell(one.name, href=_at(one, found), hint=one.laestab), *_plain(one)] for one in rows]
    return Table(
        "Academies",
        columns,
        shown,
        filters=[Filter("state", "Copy", states, [wanted] if wanted in WORDS else [])],
        of=("academy", "academies"),
        nothing="No academy fits this filter.",
    )


def _at(one: Copy, found: Copies) -> str:
    return f"/returns/{one.laestab}/{found.collection.id}" + ("" if one.version else "/copy")


def _plain(one: Copy) -> list[object]:
    reason = REASONS.get(one.reason, "")
    told = f"{reason}: {one.text}" if one.text else reason
    reminded = ", ".join(day(at) for at in one.reminded)
    return [WORDS[one.state], state_of(one.standing).words, one.received, reminded, told]


@flow("data-query-help")
@require_http_methods(["GET", "POST"])
def explain(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """Why an academy's copy is not here: said by the academy, or recorded by the LA."""
    actor, form = asking(request), CopyReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            expect_copies.explain(actor, collection, laestab, given["reason"], given["text"])
        except Trouble as trouble:
            form.add_error("text", f"{trouble.what} {trouble.todo}".strip())
        else:
            messages.success(request, "The reason is recorded.")
            mine = side(request) == "establishment"
            return redirect(f"/returns/{laestab}/{collection}" if mine else f"/progress/{collection}/copies")
    context = {
        "title": "Why there is no copy yet",
        "caption": f"{names_of([laestab]).get(laestab, laestab)} ({laestab}), {wording.collection(collection)}",
        "lead": [
            "The copy of an academy's return is shared after its own return to the DfE, while the agreement holds."
        ],
        "clause": clause("2f"),
        "form": form,
    }
    return render(request, "pages/copy_reason.html", context, status=400 if form.is_bound else 200)
