"""The documents of an agreement: the privacy notice as it was read, downloads, and the plan for the data at its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import keep_document, notices, run_off, signing, standings
from concord.desk.gate import Refused
from concord.web.access import flow
from concord.web.forms.agreement import NoticeForm
from concord.web.pages.agreement_deeds import no_in_form, said
from concord.web.pages.asking import asking, clause, place
from concord.web.parts.table import Cell, Column, Table

_ACTIONS = {"delete": "Deleted", "deactivate": "Deactivated", "keep": "Kept"}


@flow("agreement-life")
@require_http_methods(["GET", "POST"])
def privacy_notice(request: HttpRequest, laestab: str) -> HttpResponse:
    """What the program found in the notice; an MI officer confirms or returns it."""
    actor = asking(request)
    shown = signing.opened(actor, laestab)
    if shown.notice is None:
        raise Trouble("No privacy notice was handed over yet.", todo="It comes with the establishment's signature.")
    form = NoticeForm(request.POST) if request.method == "POST" else NoticeForm(initial={"number": shown.notice.number})
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _answered(actor, laestab, form.cleaned_data))
        except Refused as no:
            status = no_in_form(form, no)
        except Trouble as trouble:
            form.add_error("words", said(trouble))
        else:
            return redirect("agreement_of", laestab=laestab)
    context = {
        "privacy_notice": shown.notice,
        "establishment": shown.name,
        "laestab": laestab,
        "la_names": standings.agreement().terms.authority.named_as,
        "form": form if "confirm" in shown.may or form.is_bound else None,
        "clause": clause("2a"),
        "back": {"href": f"/agreement/{laestab}", "text": "Back to the agreement"},
    }
    return render(request, "pages/agreement_notice.html", context, status=status)


def _answered(actor: Actor, laestab: str, given: dict[str, Any]) -> str:
    if given["answer"] == "confirm":
        notices.confirm(actor, laestab, given["number"], given["words"])
        return "The privacy notice is confirmed."
    notices.give_back(actor, laestab, given["number"], given["words"])
    return "The privacy notice is returned. The establishment hands over another."


@flow("agreement-life")
def document(request: HttpRequest, laestab: str, number: int) -> HttpResponse:
    """A document as it was kept, to take away. It never opens inside a page of this site."""
    found = keep_document.fetch(asking(request), laestab, number)
    safe = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "-" for one in found.name)
    headers = {
        "Content-Disposition": f'attachment; filename="{safe or "document"}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return HttpResponse(found.content, content_type=found.media, headers=headers)


@flow("agreement-life")
def plan(request: HttpRequest, laestab: str) -> HttpResponse:
    """What becomes of the data when the agreement ends, from today or from its end (clause 4(e))."""
    actor = asking(request)
    lines = run_off.planned(actor, laestab)
    columns = (
        Column("what", "Records"),
        Column("held", "Held now", numeric=True),
        Column("then", "Then"),
        Column("when", "When"),
        Column("basis", "On what authority"),
    )
    rows = [
        [
            Cell(one.title, hint="Also held under flows the law requires" if one.law else ""),
            one.held,
            _ACTIONS[one.action],
            one.when,
            Cell(one.basis, hint=one.sure),
        ]
        for one in lines
    ]
    table = Table("What becomes of the data", columns, rows, of=("class of record", "classes of record"), cards=True)
    context = {
        "table": table,
        "place": place(actor, laestab),
        "clause": clause("4e"),
        "back": {"href": f"/agreement/{laestab}", "text": "Back to the agreement"},
    }
    return render(request, "pages/agreement_run_off.html", context)
