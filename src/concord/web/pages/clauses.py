"""The clause register: what is promised, what does it, is it so."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from concord.core.agreement.clauses import Clause, Scene
from concord.core.agreement.scenes import differences
from concord.desk import standings
from concord.desk.people import title
from concord.web.access import open_page
from concord.web.pages.wording import plain
from concord.web.parts.states import STATES
from concord.web.parts.table import Cell, Column, Table
from concord.web.parts.words import clause_number, said


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
    """Each scene in words, and whether the engine answers it as the clause says: tried by this very program."""
    wrong = _tried(standings.agreement().terms.id, found.id)
    return [
        {
            "title": one.title,
            "given": _given(one),
            "asks": _asked(one.asks, dict(one.question)),
            "answer": one.expect.get("answer", "") if one.asks == "decide" else "",
            "because": _told(
                {key: value for key, value in one.expect.items() if key != "answer" or one.asks != "decide"}
            ),
            "holds": place not in wrong,
        }
        for place, one in enumerate(found.scenes)
    ]


@lru_cache(maxsize=64)
def _tried(agreement_id: str, clause_id: str) -> frozenset[int]:
    """The scenes of a clause that do not hold, by place. They change only with the program, so they are tried once."""
    agreement = standings.agreement()
    found = agreement.clauses[clause_id].scenes
    return frozenset(place for place, scene in enumerate(found) if differences(agreement, scene))


_ASKS = {
    "decide": "May it be done?",
    "standing": "How does the agreement stand?",
    "admit": "May it be recorded?",
    "price": "What does it cost?",
    "notice": "What does the notice say?",
    "due": "When must it go?",
}


def _given(scene: Scene) -> str:
    agreement = standings.agreement()
    told = [agreement.histories[name].says for name in scene.history]
    told += [f"{plain(str(event['kind']))} on {_word(event['on'])}" for event in scene.events]
    kind = agreement.terms.kinds.get(scene.kind)
    return ". ".join([*([f"A {kind.says}"] if kind else []), *told]) or "Nothing has happened yet"


def _asked(asks: str, question: dict[str, Any]) -> str:
    return f"{_ASKS[asks]} {_told(question)}"


def _told(pairs: dict[str, Any]) -> str:
    return "; ".join(f"{plain(key).lower()}: {_word(value)}" for key, value in pairs.items())


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return _told(value)
    return ", ".join(map(_word, value)) if isinstance(value, (list, tuple)) else said(value)
