"""An establishment's returns: what is left to do, the file, the findings, the queries, the sign-off."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from concord.core.agreement.model import EVERY, Actor
from concord.core.trouble import Unreadable
from concord.desk import (
    county_progress,
    explain_query,
    gate,
    own_return,
    receive_return,
    return_states,
    submit_return,
)
from concord.desk.own_return import Cause, Opened
from concord.desk.people import title
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.forms.returns import NoteForm, ReturnFileForm, SignOffForm
from concord.web.pages import return_parts, wording
from concord.web.pages.asking import asking, clause, side, whole
from concord.web.parts.table import Cell, Column, Download, Table

EVERY_FINDING = 100_000

_RETURNS = (
    Column("collection", "Collection"),
    Column("establishment", "Establishment"),
    Column("state", "State"),
    Column("changed", "Last changed"),
    Column("errors", "Errors", numeric=True),
    Column("queries", "Queries", numeric=True),
)


@flow("own-return", "return-approval")
def returns(request: HttpRequest) -> HttpResponse:
    """The returns of one's establishments, the last changed first; and the open collections with none yet."""
    actor = asking(request)
    found = own_return.mine(actor, side(request))
    rows = [
        [
            Cell(wording.collection(one.collection), href=f"/returns/{one.establishment_id}/{one.collection}"),
            one.establishment.name,
            Cell(None, state=one.state),
            one.changed,
            one.current.errors if one.current else 0,
            one.current.queries if one.current else 0,
        ]
        for one in found
    ]
    table = Table(
        "Your returns",
        _RETURNS,
        rows,
        of=("return", "returns"),
        nothing="No return has been sent yet. Choose an open collection below to send one.",
    )
    there = {(one.establishment_id, one.collection) for one in found}
    return render(request, "pages/returns.html", {"table": table, "send": _open(actor, there)})


def _open(actor: Actor, there: set[tuple[str, str]]) -> list[dict[str, str]]:
    """Collections that are open and to which an establishment of the actor's has sent nothing."""
    return [
        {"href": f"/returns/{laestab}/{one.id}", "text": f"{one.title}, {laestab}: due {one.deadline:%-d %B %Y}"}
        for laestab in sorted(actor.establishments - EVERY)
        for one in county_progress.open_collections(gate.today())[:2]
        if (laestab, one.id) not in there and receive_return.may_send(actor, laestab, one.id)
    ]


