"""The support contractor's pages: what the head teacher permits them, the code for it, and saying that it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from concord.core.agreement.days import LONDON
from concord.core.trouble import Trouble
from concord.desk import permit_install
from concord.desk.gate import Refused
from concord.desk.permit_install import Own
from concord.web import entrance
from concord.web.access import flow, own_page
from concord.web.forms.agreement import DoneForm
from concord.web.pages.agreement_deeds import said
from concord.web.pages.asking import asking, clause
from concord.web.parts.table import Cell, Column, Table
from concord.web.parts.words import day, moment

_STATES = {
    "open": "Open now",
    "to_come": "To come",
    "over": "Over",
    "withdrawn": "Taken back, or replaced by another",
    "done": "Done",
}
_COLUMNS = (
    Column("where", "Establishment"),
    Column("host", "Machine"),
    Column("from", "From"),
    Column("to", "To"),
    Column("state", "State"),
)


@own_page
def own(request: HttpRequest) -> HttpResponse:
    """Every permission that names the reader."""
    found = permit_install.own(asking(request))
    rows: list[list[object]] = [
        [
            Cell(one.establishment, href=_href(one), hint=one.laestab),
            one.grant.host,
            one.grant.starts,
            one.grant.ends,
            _STATES[one.grant.state],
        ]
        for one in found
    ]
    table = Table(
        "Permissions that name you",
        _COLUMNS,
        rows,
        of=("permission", "permissions"),
        cards=True,
        nothing="None. The head teacher gives them, on the agreement's page, under the name of your account.",
    )
    return render(request, "pages/installations.html", {"table": table, "clause": clause("2d")})


def _href(one: Own) -> str:
    return reverse("installation", args=[one.laestab]) if one.grant.state in ("open", "over") else ""


@flow(permit_install.FLOW)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, laestab: str) -> HttpResponse:
    """One permission. Posted, it gives a code: shown once, and kept nowhere but as its hash."""
    actor, code, trouble = asking(request), "", None
    if request.method == "POST":
        try:
            code = permit_install.token(actor, laestab)
        except Refused:
            raise
        except Trouble as fault:
            trouble = fault
    return _page(request, permit_install.opened(actor, laestab), DoneForm(), code=code, trouble=trouble)


@flow(permit_install.FLOW)
@require_http_methods(["POST"])
def done(request: HttpRequest, laestab: str) -> HttpResponse:
    """The contractor says that the work is done; both parties are told."""
    actor, form = asking(request), DoneForm(request.POST)
    if form.is_valid():
        try:
            told = permit_install.complete(actor, laestab, form.cleaned_data["done"], _agreement_at(request))
        except Refused:
            raise
        except Trouble as trouble:
            form.add_error(None, said(trouble))
        else:
            words = "It is recorded, and the permission is used up. "
            words += (
                "Both parties were sent a message." if told else "It stands on the agreement's page of both parties."
            )
            messages.success(request, words)
            return redirect("installations")
    return _page(request, permit_install.opened(actor, laestab), form)


def _agreement_at(request: HttpRequest) -> permit_install.Link:
    start = entrance.site(request).origin
    return lambda laestab: f"{start}{reverse('agreement_of', args=[laestab])}"


def _page(
    request: HttpRequest, mine: Own, form: DoneForm, *, code: str = "", trouble: Trouble | None = None
) -> HttpResponse:
    grant, origin = mine.grant, entrance.site(request).origin
    rows: list[dict[str, Any]] = [
        {"key": "For", "value": grant.engineer},
        {"key": "Machine", "value": grant.host},
        {"key": "From", "value": moment(grant.starts.astimezone(LONDON))},
        {"key": "To", "value": moment(grant.ends.astimezone(LONDON))},
        {"key": "State", "value": _STATES[grant.state]},
        {"key": "Purpose", "value": permit_install.PURPOSE},
    ]
    context = {
        "establishment": mine.establishment,
        "laestab": mine.laestab,
        "on": day(grant.starts.astimezone(LONDON).date()),
        "summary": rows,
        "open": grant.state == "open",
        "code": code,
        "command": f"concord courier enrol --hub {origin} --token {code}" if code else "",
        "trouble": trouble,
        "form": form,
        "clause": clause("2d"),
        "back": {"href": reverse("installations"), "text": "Back to your permissions"},
    }
    return render(request, "pages/installation.html", context, status=400 if form.is_bound or trouble else 200)
