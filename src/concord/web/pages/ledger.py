"""The auditor's page: for a period, what moved, who saw what, under which clause, and proof that the log is whole."""

from __future__ import annotations

from datetime import timedelta
from operator import itemgetter
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from concord.desk import audit, gate
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.forms.govuk import DateField, GovukForm
from concord.web.pages import wording
from concord.web.pages.asking import asking, whole
from concord.web.parts import whole_list
from concord.web.parts.chart import Bar, BarChart
from concord.web.parts.table import Cell, Column, Filter, Table
from concord.web.parts.words import clause_number, moment

SHEET = ("Line", "When", "What", "Flow", "Clause", "Role", "Actor", "Establishments", "Purpose", "Answer")


class PeriodForm(GovukForm):
    begins = DateField(label="From", what="the first day")
    ends = DateField(label="To", what="the last day")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("begins") and given.get("ends") and given["begins"] > given["ends"]:
            raise forms.ValidationError("The last day must be the same as or after the first day")
        return given


_COLUMNS = (
    Column("n", "Line"),
    Column("what", "What"),
    Column("clause", "Clause"),
    Column("who", "Who"),
    Column("where", "Establishments"),
    Column("why", "Purpose"),
    Column("answer", "Answer"),
)


@flow("audit")
def ledger(request: HttpRequest) -> HttpResponse:
    """For a period: what moved, who saw what, under which clause, and proof that the log is whole."""
    month = {"begins": gate.today() - timedelta(days=30), "ends": gate.today()}
    form = PeriodForm(request.GET if "begins_0" in request.GET else None, initial=month)
    given = form.cleaned_data if form.is_bound and form.is_valid() else month
    after, kind = request.GET.get("after", ""), request.GET.get("format", "")
    start = whole(after) if after else -1
    flows, answers = request.GET.getlist("flow"), request.GET.getlist("answer")
    found = audit.period(asking(request), given["begins"], given["ends"], after=start, flows=flows, answers=answers)
    if kind:
        return sheet(kind, "ledger", SHEET, (_plain(one) for one in found.every()))
    context = {
        "begins": given["begins"],
        "ends": given["ends"],
        "proof": found.proof,
        "form": form,
        "by_flow": _chart(found.by_flow),
        "table": _table(found, after, request.GET),
        "facts": [
            {"number": found.permits, "of_what": "permits", "of_whom": "in this period"},
            {"number": found.refusals, "of_what": "refusals", "of_whom": "in this period"},
            {"number": found.deeds, "of_what": "deeds", "of_whom": "in this period"},
        ],
        "export": "/ledger/export",
    }
    return render(request, "pages/ledger.html", context)


def _table(found: audit.Period, after: str, query: QueryDict) -> Table:
    options = sorted(((name, wording.flow(name), count) for name, count in found.by_flow), key=itemgetter(1))
    return Table(
        "Every line of the period",
        _COLUMNS,
        [_row(one) for one in found.lines],
        filters=[
            Filter("flow", "About", options, query.getlist("flow")),
            Filter("answer", "Answer", list(audit.ANSWERS.items()), query.getlist("answer")),
        ],
        next_cursor="" if found.more is None else str(found.more),
        after=after,
        downloads=whole_list.downloads(query),
        count=found.count,
        of=("line", "lines"),
        nothing="No such line in this period.",
    )


def _deed(one: audit.Line) -> str:
    return "Asked" if one.what.startswith("asked") else wording.deed(one.what)


def _row(one: audit.Line) -> list[object]:
    places = ", ".join(one.establishments[:3]).replace("*", "the whole county")
    more = f" and {len(one.establishments) - 3:,} more" if len(one.establishments) > 3 else ""
    answered = one.answer in ("permit", "refusal")
    return [
        Cell(one.n, hint=moment(one.at)),
        Cell(_deed(one), hint=wording.flow(one.flow)),
        Cell(clause_number(one.clause), href=f"/clauses/{one.clause}"),
        Cell(one.role or "–", hint=f"Ref {one.actor}"),
        f"{places}{more}" or "–",
        wording.purpose(one.purpose) if one.purpose else "–",
        Cell(None, state=one.answer) if answered else "Done",
    ]


def _plain(one: audit.Line) -> list[object]:
    return [
        one.n,
        one.at,
        _deed(one),
        wording.flow(one.flow),
        clause_number(one.clause),
        one.role,
        one.actor,
        "; ".join(one.establishments),
        wording.purpose(one.purpose) if one.purpose else "",
        audit.ANSWERS[one.answer],
    ]


def _chart(counts: list[tuple[str, int]]) -> BarChart | None:
    if not counts:
        return None
    bars = [Bar(wording.flow(name), count) for name, count in counts[:10]]
    title = f"“{bars[0].label}” has the most lines: {counts[0][1]:,}"
    return BarChart(
        title=title,
        sentence="Lines of the period by what they are about.",
        alt=f"Bar chart of lines by flow. {title}.",
        category="Flow",
        measure="Lines",
        bars=bars,
        id="flows",
    )


@flow("audit")
def export(request: HttpRequest) -> FileResponse:
    """The whole ledger as a file that anybody can prove off line."""
    return FileResponse(
        audit.export(asking(request)), as_attachment=True, filename="ledger.jsonl", content_type="application/jsonl"
    )