@flow("own-return", "school-census", "academy-census-copy")
@require_http_methods(["GET", "POST"])
def one_return(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """The return page: has it gone, what is left, and the causes that clear most findings."""
    actor, form = asking(request), ReturnFileForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        taken = _take(actor, form, laestab) if form.is_valid() else ""
        if taken:
            return redirect("return", laestab=laestab, collection=taken)
        status = 422
    shown = own_return.opened(actor, side(request), laestab, collection)
    mine = side(request) == "establishment"
    first, share, of = return_parts.foremost(shown)
    context = return_parts.head(shown, laestab, side(request)) | {
        "clause": clause(shown.permit.clause),
        "summary": return_parts.summary(shown, laestab),
        "tasks": return_parts.tasks(shown, laestab) if mine else [],
        "causes": [return_parts.cause(one, shown, laestab) for one in first],
        "causes_share": share,
        "causes_of": of,
        "form": form if mine and receive_return.may_send(actor, laestab, collection) else None,
        "upload": request.path,
        "events": return_parts.events(shown),
        "more": return_parts.more(shown, laestab, side(request)),
        "decide": None if mine else return_parts.decide(shown, laestab),
        "back": None if mine else {"href": f"/progress/{collection}", "text": "Back to the progress board"},
    }
    return render(request, "pages/return.html", context, status=status)


def _take(actor: Actor, form: ReturnFileForm, laestab: str) -> str:
    """Receive the file: the collection it belongs to, or nothing, and the form then says what is wrong with it."""
    sent = form.cleaned_data["file"]
    try:
        version = receive_return.receive(actor, sent.read(), sent.name, laestab, "page")
    except Unreadable as amiss:
        line = f"Line {amiss.line}." if amiss.line else ""
        told = [one[:1].upper() + one[1:] for one in (amiss.what, line, amiss.why, amiss.todo) if one]
        form.add_error("file", " ".join(one if one.endswith((".", "?")) else f"{one}." for one in told))
        return ""
    return version.of.collection


@flow("own-return", "return-approval")
def file(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """The file of a return, byte for byte as it was sent."""
    name, content = own_return.file_as_sent(asking(request), side(request), laestab, collection)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(True, name.replace("/", "-")) or "attachment"
    return answer


@flow("own-return", "return-approval")
def findings(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """Findings by cause; or one page of cells, of one rule or severity; or all of them as a sheet."""
    wanted = {name: request.GET.get(name, "")[:40] for name in ("rule", "severity")}
    after, form = whole(request.GET.get("after", "")), request.GET.get("format", "")
    limit = EVERY_FINDING if form else return_parts.PAGE + 1
    shown, rows, count = own_return.findings(
        asking(request), side(request), laestab, collection, **wanted, after=0 if form else after, limit=limit
    )
    if form:
        advice = {one.rule: one.advice for one in shown.causes}
        lines = [return_parts.sheet_row(one, note, advice.get(one.rule, "")) for one, note in rows]
        return sheet(form, f"findings-{laestab}-{collection}", return_parts.SHEET, lines)
    by_cell = bool(any(wanted.values()) or request.GET.get("view") == "cell")
    query = {key: value for key, value in wanted.items() if value}
    downloads = [Download(kind.upper(), f"?{urlencode(query | {'format': kind})}") for kind in ("csv", "xlsx")]
    context = return_parts.head(shown, laestab, side(request)) | {
        "views": _views(request.path, by_cell),
        "causes": [] if by_cell else [return_parts.cause(one, shown, laestab) for one in shown.causes],
        "table": return_parts.cells(rows, count, str(after or ""), downloads) if by_cell else None,
        "downloads": [] if by_cell or not shown.causes else downloads,
        "could_not_run": shown.version.could_not_run if shown.version else [],
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/findings.html", context)


def _views(path: str, by_cell: bool) -> list[dict[str, object]]:
    return [
        {"text": "By cause", "href": path, "current": not by_cell},
        {"text": "By pupil", "href": path.removesuffix("findings") + "by-pupil", "current": False},
        {"text": "Every cell", "href": f"{path}?view=cell", "current": by_cell},
    ]


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
        "table": return_parts.cells([(one, None) for one in rows[: return_parts.PAGE]], len(rows)) if rows else None,
        "form": form,
        "left": left,
        "next": _next(shown, cause, request.path),
        "thread": [],
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
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
    actor, own_name = asking(request), f"{request.user.name}, {title(request.user.role).lower()}"  # type: ignore[union-attr]
    form = SignOffForm(request.POST or None, initial={"signed": own_name})
    form.fields["agreed"].label = submit_return.declaration_of(laestab)[1]
    if request.method == "POST" and form.is_valid():
        submit_return.submit(actor, laestab, collection, signed=form.cleaned_data["signed"] or own_name)
        messages.success(request, "The return is submitted to the local authority.")
        return redirect("return", laestab=laestab, collection=collection)
    shown = own_return.opened(actor, "establishment", laestab, collection)
    context = return_parts.head(shown, laestab) | {
        "summary": return_parts.summary(shown, laestab),
        "form": form,
        "blocked": _blocked(actor, shown),
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/sign_off.html", context, status=400 if form.is_bound else 200)


def _blocked(actor: Actor, shown: Opened) -> list[str]:
    """Why this return cannot be signed off here and now, in sentences."""
    if shown.of and shown.of.state not in ("loaded", "sent_back"):
        return [f"It is in the state “{return_states.WORDS[shown.of.state]}”."]
    reasons = return_parts.blocked(shown)
    if not submit_return.may_submit(actor):
        reasons.append("Only the head teacher, or whoever signs for the establishment, can submit it.")
    return reasons
