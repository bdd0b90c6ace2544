"""A school's page: who saw what of ours, when, under which clause, for what purpose."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import gate, who_looked
from concord.desk.people import places_in_words
from concord.desk.who_looked import Account, Line
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.pages.asking import asking, clause, own
from concord.web.parts.chart import Bar, BarChart
from concord.web.parts.table import Cell, Column, Download, Table
from concord.web.parts.words import clause_number

COLUMNS = ("When", "What was done", "Who", "Role", "Whose record", "Purpose", "Case", "Clause", "Answer", "Ledger line")


@flow("own-ledger")
def who_looked_page(request: HttpRequest, laestab: str = "") -> HttpResponse:
    actor = asking(request)
    laestab = laestab or own(actor)
    before = request.GET.get("after", "")
    start = int(before) if before.isdigit() else None
    if request.GET.get("format") in ("csv", "xlsx"):
        whole = who_looked.account(actor, laestab, limit=100_000)
        return sheet(request.GET["format"], "who-looked", COLUMNS, [_plain(one) for one in whole.lines])
    found = who_looked.account(actor, laestab, before=start, words=request.GET.get("q", ""))
    context = {
        "establishment": places_in_words(actor),
        "begins": found.begins,
        "ends": gate.today(),
        "facts": _facts(found),
        "by_role": _chart(found.by_role, "roles", "Role"),
        "by_purpose": _chart(found.by_purpose, "purposes", "Purpose"),
        "unusual": [],
        "unusual_rule": "Unusual means: refused, at a weekend or at night, or more than ten records of yours in one day by one person.",
        "table": _table(found, before),
        "clause": clause("7a"),
    }
    context["unusual"] = [{"title": title, "words": words, "on": on} for title, words, on in found.unusual]
    return render(request, "pages/who_looked.html", context)


def _facts(found: Account) -> list[dict[str, object]]:
    return [
        {
            "number": found.looks,
            "of_what": "looks at your pupils' data",
            "of_whom": "by people of the local authority",
            "as_at": gate.today(),
        },
        {
            "number": found.refused,
            "of_what": "asks were refused",
            "of_whom": "by a clause of the agreement",
            "as_at": gate.today(),
        },
    ]


def _chart(counts: list[tuple[str, int]], what: str, category: str) -> BarChart | None:
    if not counts:
        return None
    first, most = counts[0]
    total = sum(count for _, count in counts)
    title = f"{first} looked most often: {most} of {total} looks"
    return BarChart(
        title=title,
        sentence=f"Looks at your pupils' data by {what}.",
        alt=f"Bar chart of looks by {what}. {title}.",
        category=category,
        measure="Looks",
        bars=[Bar(name or "Their role's own task", count) for name, count in counts[:8]],
        id=what,
    )


def _table(found: Account, after: str) -> Table:
    columns = [Column(str(number), words) for number, words in enumerate(COLUMNS)]
    rows = [_row(one) for one in found.lines]
    downloads = [Download("CSV", "?format=csv"), Download("XLSX", "?format=xlsx")]
    return Table(
        "Every line about your pupils",
        columns,
        rows,
        next_cursor=str(found.more or ""),
        after=after,
        downloads=downloads,
        count=found.count,
        of=("line", "lines"),
        nothing="Nobody has looked at your pupils' data yet.",
    )


def _row(one: Line) -> list[object]:
    state = {"permit": "permit", "refusal": "refusal"}.get(one.answer, "")
    return [
        one.at,
        one.what.capitalize() or "Asked",
        one.who or "–",
        one.role,
        ", ".join(one.pupils[:5]) or "–",
        one.purpose or "–",
        one.case or "–",
        Cell(clause_number(one.clause), href=f"/clauses/{one.clause}"),
        Cell("", state=state) if state else "Done",
        one.n,
    ]


def _plain(one: Line) -> list[object]:
    return [
        one.at,
        one.what,
        one.who,
        one.role,
        "; ".join(one.pupils),
        one.purpose,
        one.case,
        clause_number(one.clause),
        one.answer,
        one.n,
    ]
