"""A school's page: who saw what of ours, when, under which clause, for what purpose."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import gate, unusual_looks, who_looked
from concord.desk.emergency_list import Shown
from concord.desk.establishments import names_of
from concord.desk.unusual_looks import Unusual
from concord.desk.who_looked import Account, Line
from concord.web.access import flow
from concord.web.downloads import sheet
from concord.web.pages import wording
from concord.web.pages.asking import asking, clause, own, whole, words_of
from concord.web.parts.chart import Bar, BarChart
from concord.web.parts.table import Cell, Column, Download, Table
from concord.web.parts.words import clause_number, counted

SHEET = ("When", "What was done", "Who", "Role", "Whose record", "Purpose", "Case", "Clause", "Answer", "Ledger line")
EVERY_LINE = 100_000
VIEWS = {
    "looks": "Looks, and what was refused",
    "emergency": "Asked for or opened in an emergency",
    "all": "Everything about your school",
}
CAPTIONS = {
    "looks": "Every line about your pupils",
    "emergency": "Every line about an emergency",
    "all": "Every line about your school",
}
_COLUMNS = (
    Column("when", "When"),
    Column("who", "Who"),
    Column("what", "What was done"),
    Column("why", "For what"),
    Column("clause", "Clause"),
    Column("answer", "Answer"),
)


@flow("own-ledger")
def who_looked_page(request: HttpRequest, laestab: str = "") -> HttpResponse:
    """How many looks, by which roles, for which purposes, anything unusual; then every line."""
    actor = asking(request)
    laestab = laestab or own(actor)
    which = request.GET.get("which", "")
    which = which if which in VIEWS else "looks"
    words, form = words_of(request), request.GET.get("format", "")
    if form:
        every = who_looked.account(actor, laestab, limit=EVERY_LINE, words=words, which=which)
        return sheet(form, f"who-looked-{laestab}", SHEET, [_plain(one) for one in every.lines])
    before = whole(request.GET.get("after", "")) or None
    found = who_looked.account(actor, laestab, before=before, words=words, which=which)
    context = {
        "establishment": names_of([laestab]).get(laestab, laestab),
        "begins": found.begins,
        "ends": gate.today(),
        "facts": _facts(found),
        "by_role": _chart(found.by_role, "roles", "Role"),
        "by_purpose": _chart([(wording.purpose(one), n) for one, n in found.by_purpose], "purposes", "Purpose"),
        "unusual": [_unusual(one) for one in found.unusual],
        "unusual_rule": unusual_looks.RULE,
        "views": _views(which, words),
        "emergencies": _emergencies(found.emergencies),
        "table": _table(found, before, which, words),
        "clause": clause("7a"),
    }
    return render(request, "pages/who_looked.html", context)


def _emergencies(found: list[Shown]) -> Table | None:
    """What was opened in an emergency: who, as what, why, who agreed, until when."""
    columns = [
        Column("child", "Child"),
        Column("who", "Who"),
        Column("why", "Why"),
        Column("second", "Who agreed"),
        Column("until", "Open until"),
    ]
    rows = [
        [
            Cell(one.who["Child"], href=f"/emergency/{one.row.id}", hint=f"Reference {one.short}"),
            Cell(one.asker, hint=one.role),
            one.reason,
            one.decided_by,
            Cell(one.row.ended or one.row.until, hint=f"Closed early by {one.ended_by}" if one.ended_by else ""),
        ]
        for one in found
    ]
    return (
        Table("Records opened in an emergency", columns, rows, of=("record", "records"), id="emergencies")
        if rows
        else None
    )


def _facts(found: Account) -> list[dict[str, object]]:
    looks, asks = counted(found.looks, "look").split(" ", 1)[1], counted(found.refused, "ask").split(" ", 1)[1]
    return [
        {
            "number": found.looks,
            "of_what": f"{looks} at your pupils' data",
            "of_whom": "by people of the local authority",
            "as_at": gate.today(),
        },
        {
            "number": found.refused,
            "of_what": f"{asks} of theirs {'was' if found.refused == 1 else 'were'} refused",
            "of_whom": "by a clause of the agreement",
            "as_at": gate.today(),
        },
    ]


def _unusual(one: Unusual) -> dict[str, object]:
    title, words = {
        "refused": (f"Refused under clause {clause_number(one.clause)}", f"{one.role}: {wording.reason(one.reason)}."),
        "emergency": ("A record opened in an emergency", f"{one.role}."),
        "hour": ("A look outside working hours", f"{one.role}."),
        "many": (f"{one.number} records opened in one day", f"By one person: {one.role}."),
    }[one.kind]
    return {"title": title, "words": words, "on": one.at}


def _chart(counts: list[tuple[str, int]], what: str, category: str) -> BarChart | None:
    if not counts:
        return None
    first, most = counts[0]
    total = sum(count for _, count in counts)
    verb = {"roles": "looked most often", "purposes": "was the most frequent purpose"}[what]
    title = f"{first if what == 'roles' else f'“{first}”'} {verb}: {most:,} of {counted(total, 'look')}"
    return BarChart(
        title=title,
        sentence=f"Looks at your pupils' data, by {category.lower()}.",
        alt=f"Bar chart of looks by {category.lower()}. {title}.",
        category=category,
        measure="Looks",
        bars=[Bar(name or "Their role's own task", count) for name, count in counts[:8]],
        id=what,
    )


def _views(which: str, words: str) -> list[dict[str, object]]:
    kept = {"q": words} if words else {}
    return [
        {
            "text": text,
            "href": f"?{urlencode(kept | ({'which': key} if key != 'looks' else {}))}",
            "current": key == which,
        }
        for key, text in VIEWS.items()
    ]


def _table(found: Account, before: int | None, which: str, words: str) -> Table:
    kept = ({"which": which} if which != "looks" else {}) | ({"q": words} if words else {})
    downloads = [Download(form.upper(), f"?{urlencode(kept | {'format': form})}") for form in ("csv", "xlsx")]
    nothing = "No line holds these words." if words else "Nobody has looked at your pupils' data yet."
    return Table(
        CAPTIONS[which],
        _COLUMNS,
        [_row(one) for one in found.lines],
        next_cursor=str(found.more or ""),
        after=str(before or ""),
        downloads=downloads if found.lines else [],
        count=found.count,
        of=("line", "lines"),
        nothing=nothing,
    )


def _row(one: Line) -> list[object]:
    state = {"permit": "permit", "refusal": "refusal"}.get(one.answer, "")
    what = _what(one)
    pupils = ", ".join(one.pupils[:5]) + (f" and {len(one.pupils) - 5:,} more" if len(one.pupils) > 5 else "")
    return [
        Cell(one.at, hint=f"Ledger line {one.n:,}"),
        Cell(one.who or one.role, hint=one.role if one.who and one.who != one.role else ""),
        Cell(what, hint=pupils),
        Cell(wording.purpose(one.purpose) if one.purpose else "–", hint=f"Case {one.case}" if one.case else ""),
        Cell(clause_number(one.clause), href=f"/clauses/{one.clause}"),
        Cell(None, state=state, hint=wording.reason(one.reason) if one.reason else "") if state else "Done",
    ]


def _what(one: Line) -> str:
    """What was done or asked; a look in an emergency says so."""
    what = wording.deed(one.what) if one.answer == "deed" else wording.flow(one.flow)
    return f"{what}, in an emergency" if one.answer == "deed" and one.flow == "emergency-view" else what


def _plain(one: Line) -> list[object]:
    answer = {"permit": "Permitted", "refusal": "Refused"}.get(one.answer, "Done")
    return [
        one.at,
        _what(one),
        one.who,
        one.role,
        "; ".join(one.pupils),
        wording.purpose(one.purpose) if one.purpose else "",
        one.case,
        clause_number(one.clause),
        f"{answer}: {wording.reason(one.reason)}" if one.reason else answer,
        one.n,
    ]
