"""The context of the pages a school sees, with as many of everything as is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from concord.web.parts.table import Cell, Column, Table
from web.parts import samples
from web.parts.samples import CLAUSE_2D, NOW, TODAY

CLAUSE = {"id": "2d", "words": CLAUSE_2D}
RETURN = {
    "establishment": "Brookmere Academy",
    "laestab": "886/4002",
    "collection": "School Census Spring 2027",
    "state": "loaded",
    "deadline": date(2027, 2, 10),
    "received": NOW,
    "version": 2,
}
CAUSES = [
    {
        "message": "Ethnicity code is not in the list for 2026 to 2027",
        "rule": "1760",
        "severity": "error",
        "count": 42,
        "pupils": 42,
        "advice": "The code APKN was split in two. Choose one of the new codes for each pupil.",
        "href": "#",
        "fixes": [
            {"system": "SIMS", "words": "Focus, Pupil, Pupil Details, Ethnic/Cultural"},
            {"system": "Arbor", "words": "Pupil profile, Demographics"},
        ],
    },
    {
        "message": "Two pupils have the same UPN",
        "rule": "1510",
        "severity": "error",
        "count": 2,
        "pupils": 2,
        "href": "#",
    },
    {
        "message": "Pupil is older than is usual for the year group",
        "rule": "1590Q",
        "severity": "query",
        "count": 14,
        "pupils": 14,
        "href": "#",
    },
]
FLOWS = [
    {
        "title": "Pupil feed",
        "words": "Pupils, enrolments and attendance, each night.",
        "clause": "2d",
        "clause_words": CLAUSE_2D,
        "needs_agreement": True,
    },
    {
        "title": "School Census",
        "words": "Each term's return, for approval.",
        "clause": "2f",
        "clause_words": "The law requires it.",
    },
]


def some(amount: int, items: list[Any]) -> list[Any]:
    return items[:amount]


def home(amount: int) -> dict[str, Any]:
    return {
        "who": "Management Information, Wealdshire County Council",
        "items": samples.duties(amount),
        "next_due": {"title": "School Census Spring 2027", "on": date(2027, 2, 10)},
        "facts": samples.facts(min(amount, 4)),
        "links": [{"href": "#", "text": "See the agreement", "hint": "In force until 1 September 2028"}]
        if amount
        else [],
        "notice": {"title": "The return of Larkfell Grammar was approved", "good": True} if amount == 1 else None,
    }


def a_return(amount: int) -> dict[str, Any]:
    states = ("done", "done", "problem", "to_do", "to_do", "wait", "wait")
    titles = (
        "Check what we already hold",
        "Send your file",
        "Put errors right",
        "Answer queries",
        "See what leaves the school",
        "Head teacher's sign-off",
        "Receipt",
    )
    tasks = [
        {"title": title, "state": state, "href": "" if state == "wait" else "#"}
        for title, state in zip(titles, states, strict=True)
    ]
    tasks[2]["hint"] = "44 errors in 2 causes"
    return {
        "ret": RETURN,
        "standing": {
            "words": "Not sent yet",
            "detail": "The file was checked at 4:30pm on 21 January 2027. It has not been submitted.",
            "kind": "waiting",
        },
        "summary": [
            ("Due", date(2027, 2, 10)),
            ("Census day", date(2027, 1, 21)),
            {"key": "State", "value": None, "state": "loaded"},
        ],
        "clause": CLAUSE,
        "tasks": tasks,
        "counts": {"error": 44, "query": 14, "unexplained": 12},
        "causes": some(amount, CAUSES),
        "causes_share": 96,
        "form": samples.Upload(),
        "events": samples.events(min(amount, 4)),
    }


def findings(amount: int) -> dict[str, Any]:
    cells = Table(
        caption="Every cell",
        columns=[
            Column("pupil", "Pupil", sortable=True),
            Column("item", "Data item"),
            Column("line", "Line", numeric=True),
            Column("what", "What is wrong"),
        ],
        rows=[
            [Cell(f"A80{at:09d}B", href="#"), "Ethnicity", 1000 + at * 37, "APKN is not in the list"]
            for at in range(amount)
        ],
        count=amount,
        of=("finding", "findings"),
        downloads=samples.DOWNLOADS,
    )
    views = [
        {"text": "By cause", "href": "#"},
        {"text": "By pupil", "href": "#"},
        {"text": "Every cell", "href": "#", "current": True},
    ]
    known = {
        "ret": RETURN,
        "counts": {"error": 44 * bool(amount), "query": 14 * bool(amount), "unexplained": 12 * bool(amount)},
        "views": views,
    }
    if amount == 1:
        return known | {"causes": CAUSES}
    return known | (
        {"table": cells, "could_not_run": [{"rule": "2320", "reason": "the autumn return is not here to compare with"}]}
        if amount
        else {}
    )


def queries(amount: int) -> dict[str, Any]:
    form = samples.Explain(data={"note": ""}) if amount > 1 else samples.Explain()
    query = {
        "message": "Pupil is older than is usual for the year group",
        "rule": "1590Q",
        "count": amount,
        "advice": "Check the date of birth and the year group.",
        "carried": "Pupil joined late from abroad." if amount == 1 else "",
    }
    table = findings(amount).get("table")
    return {
        "ret": RETURN,
        "query": query if amount else None,
        "left": amount,
        "form": form,
        "next": "#",
        "table": table,
        "thread": samples.events(amount and 2),
    }


def preview(amount: int) -> dict[str, Any]:
    group = {
        "clause": CLAUSE,
        "purpose": "Identify pupils and place them in the register",
        "basis": "UK GDPR Article 6(1)(e), public task",
        "recipients": "MI officers",
        "items": ["UPN", "Surname", "Forename", "DOB"],
        "pupils": 412,
    }
    return {"ret": RETURN, "groups": [group] * min(amount, 3), "sign_off": "#" if amount else ""}


def sign_off(amount: int) -> dict[str, Any]:
    return {
        "ret": RETURN,
        "summary": [("Pupils on roll", 412), ("Errors", 0), ("Queries, all explained", 14)],
        "blocked": ["44 errors must be put right.", "12 queries have no note."] if amount == 1 else [],
        "form": samples.SignIn(),
    }


def receipt(amount: int) -> dict[str, Any]:
    got = {"reference": "SC-SPR-2027-4002-2", "at": NOW, "size_words": "4.7MB", "sha256": "9f2c" * 16, "download": "#"}
    return {
        "ret": RETURN,
        "receipt": got,
        "what_next": some(amount, ["The local authority approves it or sends it back by 24 February 2027."]),
        "events": samples.events(min(amount, 4)),
    }


def looks(amount: int) -> Table:
    columns = [
        Column("at", "When", sortable=True),
        Column("role", "Who"),
        Column("purpose", "Why"),
        Column("pupil", "Whose record"),
        Column("what", "What was shown"),
        Column("answer", "Answer"),
        Column("clause", "Clause"),
        Column("line", "Ledger line", numeric=True),
    ]
    who, pupil_cell, answer = "SEN caseworker", Cell("Isla Quennell-Abara", href="#"), Cell("", state="permit")
    rows = [
        [NOW - timedelta(hours=at), who, "Annual review", pupil_cell, "Identity, SEN", answer, "2(d)", 48_211 + at]
        for at in range(amount)
    ]
    return Table(
        "Looks at our pupils",
        columns,
        rows,
        count=amount * 40,
        of=("line", "lines"),
        next_cursor="x" if amount > 1 else "",
        downloads=samples.DOWNLOADS,
        nothing="Nobody has looked.",
    )


def who_looked(amount: int) -> dict[str, Any]:
    facts = [
        {"number": 40 * amount, "of_what": "looks", "of_whom": "at 231 of your 412 pupils", "as_at": NOW},
        {"number": 5, "of_what": "roles", "of_whom": "of 9 that may look"},
    ]
    unusual = [
        {
            "title": "31 records opened in 10 minutes by one person",
            "on": NOW,
            "by": "Admissions officer",
            "words": "Asked about on 22 January 2027; answered: an admissions round.",
            "href": "#",
        }
    ]
    return {
        "establishment": "Brookmere Academy",
        "begins": date(2026, 9, 1),
        "ends": TODAY,
        "facts": facts,
        "unusual": unusual if amount > 1 else [],
        "unusual_rule": "Unusual means: outside 7am to 7pm, or more than 20 records in 10 minutes.",
        "by_role": samples.bars(count=min(amount, 5)),
        "table": looks(amount),
        "clause": {"id": "7a", "words": "Each party may audit the other."},
    }


STOP = [
    {
        "title": "Remote installing by the contractor",
        "words": "At any time, at once.",
        "clause": "2d",
        "clause_words": CLAUSE_2D,
        "href": "#",
    },
    {
        "title": "The whole agreement",
        "words": "With 30 days' notice in writing.",
        "clause": "7d",
        "clause_words": "Either party may end it.",
    },
]


def agreement(amount: int) -> dict[str, Any]:
    form = (
        samples.Signing(data={"signed_0": "31", "signed_1": "2", "signed_2": "2027"})
        if amount == 1
        else samples.Signing()
    )
    return {
        "establishment": "Brookmere Academy",
        "laestab": "886/4002",
        "version": {"id": "1.1"},
        "state": "due" if amount else "none",
        "standing_words": "Renewal is due by 1 September 2027.",
        "summary": [("Version", "1.1, June 2022"), ("Signed", date(2024, 9, 1))],
        "leaves": some(amount, FLOWS),
        "comes_back": some(
            amount,
            [{"title": "School Summary Sheet", "words": "Two pages for governors.", "clause": "2g", "charge": "Free"}],
        ),
        "changed": some(amount, [{"clause": "2g", "words": "The reference to FFT was removed."}]),
        "may_stop": some(amount, STOP),
        "checks": [
            {"words": "Privacy notice cites Wealdshire County Council", "done": True},
            {"words": "ICO registration is current", "done": False, "href": "#"},
        ],
        "form": form if amount else None,
        "events": samples.events(min(amount, 4)),
    }


def sheet(amount: int) -> dict[str, Any]:
    sentences = [
        "Attendance was 94.4%, above the county's 93.2%.",
        "4 pupils were suspended, fewer than last year.",
        "Reading rose for the third year.",
    ]
    lines = [samples.lines(), replace(samples.lines(4, 0), id="reading")] if amount > 1 else []
    known = {
        "establishment": "Brookmere Academy",
        "laestab": "886/4002",
        "sentences": some(amount, sentences),
        "about": [("Pupils on roll", 412)],
    }
    return known | {
        "lines": lines,
        "bars": [samples.bars()] * min(amount, 1),
        "notes": some(amount, ["c stands for a figure that is not shown, to protect people."]),
    }


def returns(amount: int) -> dict[str, Any]:
    return {
        "table": samples.returns_table(amount, filters=(), sort=""),
        "send": some(amount, [{"href": "#", "text": "School Census Summer 2027"}]),
    }
