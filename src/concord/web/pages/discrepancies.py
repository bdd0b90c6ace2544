"""Discrepancies on both sides' pages: raised, waiting, answered, and told after a conflict was settled."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from concord.desk import raise_discrepancy
from concord.desk.raise_discrepancy import Shown
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.forms.register import AnswerForm, DiscrepancyForm
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause, own, side, whole
from concord.web.parts.table import Cell, Column, Download, Filter, Table
from concord.web.parts.words import day

STATES = {"open": "Waits for an answer", "told": "To be read", "settled": "Settled"}
SIDES = {"establishment": "The school", "authority": "The local authority"}
ENDS = {**raise_discrepancy.OUTCOMES, "read": "The school has read it"}
_COLUMNS = ("Pupil", "UPN", "Value", "Establishment", "Who answers", "How it stands", "Due")
PAGE = 50


def words_of(item: str) -> str:
    """A data item in words."""
    return wording.item(item) if item in wording.ITEMS else item[:1].upper() + item[1:]


@flow("discrepancy")
@require_http_methods(["GET", "POST"])
def discrepancies(request: HttpRequest) -> HttpResponse:
    """What one side has told the other; for an establishment also the form that tells something."""
    actor, mine = asking(request), side(request) == "establishment"
    items = [(item, words_of(item)) for item in raise_discrepancy.items_for(actor)]
    form = DiscrepancyForm(request.POST or None, items=items) if mine else None
    if form is not None and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        told = {"says": given["says"], "suggested": given["suggested"]}
        raise_discrepancy.raise_by_upn(actor, own(actor), given["upn"], given["item"], **told)
        messages.success(request, "The other side has been told.")
        return redirect("discrepancies")
    state, start = request.GET.get("state", ""), whole(request.GET.get("after", ""))
    state = state if state in STATES else ""
    if request.GET.get("form"):
        return _download(request, state)
    found = raise_discrepancy.listing(actor, state=state, start=start, limit=PAGE)
    context = {"table": _table(found, state, start), "form": form, "clause": clause("5d")}
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "pages/discrepancies.html", context, status=status)


def _table(found: raise_discrepancy.Listing, state: str, start: int) -> Table:
    rows = [[Cell(shown.pupil, href=f"/discrepancies/{shown.one.id}"), *_cells(shown)] for shown in found.rows]
    query = f"&state={state}" if state else ""
    return Table(
        "Discrepancies",
        [Column(name.lower().replace(" ", "_"), name) for name in _COLUMNS],
        rows,
        filters=[Filter("state", "How it stands", list(STATES.items()), [state] if state else [])],
        count=found.count,
        of=("discrepancy", "discrepancies"),
        next_cursor=str(found.more or ""),
        after=str(start or ""),
        downloads=[Download("CSV", f"?form=csv{query}"), Download("XLSX", f"?form=xlsx{query}")],
        nothing="Nobody has said that a value is wrong.",
        hide_caption=True,
    )


def _cells(shown: Shown) -> list[object]:
    one = shown.one
    return [shown.upn, words_of(one.item), shown.place, SIDES[one.owner], STATES[one.state], one.due]


def _download(request: HttpRequest, state: str) -> HttpResponse:
    found = raise_discrepancy.listing(asking(request), state=state, limit=10_000)
    rows = [[shown.pupil, *_cells(shown)] for shown in found.rows]
    return sheet(request.GET["form"], "discrepancies", _COLUMNS, rows)


@flow("discrepancy")
@require_http_methods(["GET", "POST"])
def raise_one(request: HttpRequest, pupil_id: uuid.UUID) -> HttpResponse:
    """Say that a value on a pupil's page is wrong."""
    actor = asking(request)
    items = [(item, words_of(item)) for item in raise_discrepancy.items_for(actor)]
    before = raise_discrepancy.before(actor, pupil_id)
    form = DiscrepancyForm(request.POST or None, items=items, named=False)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        told = {"says": given["says"], "suggested": given["suggested"]}
        return redirect("discrepancy", ident=raise_discrepancy.raise_(actor, pupil_id, given["item"], **told))
    context = {
        "form": form,
        "clause": clause("2d"),
        "before": before,
        "said": _waiting(before),
        "back": {"href": f"/pupils/{pupil_id}", "text": "Back to the record"} if side(request) == "authority" else None,
    }
    return render(request, "pages/discrepancy_raise.html", context, status=400 if form.is_bound else 200)


def _waiting(before: raise_discrepancy.Before) -> list[dict[str, object]]:
    """What was said already and waits, each a link to its own page."""
    return [
        {
            "href": f"/discrepancies/{one.id}",
            "words": words_of(one.item),
            "owner": SIDES[one.owner].lower(),
            "due": one.due,
        }
        for one in before.waiting
    ]


@flow("discrepancy")
@require_http_methods(["GET", "POST"])
def discrepancy(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    """One discrepancy: both sides' words, and the answer from whoever provides the value."""
    actor = asking(request)
    shown = raise_discrepancy.opened(actor, ident)
    form = AnswerForm(request.POST or None, outcomes=shown.outcomes)
    if request.method == "POST" and form.is_valid():
        raise_discrepancy.answer(actor, ident, form.cleaned_data["outcome"], form.cleaned_data["words"])
        messages.success(request, "Settled. The other side sees your answer.")
        return redirect("discrepancies")
    context = {
        "shown": shown,
        "rows": _facts(shown),
        "form": form if shown.may_answer else None,
        "clause": clause("5d"),
        "state": STATES[shown.one.state],
        "only_back": [key for key, _ in shown.outcomes] == ["withdrawn"],
        "record": f"/pupils/{shown.one.pupil_id}" if side(request) == "authority" else "",
        "back": {"href": "/discrepancies", "text": "Back to the discrepancies"},
    }
    return render(request, "pages/discrepancy.html", context, status=400 if form.is_bound else 200)


def _facts(shown: Shown) -> list[dict[str, object]]:
    one = shown.one
    facts = {
        "Pupil": f"{shown.pupil}, UPN {shown.upn}",
        "Value": words_of(one.item),
        "What we held": wording.value(one.item, one.held) if one.held else "nothing",
        "What it should be": wording.value(one.item, one.suggested),
        "Establishment": shown.place,
        "Raised by": f"{SIDES[one.raised_side]}, {day(one.raised)}",
        "What was said": one.says,
        "Who answers": SIDES[one.owner],
        "How it ended": ENDS.get(one.outcome, ""),
        "The answer": one.answer,
    }
    rows: list[dict[str, object]] = [{"key": key, "value": value} for key, value in facts.items() if value]
    return rows if one.state == "settled" else [*rows, {"key": "Due", "value": one.due}]


@flow("discrepancy")
@require_POST
def read(request: HttpRequest, ident: uuid.UUID) -> HttpResponse:
    raise_discrepancy.read(asking(request), ident)
    return redirect("discrepancies")
