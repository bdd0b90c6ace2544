"""Who has access, for the manager who answers for them: list, invitation and the quarterly confirmation."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import gate, grants, invite, keep_access, people, people_list, standings
from concord.desk.grants import Scope
from concord.web import entrance
from concord.web.access import flow
from concord.web.forms.people import InviteForm
from concord.web.pages.asking import asking
from concord.web.pages.people_parts import listing
from concord.web.parts import whole_list

_FLOW = "user-access"
MOST = 20_000
"""People in a list that is taken away."""
_REF = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@flow(_FLOW)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The list, with its filters."""
    actor, query = asking(request), request.GET
    found = people_list.listed(
        actor,
        state=query.get("state", ""),
        role=query.get("role", ""),
        words=query.get("q", "")[:100].strip(),
        after="" if query.get("format") else query.get("after", ""),
        limit=MOST if query.get("format") else people_list.PAGE,
    )
    table = listing(found, query, decides=bool(grants.roles_to_give(actor)))
    if file := whole_list.taken(table, query, "people-with-access"):
        return file
    context = {
        "table": replace(table, downloads=whole_list.downloads(query)),
        "may_invite": bool(grants.roles_to_give(actor)),
        "to_confirm": len(people_list.to_confirm(actor)),
    }
    return render(request, "pages/people.html", context)


def address_of(request: HttpRequest) -> invite.Link:
    """The address of an invitation on this site, from its secret word."""
    start = entrance.site(request).origin
    return lambda word: f"{start}{reverse('invitation', args=[word])}"


@flow(_FLOW)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Invite somebody: who, for which role, over whose data, until when."""
    actor = asking(request)
    grants.give(actor)
    form = InviteForm(request.POST or None, roles=_roles(actor), districts=districts(actor), initial=_own(actor))
    if request.method == "POST" and form.is_valid():
        try:
            word = invite.invite(actor, _wanted(form.cleaned_data), address_of(request))
            return _sent(request, form.cleaned_data["email"], word)
        except gate.Refused:
            raise
        except Trouble as trouble:
            form.add_error(None, str(trouble))
    context = {"form": form, "roles": [standings.agreement().roles[name] for name in grants.roles_to_give(actor)]}
    return render(request, "pages/people_new.html", context, status=400 if form.is_bound else 200)


def _roles(actor: Actor) -> list[tuple[str, str]]:
    return [(name, people.title(name)) for name in grants.roles_to_give(actor)]


def districts(actor: Actor) -> list[str]:
    """The districts a manager may choose from: all, for those who cover the county; none for an establishment's."""
    return list(standings.agreement().terms.authority.districts) if "*" in actor.establishments else []


def _own(actor: Actor) -> dict[str, str]:
    return {"establishments": "\n".join(sorted(actor.establishments - {"*"}))}


def scope_in(given: dict[str, Any]) -> Scope:
    return Scope(
        tuple(given.get("establishments", ())), tuple(given.get("districts", ())), tuple(given.get("caseload", ()))
    )


def _wanted(given: dict[str, Any]) -> invite.Wanted:
    return invite.Wanted(given["name"].strip(), given["email"], given["role"], scope_in(given), given["until"])


def _sent(request: HttpRequest, email: str, word: str) -> HttpResponse:
    """The page after an invitation. In a demonstration, where no message leaves, the link stands on it."""
    context = {"email": email, "link": address_of(request)(word) if settings.CONFIG.demo else ""}
    return render(request, "pages/people_sent.html", context)


@flow(_FLOW)
@require_POST
def again(request: HttpRequest, ref: UUID) -> HttpResponse:
    """A new link; whatever the person signed in with until now stops working."""
    actor = asking(request)
    email = grants.find(actor, ref.hex).email
    return _sent(request, email, invite.again(actor, ref.hex, address_of(request)))


@flow(_FLOW)
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The quarterly answer: keep or end, one by one. Who is left out keeps access until that day, and no longer."""
    actor = asking(request)
    if request.method == "POST":
        kept, ended = keep_access.recertify(actor, _chosen(request, "keep"), _chosen(request, "end"))
        messages.success(request, f"{kept} confirmed, {ended} ended.")
        return redirect("people_confirm")
    return render(request, "pages/people_confirm.html", {"entries": people_list.confirming(actor)})


def _chosen(request: HttpRequest, answer: str) -> frozenset[str]:
    """The people a form answers so for: its fields are named by their refs, and anything else is not read."""
    return frozenset(name for name, said in request.POST.items() if said == answer and _REF.fullmatch(name))
