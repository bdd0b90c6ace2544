"""An establishment's returns: what is left to do, the file, the findings, the queries, the sign-off."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from concord.desk import explain_query, own_return, receive_return, return_states, submit_return
from concord.desk.own_return import Cause, Opened
from concord.web.access import flow
from concord.web.forms.returns import NoteForm, ReturnFileForm, SignOffForm
from concord.web.pages import return_parts
from concord.web.pages.asking import asking, clause, side
from concord.web.parts.table import Cell, Column, Table


@flow("own-return", "return-approval")
def returns(request: HttpRequest) -> HttpResponse:
    """The returns of one's establishments, the last changed first."""
    found = own_return.mine(asking(request), side(request))
    rows = [
        [
            Cell(one.collection, href=f"/returns/{one.establishment_id}/{one.collection}"),
            one.establishment.name,
            Cell("", state=one.state),
            one.changed,
            one.current.errors if one.current else 0,
            one.current.queries if one.current else 0,
        ]
        for one in found
    ]
    columns = [
        Column("collection", "Collection"),
        Column("establishment", "Establishment"),
        Column("state", "State"),
        Column("changed", "Last changed"),
        Column("errors", "Errors", numeric=True),
        Column("queries", "Queries", numeric=True),
    ]
    table = Table(
        "Your returns",
        columns,
        rows,
        of=("return", "returns"),
        nothing="No return has been sent yet. Open your home page to send one.",
    )
    return render(request, "pages/returns.html", {"table": table})


@flow("own-return", "school-census", "academy-census-copy")
@require_http_methods(["GET", "POST"])
def one_return(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """The return page: has it gone, what is left, and the causes that clear most findings."""
    actor, form = asking(request), ReturnFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        receive_return.receive(actor, sent.read(), sent.name, laestab, "page")
        return redirect("return", laestab=laestab, collection=collection)
    shown = own_return.opened(actor, side(request), laestab, collection)
    mine = side(request) == "establishment"
    context = return_parts.head(shown, laestab) | {
        "clause": clause(shown.permit.clause),
        "tasks": return_parts.tasks(shown, laestab) if mine else [],
        "causes": [return_parts.cause(one, shown, laestab) for one in shown.causes[:3]],
        "causes_share": return_parts.share(shown.causes),
        "form": form if mine else None,
        "upload": request.path,
        "events": return_parts.events(shown),
        "decide": None if mine else return_parts.decide(shown, laestab),
    }
    return render(request, "pages/return.html", context, status=400 if form.is_bound else 200)


@flow("own-return", "return-approval")
def findings(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """Findings by cause; or one page of cells, of one rule or severity."""
    rule, severity, after = (request.GET.get(name, "") for name in ("rule", "severity", "after"))
    by_cell = bool(rule or severity or request.GET.get("view") == "cell")
    start = int(after) if after.isdigit() else 0
    shown, page, count = own_return.findings(
        asking(request), side(request), laestab, collection, rule=rule, severity=severity, after=start
    )
    context = return_parts.head(shown, laestab) | {
        "views": [
            {"text": "By cause", "href": request.path, "current": not by_cell},
            {"text": "Every cell", "href": f"{request.path}?view=cell", "current": by_cell},
        ],
        "causes": [] if by_cell else [return_parts.cause(one, shown, laestab) for one in shown.causes],
        "table": return_parts.cells(page, count, after) if by_cell else None,
        "could_not_run": shown.version.could_not_run if shown.version else [],
    }
    return render(request, "pages/findings.html", context)


@flow("own-return")
@require_http_methods(["GET", "POST"])
def queries(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """One query after another: the pupils it is about, and the note that explains it."""
    actor, form = asking(request), NoteForm(request.POST or None)
    rule = request.GET.get("rule", "")
    shown, rows, left = own_return.to_explain(actor, laestab, collection, rule)
    if request.method == "POST" and form.is_valid() and rows and shown.version:
        chosen = [one.pk for one in rows]
        given = form.cleaned_data
        explain_query.explain(actor, shown.version.pk, laestab, chosen, reason=given["reason"], text=given["note"])
        return redirect(request.path)
    cause = next((one for one in shown.causes if rows and one.rule == rows[0].rule), None)
    context = return_parts.head(shown, laestab) | {
        "query": _query(cause, rows) if cause else None,
        "table": return_parts.cells([(one, None) for one in rows[:50]], len(rows), "") if rows else None,
        "form": form,
        "left": left,
        "next": _next(shown, cause, request.path),
        "thread": [],
    }
    return render(request, "pages/queries.html", context, status=400 if form.is_bound else 200)


def _query(cause: Cause, rows: list[Any]) -> dict[str, Any]:
    return {
        "message": cause.message,
        "rule": cause.dfe_rule or cause.rule,
        "advice": cause.advice,
        "count": len(rows),
        "carried": "",
    }


def _next(shown: Opened, now: Cause | None, path: str) -> str:
    """The next query's address, so that one can be left for now."""
    rules = [one.rule for one in shown.causes if one.severity == "query"]
    if now is None or now.rule not in rules or len(rules) < 2:
        return ""
    return f"{path}?rule={rules[(rules.index(now.rule) + 1) % len(rules)]}"


@flow("own-return")
@require_http_methods(["GET", "POST"])
def sign_off(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """The head's sign-off: what is signed, and the one act that submits it."""
    actor, form = asking(request), SignOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        submit_return.submit(actor, laestab, collection)
        return redirect("return", laestab=laestab, collection=collection)
    shown = own_return.opened(actor, "establishment", laestab, collection)
    blocked = return_parts.blocked(shown)
    if shown.of and shown.of.state not in ("loaded", "sent_back"):
        blocked = [f"It is in the state “{return_states.WORDS[shown.of.state]}”."]
    context = return_parts.head(shown, laestab) | {
        "summary": return_parts.summary(shown),
        "form": form,
        "blocked": blocked,
    }
    return render(request, "pages/sign_off.html", context, status=400 if form.is_bound else 200)
