"""The agreement as each party reads it: how it stands, what leaves, what comes back, and what one may do about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import signing
from concord.web.access import flow
from concord.web.pages.asking import asking, clause, own, side
from concord.web.parts.table import Cell, Column, Table


@flow("agreement-life")
def agreements(request: HttpRequest) -> HttpResponse:
    """Every establishment's standing, for the LA."""
    found = signing.everybody(asking(request))
    columns = [
        Column("name", "Establishment"),
        Column("state", "State"),
        Column("version", "Version"),
        Column("until", "Until"),
    ]
    rows = [
        [
            Cell(one.name, href=f"/agreement/{one.laestab}", hint=one.laestab),
            Cell("", state=one.standing.state),
            one.standing.version or "–",
            one.standing.until or "–",
        ]
        for one in found
    ]
    table = Table(
        "Agreements by establishment",
        columns,
        rows,
        of=("establishment", "establishments"),
        nothing="No establishment is known yet.",
    )
    return render(request, "pages/agreements.html", {"table": table})


@flow("agreement-life")
def agreement(request: HttpRequest, laestab: str = "") -> HttpResponse:
    """One establishment's agreement."""
    actor = asking(request)
    shown = signing.opened(actor, laestab or own(actor))
    context = {
        "establishment": shown.name,
        "laestab": shown.laestab,
        "version": {"id": shown.version, "dated": shown.dated},
        "state": shown.standing.state,
        "standing_words": shown.words,
        "summary": [("State", shown.words)],
        "leaves": [_flow(one) for one in shown.leaves],
        "comes_back": [_flow(one) for one in shown.comes_back],
        "changed": [],
        "may_stop": [_stop(one) for one in ("7c", "7d")] if side(request) == "establishment" else [],
        "checks": [],
        "form": None,
        "events": shown.events,
        "pdf": "",
    }
    return render(request, "pages/agreement.html", context)


def _flow(one: Any) -> dict[str, Any]:
    return {
        "title": one.title,
        "words": one.says,
        "clause": one.clause,
        "clause_words": clause(one.clause)["words"],
        "needs_agreement": one.needs,
        "charge": one.charge,
    }


def _stop(clause_id: str) -> dict[str, Any]:
    titles = {"7c": "Suspend for 30 days", "7d": "End with 30 days' notice"}
    words = clause(clause_id)["words"]
    return {"title": titles[clause_id], "words": words, "clause": clause_id, "clause_words": words, "href": ""}
