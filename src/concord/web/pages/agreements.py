"""The agreement as each party reads it: how it stands, what leaves, what comes back, and what one may do about it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import gate, sign_agreement, signing
from concord.desk.gate import Refused
from concord.desk.signing import Party
from concord.web.access import flow
from concord.web.forms.agreement import SignForm
from concord.web.pages.agreement_deeds import no_in_form, said
from concord.web.pages.agreement_parts import context_of
from concord.web.pages.asking import asking, own, side
from concord.web.parts import whole_list
from concord.web.parts.states import STATES
from concord.web.parts.table import Cell, Column, Filter, Table

_COLUMNS = (
    Column("name", "Establishment", second="DfE number"),
    Column("state", "State"),
    Column("version", "Version"),
    Column("until", "Until"),
)


@flow("agreement-life")
def agreements(request: HttpRequest) -> HttpResponse:
    """Every establishment's standing, for the LA; those of one state or name where the address says so."""
    actor = asking(request)
    found = signing.everybody(actor)
    states, words = [one for one in request.GET.getlist("state") if one], request.GET.get("q", "").casefold()
    chosen = [
        one
        for one in found
        if (not states or one.standing.state in states) and words in f"{one.name} {one.laestab}".casefold()
    ]
    counts = Counter(one.standing.state for one in found)
    facts = [
        {"number": number, "of_what": STATES[state].words.lower(), "as_at": gate.today(), "href": f"?state={state}"}
        for state, number in counts.most_common()
    ]
    table = Table(
        "Agreements by establishment",
        _COLUMNS,
        [_row(one) for one in chosen],
        filters=[Filter("state", "State", [(one, STATES[one].words, counts[one]) for one in counts], states)],
        of=("establishment", "establishments"),
        nothing="No establishment fits. Take a filter away to see more.",
    )
    if file := whole_list.taken(table, request.GET, "agreements"):
        return file
    context = {"facts": facts, "search": True, "may_offer": sign_agreement.may_offer(actor)}
    context["table"] = whole_list.page(table, request.GET)
    return render(request, "pages/agreements.html", context)


def _row(one: Party) -> list[object]:
    return [
        Cell(one.name, href=f"/agreement/{one.laestab}", hint=one.laestab),
        Cell(None, state=one.standing.state),
        one.standing.version or "–",
        one.standing.until or "–",
    ]


@flow("agreement-life")
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, laestab: str = "") -> HttpResponse:
    """One establishment's agreement; its signatory signs it here."""
    actor = asking(request)
    laestab = laestab or own(actor)
    form = SignForm(request.POST, request.FILES) if request.method == "POST" else SignForm()
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            _sign(actor, laestab, form)
        except Refused as no:
            status = no_in_form(form, no)
        except Trouble as trouble:
            form.add_error("notice", said(trouble))
        else:
            messages.success(
                request, "You have signed. The local authority reads your privacy notice and countersigns."
            )
            return redirect("agreement_of", laestab=laestab)
    shown = signing.opened(actor, laestab)
    context = context_of(shown, mine=side(request) == "establishment", name=request.user.name)  # type: ignore[union-attr]
    context["form"] = form if "sign" in shown.may or form.is_bound else None
    return render(request, "pages/agreement.html", context, status=status)


def _sign(actor: Actor, laestab: str, form: Any) -> None:
    given = form.cleaned_data
    told = sign_agreement.Signature(
        given["position"], given["ico_number"], given["ico_expires"], given["notice"].name, given["notice"].read()
    )
    sign_agreement.sign(actor, laestab, told)


@flow("agreement-life")
@require_http_methods(["GET", "POST"])
def offer_all(request: HttpRequest) -> HttpResponse:
    """Offer the version that is open to everybody who has not signed it: the first time, or after an amendment."""
    actor = asking(request)
    if request.method == "POST":
        sent = sign_agreement.offer_to_all(actor)
        words = f"Version {sent.version} is offered to {len(sent.to):,} establishment{'s' * (len(sent.to) != 1)}."
        messages.success(request, words)
        for laestab, why in sent.left_out[:5]:
            messages.warning(request, f"{laestab} was left out. {why}")
        return redirect("agreements")
    plan = sign_agreement.offer_plan(actor)
    context = {"plan": plan, "back": {"href": "/agreements", "text": "Back to all agreements"}}
    return render(request, "pages/agreement_offer.html", context)
