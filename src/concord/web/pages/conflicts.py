"""The conflict desk: this value or that, who says so, what hangs on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from concord.desk import settle_change
from concord.desk.settle_change import Question
from concord.web.access import flow
from concord.web.pages.asking import asking, clause

KINDS = {"": "All", "value": "Values", "roll": "On two rolls", "pupil": "Who is this"}


@flow("conflict-settlement")
@require_http_methods(["GET", "POST"])
def conflicts(request: HttpRequest) -> HttpResponse:
    """One conflict at a time, oldest first; the answer leads to the next."""
    actor, kind = asking(request), request.GET.get("kind", "")
    error = ""
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer in ("held", "offered"):
            done = _id(request.POST.get("change", ""))
            settle_change.settle(actor, done, accept=answer == "offered")
            request.session["settled"] = done.hex
            return redirect(request.get_full_path())
        error = "Choose which is right"
    desk = settle_change.desk(actor, kind if kind in KINDS else "", skip=_number(request.GET.get("skip", "")))
    context = {
        "kinds": [
            {
                "text": words,
                "count": sum(desk.counts.values()) if not key else desk.counts.get(key, 0),
                "href": f"?kind={key}",
                "current": key == kind,
            }
            for key, words in KINDS.items()
        ],
        "left": desk.counts.get(kind, 0) if kind else sum(desk.counts.values()),
        "error": error,
        "clause": clause("4f"),
        "undo": _undo(request),
    } | (_shown(desk.question, desk.names, request) if desk.question else {})
    return render(request, "pages/conflict_desk.html", context, status=400 if error else 200)


def _shown(question: Question, names: dict[str, str], request: HttpRequest) -> dict[str, Any]:
    change = question.change
    item = {"value": change.item, "roll": "On two rolls", "pupil": "Who is this"}[change.kind]
    skip = request.GET.copy()
    skip["skip"] = str(_number(request.GET.get("skip", "")) + 1)
    return {
        "change": {"id": change.id, "item": item, "kind": change.kind, "raised": change.raised},
        "pupil": {
            "name": question.pupil,
            "href": f"/pupils/{change.pupil_id}" if change.pupil_id else "",
            "upn": question.upn,
            "about": "",
        },
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
    change = question.change
    here, there = names.get(change.laestab, change.laestab), names.get(change.held_source, change.held_source)
    if change.kind == "roll":
        return [
            _half("held", there, there, change.held_on, "", "Still here"),
            _half("offered", here, here, None, "", "Moved here"),
        ]
    if change.kind == "pupil":
        return [
            _half("held", "Somebody new", here, None, "", "A new pupil"),
            _half("offered", question.pupil, here, None, change.evidence, "The same person"),
        ]
    return [
        _half("held", change.held, there, change.held_on, "", "Keep"),
        _half("offered", change.offered, here, None, "", "Take"),
    ]


def _half(choice: str, value: str, source: str, on: object, evidence: str, label: str) -> dict[str, Any]:
    return {"choice": choice, "value": value, "source": source, "on": on, "evidence": evidence, "label": label}


def _undo(request: HttpRequest) -> dict[str, str] | None:
    last = request.session.get("settled")
    return {"words": "a conflict settled", "action": f"/conflicts/undo/{last}"} if last else None


@flow("conflict-settlement")
@require_POST
def undo(request: HttpRequest, change: str) -> HttpResponse:
    settle_change.undo(asking(request), _id(change))
    request.session.pop("settled", None)
    return redirect("conflicts")


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 0
