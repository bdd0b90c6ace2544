"""Queries between an establishment and the LA: asked, answered, taken further, settled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from concord.core.trouble import Trouble
from concord.desk import own_return, refer_query
from concord.desk.establishments import names_of
from concord.desk.people import title
from concord.desk.refer_query import BODIES, Thread, Threads
from concord.web.access import flow
from concord.web.forms.return_desk import SayForm
from concord.web.pages.asking import asking, side, whole
from concord.web.parts import whole_list
from concord.web.parts.table import Cell, Column, Filter, Table

_SIDES = {"establishment": "The school", "authority": "The local authority"}


@flow("data-query-help")
@require_http_methods(["GET", "POST"])
def threads(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """What was said about a return, and a form to say more."""
    actor = asking(request)
    shown = own_return.opened(actor, side(request), laestab, collection)
    rules = [(one.rule, f"{one.dfe_rule or one.rule}: {one.message}"[:120]) for one in shown.causes]
    form = SayForm(request.POST or None, initial={"rule": request.GET.get("rule", "")}, rules=rules)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            refer_query.say(actor, laestab, collection, given["rule"], given["text"])
        except Trouble as trouble:
            form.add_error("text", f"{trouble.what} {trouble.why}".strip())
        else:
            messages.success(request, "Your message is sent.")
            return redirect("threads", laestab=laestab, collection=collection)
    found = refer_query.listed(actor, laestab, collection)
    context = {
        "caption": f"{names_of([laestab]).get(laestab, laestab)} ({laestab}), {found.collection.title}",
        "threads": [_thread(one, found, request.path, side(request)) for one in found.threads],
        "form": form if shown.of else None,
        "authority": side(request) == "authority",
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/threads.html", context, status=400 if form.is_bound else 200)


def _thread(one: Thread, found: Threads, path: str, mine: str) -> dict[str, Any]:
    events: list[dict[str, Any]] = [
        {"title": _SIDES.get(said.side, said.side), "on": said.at, "by": title(said.role), "words": f"“{said.text}”"}
        for said in one.said
    ]
    taken = [
        {
            "id": each.id,
            "to": BODIES[each.to],
            "asked": each.asked,
            "reference": each.reference,
            "words": each.words,
            "outcome": each.outcome,
            "answered": each.answered,
        }
        for each in one.taken
    ]
    bodies = [(key, words) for key, words in BODIES.items() if key != "contractor" or found.contractor]
    return {
        "id": one.id,
        "title": one.title,
        "rule": one.rule,
        "state": refer_query.WORDS[one.state],
        "open": one.state != "closed",
        "events": events,
        "taken": taken,
        "action": f"{path}/{one.id}",
        "bodies": bodies if mine == "authority" else [],
    }


@flow("data-query-help")
@require_POST
def act(request: HttpRequest, laestab: str, collection: str, number: int) -> HttpResponse:
    """Take a thread further, record the answer, or settle it."""
    actor, post = asking(request), request.POST
    verb = post.get("verb", "")
    if verb == "close":
        refer_query.close(actor, laestab, collection, number)
    elif verb == "refer":
        given = {name: post.get(name, "") for name in ("to", "reference", "text")}
        refer_query.refer(actor, laestab, collection, number, **given)
    elif verb == "answer":
        taken = whole(post.get("referral", ""))
        refer_query.settle_referral(actor, laestab, collection, number, referral=taken, outcome=post.get("text", ""))
    else:
        raise Trouble("Choose what to do with the query.", todo="Go back and use one of its buttons.")
    messages.success(request, "It is recorded.")
    return redirect("threads", laestab=laestab, collection=collection)


@flow("data-query-help")
def of_county(request: HttpRequest, collection: str) -> HttpResponse:
    """The county's queries that are not settled, the longest waiting first."""
    state = request.GET.get("state", "")
    found, listed, rows = refer_query.waiting(asking(request), collection, state)
    table = Table(
        "Queries, the longest waiting first",
        (
            Column("name", "Establishment", second="DfE number"),
            Column("about", "About"),
            Column("state", "State"),
            Column("changed", "Last changed"),
        ),
        [
            [
                Cell(
                    row.of.establishment.name,
                    href=f"/returns/{row.of.establishment_id}/{collection}/threads",
                    hint=row.of.establishment_id,
                    about=f", {one.title}",
                ),
                one.title,
                refer_query.WORDS[one.state],
                one.changed,
            ]
            for one, row in zip(listed, rows, strict=True)
        ],
        filters=[Filter("state", "State", list(refer_query.WORDS.items()), [state] if state else [])],
        of=("query", "queries"),
        nothing="No query waits.",
    )
    if file := whole_list.taken(table, request.GET, f"queries-{collection}"):
        return file
    context = {
        "title": "Queries with schools",
        "caption": found.title,
        "table": whole_list.page(table, request.GET),
        "back": {"href": f"/progress/{collection}", "text": "Back to the progress board"},
    }
    return render(request, "pages/listing.html", context)
