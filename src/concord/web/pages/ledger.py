"""The auditor's page: for a period, everything that moved, who saw what, under which clause, and proof that the log is whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import audit, gate
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.forms.govuk import DateField, GovukForm
from concord.web.pages.asking import asking
from concord.web.parts.chart import Bar, BarChart
from concord.web.parts.table import Cell, Column, Download, Table
from concord.web.parts.words import clause_number

COLUMNS = ("Line", "When", "What", "Flow", "Clause", "Role", "Actor", "Establishments", "Purpose", "Answer")


class PeriodForm(GovukForm):
    begins = DateField(label="From", what="the first day")
    ends = DateField(label="To", what="the last day")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("begins") and given.get("ends") and given["begins"] > given["ends"]:
            raise forms.ValidationError("The last day must be the same as or after the first day")
        return given


@flow("audit")
def ledger(request: HttpRequest) -> HttpResponse:
    today = gate.today()
    form = PeriodForm(
        request.GET if "begins_0" in request.GET else None,
        initial={"begins": today - timedelta(days=30), "ends": today},
    )
    given = (
        form.cleaned_data
        if form.is_bound and form.is_valid()
        else {"begins": today - timedelta(days=30), "ends": today}
    )
    after = request.GET.get("after", "")
    found = audit.period(asking(request), given["begins"], given["ends"], after=int(after) if after.isdigit() else -1)
    if request.GET.get("format") in ("csv", "xlsx"):
        return sheet(request.GET["format"], "ledger", COLUMNS, [[*_cells(one)] for one in found.every()])
    query = request.GET.copy()
    query["format"] = "csv"
    rows = [
        [
            one.n,
            one.at,
            one.what,
            one.flow,
            Cell(clause_number(one.clause), href=f"/clauses/{one.clause}"),
            *_cells(one)[5:],
        ]
        for one in found.lines
    ]
    table = Table(
        "Every line of the period",
        [Column(str(number), words) for number, words in enumerate(COLUMNS)],
        rows,
        next_cursor=str(found.more or ""),
        after=after,
        downloads=[Download("CSV", f"?{query.urlencode()}")],
        count=found.count,
        of=("line", "lines"),
        nothing="No line in this period.",
    )
    context = {
        "begins": given["begins"],
        "ends": given["ends"],
        "proof": found.proof,
        "form": form,
        "by_flow": _chart(found.by_flow),
        "table": table,
        "facts": [
            {"number": found.permits, "of_what": "permits", "of_whom": "in this period"},
            {"number": found.refusals, "of_what": "refusals", "of_whom": "in this period"},
            {"number": found.deeds, "of_what": "deeds", "of_whom": "in this period"},
        ],
        "export": "/ledger/export",
    }
    return render(request, "pages/ledger.html", context)


def _cells(one: audit.Line) -> list[object]:
    return [
        one.n,
        one.at,
        one.what,
        one.flow,
        clause_number(one.clause),
        one.role,
        one.actor,
        ", ".join(one.establishments[:3]),
        one.purpose,
        one.answer,
    ]


def _chart(counts: list[tuple[str, int]]) -> BarChart | None:
    if not counts:
        return None
    title = f"{counts[0][0]} has the most lines: {counts[0][1]:,}"
    return BarChart(
        title=title,
        sentence="Lines of the period by flow.",
        alt=f"Bar chart of lines by flow. {title}.",
        category="Flow",
        measure="Lines",
        bars=[Bar(name, count) for name, count in counts[:10]],
        id="flows",
    )


@flow("audit")
def export(request: HttpRequest) -> FileResponse:
    """The whole ledger as a file that anybody can prove off line."""
    return FileResponse(
        audit.export(asking(request)), as_attachment=True, filename="ledger.jsonl", content_type="application/jsonl"
    )
