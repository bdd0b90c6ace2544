"""The agreement as each party reads it: how it stands, what leaves, what comes back, and what one may do about it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import gate, signing
from concord.desk.signing import FlowForYou, Party, Shown
from concord.web.access import flow
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause, own, side, whole
from concord.web.parts.states import STATES
from concord.web.parts.table import Cell, Column, Filter, Table
from concord.web.parts.words import clause_number

_COLUMNS = (
    Column("name", "Establishment"),
    Column("state", "State"),
    Column("version", "Version"),
    Column("until", "Until"),
)
PAGE = 50


@flow("agreement-life")
def agreements(request: HttpRequest) -> HttpResponse:
    """Every establishment's standing, for the LA; those of one state or name where the address says so."""
    found = signing.everybody(asking(request))
    states, words = [one for one in request.GET.getlist("state") if one], request.GET.get("q", "").casefold()
    chosen = [
        one
        for one in found
        if (not states or one.standing.state in states) and words in f"{one.name} {one.laestab}".casefold()
    ]
    start = whole(request.GET.get("after", ""))
    counts = Counter(one.standing.state for one in found)
    facts = [
        {"number": number, "of_what": STATES[state].words.lower(), "as_at": gate.today(), "href": f"?state={state}"}
        for state, number in counts.most_common()
    ]
    table = Table(
        "Agreements by establishment",
        _COLUMNS,
        [_row(one) for one in chosen[start : start + PAGE]],
        filters=[Filter("state", "State", [(one, STATES[one].words, counts[one]) for one in counts], states)],
        next_cursor=str(start + PAGE) if len(chosen) > start + PAGE else "",
        after=str(start or ""),
        count=len(chosen),
        of=("establishment", "establishments"),
        nothing="No establishment fits. Take a filter away to see more.",
    )
    return render(request, "pages/agreements.html", {"table": table, "facts": facts, "search": True})


def _row(one: Party) -> list[object]:
    return [
        Cell(one.name, href=f"/agreement/{one.laestab}", hint=one.laestab),
        Cell(None, state=one.standing.state),
        one.standing.version or "–",
        one.standing.until or "–",
    ]


@flow("agreement-life")
def agreement(request: HttpRequest, laestab: str = "") -> HttpResponse:
    """One establishment's agreement."""
    actor = asking(request)
    shown = signing.opened(actor, laestab or own(actor))
    mine = side(request) == "establishment"
    context = {
        "establishment": shown.name,
        "laestab": shown.laestab,
        "version": {"id": shown.version, "dated": shown.dated},
        "state": shown.standing.state,
        "standing_words": _sentence(shown.words),
        "summary": _summary(shown),
        "leaves": [_flow(one) for one in shown.leaves],
        "comes_back": [_flow(one) for one in shown.comes_back],
        "changed": [],
        "may_stop": [_stop(one) for one in ("7c", "7d")] if mine else [],
        "checks": [],
        "form": None,
        "events": [one | {"title": wording.event(one["title"])} for one in shown.events],
        "pdf": "",
        "back": None if mine else {"href": "/agreements", "text": "Back to all agreements"},
    }
    return render(request, "pages/agreement.html", context)


def _sentence(words: str) -> str:
    """The standing without the state itself, which its tag has just said."""
    _, _, rest = words.partition(" since ")
    return f"Since {rest}" if rest else ""


def _summary(shown: Shown) -> list[dict[str, object]]:
    stands = shown.standing
    open_now = f"Version {shown.version}, {shown.dated}, is the one open to signature" if shown.version else ""
    return [
        {"key": "Version signed", "value": stands.version or "None", "hint": open_now},
        {"key": "In this state since", "value": stands.since},
        {"key": "Until", "value": stands.until},
        {"key": "Clause that decides", "value": clause_number(stands.clause) if stands.clause else None},
    ]


def _flow(one: FlowForYou) -> dict[str, Any]:
    return {
        "title": one.title,
        "words": one.says,
        "clause": one.clause,
        "clause_words": clause(one.clause)["words"],
        "needs_agreement": one.needs,
        "charge": wording.charge(one.charge),
    }


def _stop(clause_id: str) -> dict[str, Any]:
    titles = {"7c": "Suspend for 30 days", "7d": "End with 30 days' notice"}
    words = clause(clause_id)["words"]
    return {"title": titles[clause_id], "words": words, "clause": clause_id, "clause_words": words, "href": ""}
