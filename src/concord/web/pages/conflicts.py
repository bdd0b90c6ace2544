"""The conflict desk: this value or that, who says so, what hangs on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from concord.core.agreement.model import Actor
from concord.desk import settle_change
from concord.desk.settle_change import Question
from concord.web.access import flow
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause, whole
from concord.web.parts import whole_list
from concord.web.parts.table import Cell, Column, Table

KINDS = {"": "All", "value": "Values", "roll": "On two rolls", "pupil": "Who is this"}
PAGE = 50


@flow("conflict-settlement")
@require_http_methods(["GET", "POST"])
def conflicts(request: HttpRequest) -> HttpResponse:
    """One conflict at a time, oldest first; the answer leads to the next."""
    actor, kind = asking(request), _kind(request)
    error = ""
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer in ("held", "offered"):
            _settle(request, actor, answer)
            return redirect(f"/conflicts?kind={kind}" if kind else "/conflicts")
        error = "Choose which is right"
    chosen = _id(request.GET["change"]) if request.GET.get("change") else None
    desk = settle_change.desk(actor, kind, skip=whole(request.GET.get("skip", "")), chosen=chosen)
    context = {
        "kinds": _kinds(desk.counts, kind),
        "left": desk.counts.get(kind, 0) if kind else sum(desk.counts.values()),
        "error": error,
        "clause": clause("4f"),
        "undo": _undo(request),
        "every": f"/conflicts/list?kind={kind}" if kind else "/conflicts/list",
    } | (_shown(desk.question, desk.names, request) if desk.question else {})
    return render(request, "pages/conflict_desk.html", context, status=400 if error else 200)


def _settle(request: HttpRequest, actor: Actor, answer: str) -> None:
    """Settle, and remember the last so that one step undoes it. Who a pupil is cannot be undone here."""
    done = _id(request.POST.get("change", ""))
    settle_change.settle(actor, done, accept=answer == "offered")
    about, label = request.POST.get("about", "")[:80], request.POST.get(f"label-{answer}", "")[:40]
    if request.POST.get("kind") == "pupil":
        request.session.pop("settled", None)
    else:
        request.session["settled"] = {"id": done.hex, "words": f"{about}: {label.lower()}" if label else about}


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in KINDS else ""


def _kinds(counts: dict[str, int], kind: str) -> list[dict[str, object]]:
    return [
        {
            "text": words,
            "count": counts.get(key, 0) if key else sum(counts.values()),
            "href": f"?kind={key}" if key else "?",
            "current": key == kind,
        }
        for key, words in KINDS.items()
    ]


MOST = 20_000
"""Conflicts in a list that is taken away."""
_LIST = (
    Column("pupil", "Pupil", second="UPN"),
    Column("about", "About"),
    Column("held", "Held", second="Who says so"),
    Column("offered", "The return says", second="Which establishment"),
    Column("raised", "Since"),
)


@flow("conflict-settlement")
def listed(request: HttpRequest) -> HttpResponse:
    """Every conflict that waits, oldest first; each opens on the desk."""
    kind, start = _kind(request), whole(request.GET.get("after", ""))
    start, limit = (0, MOST) if request.GET.get("format") else (start, PAGE)
    found, names, count = settle_change.waiting(asking(request), kind, start=start, limit=limit)
    table = Table(
        "Conflicts waiting",
        _LIST,
        [_row(one, names) for one in found],
        next_cursor=str(start + PAGE) if start + PAGE < count else "",
        after=str(start) if start else "",
        count=count,
        of=("conflict", "conflicts"),
        nothing="No conflict is waiting. New ones come with the next returns.",
        downloads=whole_list.downloads(request.GET),
    )
    if file := whole_list.taken(table, request.GET, "conflicts"):
        return file
    kinds = [
        {"text": words, "href": f"?kind={key}" if key else "?", "current": key == kind} for key, words in KINDS.items()
    ]
    return render(request, "pages/conflict_list.html", {"table": table, "kinds": kinds, "back": BACK})


BACK = {"href": "/conflicts", "text": "Back to the conflict desk"}


def _row(question: Question, names: dict[str, str]) -> list[object]:
    change = question.change
    held, offered = _halves(question, names)
    return [
        Cell(question.pupil, href=f"/conflicts?change={change.id}", hint=f"UPN {question.upn}" if question.upn else ""),
        _about(change),
        Cell(held["value"], hint=held["source"]),
        Cell(offered["value"], hint=offered["source"]),
        change.raised,
    ]


def _about(change: Any) -> str:
    return wording.item(change.item) if change.kind == "value" else KINDS[change.kind]


def _shown(question: Question, names: dict[str, str], request: HttpRequest) -> dict[str, Any]:
    change = question.change
    skip = request.GET.copy()
    skip.pop("change", None)
    skip["skip"] = str(whole(request.GET.get("skip", "")) + 1)
    href = f"/pupils/{change.pupil_id}" if change.pupil_id else ""
    return {
        "change": {"id": change.id, "item": _about(change), "kind": change.kind, "raised": change.raised},
        "pupil": {"name": question.pupil, "href": href, "upn": question.upn, "about": ""},
        "halves": _halves(question, names),
        "hangs": HANGS[change.kind],
        "skip": f"?{skip.urlencode()}",
    }


HANGS = {
    "value": [
        "The value you choose is what professionals see and what the establishments are given back.",
        "The establishment whose value is not taken is told.",
    ],
    "roll": [
        "The pupil stays on the roll you choose; the other enrolment ends.",
        "Funding and attendance follow the roll.",
    ],
    "pupil": ["Joined records cannot be told apart again here.", "A child taken for a new one loses their history."],
}


def _halves(question: Question, names: dict[str, str]) -> list[dict[str, Any]]:
    """What is held, then what the return says, each with who says so and the words of choosing it."""
    change = question.change
    here, there = names.get(change.laestab, change.laestab), names.get(change.held_source, change.held_source)
    if change.kind == "roll":
        held = {"value": there, "source": there, "on": change.held_on, "label": "Still here"}
        offered = {"value": here, "source": here, "label": "Moved here"}
    elif change.kind == "pupil":
        held = {"value": "Somebody new", "source": here, "label": "A new pupil", "says": _incoming(change.incoming)}
        same = f"What agrees and what does not: {change.evidence}." if change.evidence else ""
        offered = {"value": question.pupil, "source": "", "label": "The same person", "says": same}
    else:
        value = {name: wording.value(change.item, getattr(change, name)) for name in ("held", "offered")}
        held = {"value": value["held"], "source": there, "on": change.held_on, "label": "Keep"}
        offered = {"value": value["offered"], "source": here, "label": "Take"}
    return [{"choice": "held", **held}, {"choice": "offered", **offered}]


def _incoming(items: dict[str, str]) -> str:
    """The pupil as the return names them."""
    told = [f"{wording.item(name)} {wording.value(name, value)}" for name, value in items.items() if value]
    return f"The return says: {', '.join(told)}." if told else ""


def _undo(request: HttpRequest) -> dict[str, str] | None:
    last = request.session.get("settled")
    if not isinstance(last, dict):
        return None
    return {"words": last["words"] or "a conflict settled", "action": f"/conflicts/undo/{last['id']}"}


@flow("conflict-settlement")
@require_POST
def undo(request: HttpRequest, change: str) -> HttpResponse:
    """Take back the last answer: the conflict waits again."""
    settle_change.undo(asking(request), _id(change))
    request.session.pop("settled", None)
    messages.success(request, "The last answer was taken back. The conflict waits again.")
    return redirect(f"/conflicts?change={_id(change)}")


def _id(text: str) -> uuid.UUID:
    """The id in an address, or one that nothing has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
