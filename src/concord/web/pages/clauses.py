"""The clause register: what is promised, what does it, is it so."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from concord.core.agreement.clauses import Clause
from concord.desk import standings
from concord.desk.people import title
from concord.web.access import open_page
from concord.web.parts.states import STATES
from concord.web.parts.table import Cell, Column, Table
from concord.web.parts.words import clause_number


@open_page
def clauses(request: HttpRequest) -> HttpResponse:
    """Every operative clause with its state. Open to all: it says what is promised, and nothing about anybody."""
    agreement = standings.agreement()
    found = list(agreement.clauses.values())
    facts = [
        {
            "number": sum(1 for one in found if one.state == state),
            "of_what": STATES[state].words.lower(),
            "of_whom": f"of {len(found)} clauses",
        }
        for state in ("executed", "human", "outside")
    ]
    columns = [
        Column("clause", "Clause"),
        Column("says", "What is promised"),
        Column("state", "Who does it"),
        Column("scenes", "Worked scenes", numeric=True),
    ]
    rows = [
        [
            Cell(clause_number(one.id), href=f"/clauses/{one.id}"),
            Cell(one.title, hint=one.says),
            Cell(None, state=one.state),
            len(one.scenes),
        ]
        for one in found
    ]
    table = Table("Clause by clause", columns, rows, of=("clause", "clauses"))
    version = agreement.terms.versions[-1]
    return render(
        request,
        "pages/clauses.html",
        {"version": {"id": version.id, "dated": version.dated}, "facts": facts, "table": table},
    )


@open_page
def clause(request: HttpRequest, clause_id: str) -> HttpResponse:
    """One clause: its words, the code and scenes that execute it, who does the human part, what nobody can enforce."""
    agreement = standings.agreement()
    if clause_id not in agreement.clauses:
        raise Http404
    ids = list(agreement.clauses)
    place = ids.index(clause_id)
    found = agreement.clauses[clause_id]
    flows = [
        {"title": one.title, "words": one.says, "clause": one.clause}
        for one in agreement.flows.values()
        if one.clause == clause_id
    ]
    context = {
        "clause": {
            "id": found.id,
            "title": found.title,
            "says": found.says,
            "state": found.state,
            "executed_by": found.executed_by,
            "who": ", ".join(title(role) for role in found.done_by),
            "limits": found.limits,
        },
        "scenes": _scenes(found),
        "flows": flows,
        "previous": {"id": ids[place - 1], "href": f"/clauses/{ids[place - 1]}"} if place else None,
        "next": {"id": ids[place + 1], "href": f"/clauses/{ids[place + 1]}"} if place + 1 < len(ids) else None,
    }
    return render(request, "pages/clause.html", context)


def _scenes(found: Clause) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title,
            "given": ", ".join(one.history),
            "asks": ", ".join(f"{key} {value}" for key, value in one.question.items()),
            "answer": one.expect.get("answer", ""),
            "because": ", ".join(str(value) for key, value in one.expect.items() if key != "answer"),
            "holds": None,
        }
        for one in found.scenes
    ]
