"""A trial check: a file is checked by the whole rule book and forgotten (clause 2(e))."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from concord.core.agreement.model import Actor
from concord.core.trouble import Unreadable
from concord.desk import check_on_trial
from concord.desk.check_on_trial import Trial
from concord.web.access import flow
from concord.web.forms.return_desk import TrialForm
from concord.web.pages import wording
from concord.web.pages.asking import asking, own
from concord.web.parts.table import Cell, Column, Table

_PLACES = (
    Column("rule", "Rule"),
    Column("severity", "Kind"),
    Column("pupil", "UPN"),
    Column("item", "Data item"),
    Column("line", "Line", numeric=True),
    Column("message", "What is wrong"),
)


@flow("own-return")
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, laestab: str = "") -> HttpResponse:
    """The form, and under it what the check of the file just sent has found."""
    actor = asking(request)
    place = laestab or own(actor)
    form, done = TrialForm(request.POST or None, request.FILES or None), None
    if request.method == "POST":
        done = _tried(actor, form, place) if form.is_valid() else None
    context = {"form": form, "laestab": place, **(_found(done) if done else {})}
    return render(request, "pages/trial.html", context, status=422 if form.is_bound and done is None else 200)


def _tried(actor: Actor, form: TrialForm, laestab: str) -> Trial | None:
    sent = form.cleaned_data["file"]
    try:
        return check_on_trial.trial(actor, sent.read(), sent.name, laestab)
    except Unreadable as amiss:
        line = f" Line {amiss.line}." if amiss.line else ""
        form.add_error("file", f"{amiss.what}{line} {amiss.why} {amiss.todo}".strip())
        return None


def _found(done: Trial) -> dict[str, Any]:
    counts = done.outcome.counts
    return {
        "done": done,
        "counts": counts,
        "send": f"/returns/{done.laestab}/{done.collection.id}",
        "causes": [
            {
                "message": one.message,
                "rule": one.dfe_rule or one.rule,
                "severity": one.severity,
                "count": one.count,
                "pupils": one.pupils,
                "advice": one.advice,
            }
            for one in done.causes
        ],
        "table": _places(done) if done.places else None,
        "could_not_run": [{"rule": rule, "reason": reason} for rule, reason in done.outcome.could_not_run],
    }


def _places(done: Trial) -> Table:
    rows = [
        [
            one.finding.dfe_rule or one.finding.rule,
            Cell(None, state=one.finding.severity),
            one.finding.pupil or "–",
            wording.item(one.finding.item) if one.finding.item else "–",
            one.line or "–",
            one.finding.message,
        ]
        for one in done.places
    ]
    total = sum(done.outcome.totals.values())
    return Table("Every cell", _PLACES, rows, count=total, of=("finding", "findings"))
