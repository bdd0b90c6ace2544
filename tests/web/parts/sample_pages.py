"""The context of every page, with nothing, one and many of what it lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from concord.web.parts.table import Cell, Column, Table
from web.parts import samples
from web.parts.samples import CLAUSE_2D, NOW, TODAY

FRAME: dict[str, Any] = {
    "la": {"name": "Wealdshire County Council", "contact": "data@wealdshire.example"},
    "nav": [
        {"text": "Home", "href": "/", "active": True, "count": 3},
        {"text": "Progress", "href": "#"},
        {"text": "Conflicts", "href": "#", "count": 212},
        {"text": "Pupils", "href": "#"},
        {"text": "Agreements", "href": "#"},
        {"text": "Ledger", "href": "#"},
    ],
    "person": {"name": "Ros Whitfield-Adeyemi", "role_words": "MI officer"},
    "demo": True,
}
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


def sign_in(amount: int) -> dict[str, Any]:
    people = [
        {
            "name": "Ros Whitfield-Adeyemi",
            "role_words": "MI officer",
            "email": "mi@demo.example",
            "password": "demonstration-only",
            "sees": "Every return and conflict",
        }
    ]
    form = samples.SignIn(data={"email": "", "password": ""}) if amount == 1 else samples.SignIn()
    return {"form": form, "demo_people": people * amount, "person": None, "nav": []}


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


def board(amount: int) -> dict[str, Any]:
    return {
        "collection": "School Census Spring 2027",
        "deadline": date(2027, 2, 10),
        "days_left": 20 if amount else -3,
        "counts": samples.facts(min(amount, 4)),
        "as_at": NOW,
        "total": 590 * bool(amount),
        "chart": samples.bars(focus="SEN caseworker") if amount > 1 else None,
        "table": samples.returns_table(amount),
        "action": {"href": "#", "text": "Remind those who are late"} if amount else None,
    }


def desk(amount: int) -> dict[str, Any]:
    held = {
        "choice": "keep",
        "label": "Keep what is held",
        "value": "Otterpool Free School",
        "source": "Otterpool Free School",
        "on": date(2026, 10, 7),
    }
    said = {
        "choice": "accept",
        "label": "Take what the return says",
        "value": "Ashdene Primary",
        "source": "Ashdene Primary",
        "on": date(2027, 1, 21),
        "evidence": "Its roll shows entry on 5 January 2027.",
    }
    return {
        "kinds": [
            {"text": "Two schools claim a pupil", "count": amount, "href": "#", "current": True},
            {"text": "Two values", "count": 0, "href": "#"},
        ],
        "left": amount,
        "change": {"id": "c1", "item": "School", "kind": "roll", "raised": date(2027, 1, 20)} if amount else None,
        "pupil": {"name": "Isla Quennell-Abara", "upn": "Z886000000001", "href": "#", "about": "year 4"},
        "halves": [held, said],
        "hangs": [
            "Attendance from 5 January 2027 is counted at the school you choose.",
            "The other school is told today.",
        ],
        "clause": {"id": "4f", "words": "A change that is contradicted waits for an MI officer."},
        "undo": {"words": "date of birth of Rafe Tolliver-Nkemelu taken from Larkfell Grammar.", "action": "#"}
        if amount > 1
        else None,
        "skip": "#",
        "error": "Choose which value is right" if amount == 1 else "",
    }


def search(amount: int) -> dict[str, Any]:
    rows = [
        [Cell("Isla Quennell-Abara", href="#", hint="Z886000000001"), date(2018, 3, 4), "Ashdene Primary", 4]
        for _ in range(amount)
    ]
    columns = [
        Column("name", "Pupil"),
        Column("dob", "Date of birth"),
        Column("place", "School"),
        Column("year", "Year", numeric=True),
    ]
    table = Table(
        "Pupils found",
        columns,
        rows,
        of=("pupil", "pupils"),
        hide_caption=True,
        nothing="Nobody in your caseload matches. Check the spelling, or search by UPN.",
    )
    return {
        "form": samples.Find(),
        "searched": True,
        "table": table,
        "clause": CLAUSE,
        "scope": "This search finds pupils in your caseload only: 34 pupils at 6 schools.",
    }


def pupil(amount: int) -> dict[str, Any]:
    suspensions = Table(
        "Suspensions and permanent exclusions",
        [Column("start", "From"), Column("kind", "Kind"), Column("sessions", "Sessions", numeric=True),
        Column("reason", "Reason")],
        [[TODAY - timedelta(days=40 * at), "Suspension", 6, "Persistent disruptive behaviour"] for at in
        range(min(amount, 3))],
        of=("event", "events"), hide_caption=True, nothing="No event is held.",
    )  # fmt: skip
    because = {
        "clause": "2d",
        "clause_words": CLAUSE_2D,
        "words": "Isla is in your caseload, and Ashdene Primary's agreement is in force.",
        "role": "Education welfare officer",
        "purpose": "Support with attendance",
        "basis": "UK GDPR Article 6(1)(e), public task",
        "ref": "7f3a-0192",
    }
    return {
        "pupil": {"name": "Isla Quennell-Abara", "upn": "Z886000000001", "dob": date(2018, 3, 4), "age": "8 years old"},
        "where": some(
            amount,
            [{"establishment": "Ashdene Primary", "laestab": "886/2001", "year_group": "4", "since": date(2022, 9, 1)}],
        ),
        "matters": some(
            amount,
            [
                {"words": "Absent without leave for 5 days", "on": TODAY, "href": "#attendance"},
                {"words": "Annual review of the EHC plan is due", "on": date(2027, 2, 3)},
            ],
        ),
        "because": because,
        "identity": samples.facts_of_a_pupil(),
        "enrolments": samples.events(min(amount, 4)),
        "year": samples.year(39 if amount > 1 else amount),
        "suspensions": suspensions,
        "sen": some(
            amount,
            [
                {
                    "key": "SEN provision",
                    "value": "E: education, health and care plan",
                    "source": "Ashdene Primary",
                    "on": date(2026, 10, 7),
                    "history_url": "#",
                }
            ],
        ),
        "contacts": [],
        "withheld": some(
            amount,
            [
                {
                    "category": "Attainment",
                    "says": "Your role does not include attainment.",
                    "clause": "4c",
                    "remedy": "Your manager can ask for it.",
                }
            ],
        ),
        "tell": "#",
    }


def who_looked(amount: int) -> dict[str, Any]:
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
    table = Table(
        "Looks at our pupils",
        columns,
        rows,
        count=amount * 40,
        of=("line", "lines"),
        next_cursor="x" if amount > 1 else "",
        downloads=samples.DOWNLOADS,
        nothing="Nobody has looked.",
    )
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
        "table": table,
        "clause": {"id": "7a", "words": "Each party may audit the other."},
    }


def refusal(amount: int) -> dict[str, Any]:
    return {
        "refusal": samples.Refused(),
        "asked": "The autumn census copy of Brookmere Academy, for analysis." if amount else "",
        "clause_words": "Academies share a copy of their final census file.",
    }


def trouble(amount: int) -> dict[str, Any]:
    return {
        "trouble": {
            "what": "The file is not a School Census.",
            "why": "Its first element is <CTfile>.",
            "todo": "Choose the file your MIS saved for the School Census and send it again.",
            "line": 2 if amount else None,
        }
    }


def agreement(amount: int) -> dict[str, Any]:
    form = (
        samples.Signing(data={"signed_0": "31", "signed_1": "2", "signed_2": "2027"})
        if amount == 1
        else samples.Signing()
    )
    stop = [
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
        "may_stop": some(amount, stop),
        "checks": [
            {"words": "Privacy notice cites Wealdshire County Council", "done": True},
            {"words": "ICO registration is current", "done": False, "href": "#"},
        ],
        "form": form if amount else None,
        "events": samples.events(min(amount, 4)),
    }


def clauses(amount: int) -> dict[str, Any]:
    columns = [
        Column("id", "Clause"),
        Column("says", "What is promised"),
        Column("state", "What does it"),
        Column("scenes", "Scenes", numeric=True),
    ]
    rows = [
        [Cell("2(d)", href="#"), CLAUSE_2D, Cell(None, state=("executed", "human", "outside")[at % 3]), 12]
        for at in range(amount)
    ]
    return {
        "version": {"id": "1.1", "dated": "14 June 2022"},
        "facts": samples.facts(3),
        "table": Table("Clauses", columns, rows, of=("clause", "clauses"), hide_caption=True),
    }


def clause(amount: int) -> dict[str, Any]:
    scene = {
        "title": "The day after the agreement ended",
        "given": "Brookmere Academy's agreement ended on 31 August 2026.",
        "asks": "The pupil feed, on 1 September 2026.",
        "answer": "refusal",
        "because": "Clause 2(d): no agreement in force.",
        "holds": True,
    }
    return {
        "clause": {
            "id": "2d",
            "title": "The regular feed",
            "says": CLAUSE_2D,
            "state": "executed",
            "executed_by": ["The gate refuses the feed of an academy without an agreement in force."],
        },
        "scenes": [scene] * min(amount, 2),
        "flows": some(amount, FLOWS),
        "previous": {"id": "2c", "href": "#"},
        "next": {"id": "2e", "href": "#"},
    }


def ledger(amount: int) -> dict[str, Any]:
    proof = {
        "whole": amount != 1,
        "broken": "Line 48,211 was changed. " if amount == 1 else "",
        "words": "Every line was hashed again and compared with the signed head.",
        "lines": 1_204_331,
        "root": "4be1" * 16,
        "at": NOW,
        "witnesses": "212 couriers" if amount else "",
    }
    return {
        "begins": date(2026, 9, 1),
        "ends": TODAY,
        "proof": proof,
        "facts": samples.facts(min(amount, 4)),
        "table": who_looked(amount)["table"],
        "export": "#",
    }


def guidance(amount: int) -> dict[str, Any]:
    section = {
        "id": "before",
        "heading": "Before census day",
        "paragraphs": ["Check that every pupil on roll has a UPN."],
        "steps": ["Run the check in this program.", "Put errors right in your MIS.", "Send the file."],
    }
    guide = {
        "title": "School Census Spring 2027",
        "collection": "Guidance",
        "updated": TODAY,
        "pdf": "#",
        "sections": [section | {"id": f"s{at}"} for at in range(min(amount, 4))],
    }
    return (
        {"guide": guide}
        if amount > 1
        else {"guides": [{"title": "School Census Spring 2027", "href": "#", "hint": "Due 10 February 2027"}] * amount}
    )


def history(amount: int) -> dict[str, Any]:
    return {"about": {"pupil": "Isla Quennell-Abara", "item": "Postcode"}, "events": samples.events(min(amount, 4))}


def accessibility(amount: int) -> dict[str, Any]:
    return {
        "known": ["The calendar of attendance needs its table to be read aloud."] * min(amount, 1),
        "tested": {"on": TODAY, "words": "Each page was checked by a program and by keyboard."},
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


def agreements(amount: int) -> dict[str, Any]:
    return returns(amount) | {"facts": samples.facts(min(amount, 4)), "search": True}


def la_return(amount: int) -> dict[str, Any]:
    return a_return(amount) | {
        "tasks": [],
        "form": None,
        "decide": {"verbs": ["approve", "send_back", "reopen"][: amount + 1], "action": "#"},
    }


def plain(amount: int) -> dict[str, Any]:
    return {}


PAGES: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {
    "sign-in": ("pages/sign_in.html", sign_in),
    "home": ("pages/home.html", home),
    "return": ("pages/return.html", a_return),
    "findings": ("pages/findings.html", findings),
    "queries": ("pages/queries.html", queries),
    "preview": ("pages/preview.html", preview),
    "sign-off": ("pages/sign_off.html", sign_off),
    "receipt": ("pages/receipt.html", receipt),
    "board": ("pages/return_board.html", board),
    "desk": ("pages/conflict_desk.html", desk),
    "search": ("pages/pupil_search.html", search),
    "pupil": ("pages/pupil.html", pupil),
    "who-looked": ("pages/who_looked.html", who_looked),
    "refusal": ("pages/refusal.html", refusal),
    "trouble": ("pages/trouble.html", trouble),
    "agreement": ("pages/agreement.html", agreement),
    "clauses": ("pages/clauses.html", clauses),
    "clause": ("pages/clause.html", clause),
    "ledger": ("pages/ledger.html", ledger),
    "guidance": ("pages/guidance.html", guidance),
    "history": ("pages/history.html", history),
    "accessibility": ("pages/accessibility.html", accessibility),
    "sheet": ("pages/summary_sheet.html", sheet),
    "returns": ("pages/returns.html", returns),
    "agreements": ("pages/agreements.html", agreements),
    "la-return": ("pages/return.html", la_return),
    "404": ("404.html", plain),
    "500": ("500.html", plain),
    "403-csrf": ("403_csrf.html", plain),
}
AMOUNTS = {"nothing": 0, "one": 1, "many": 50}
