"""The context of the pages the local authority, an auditor and everybody see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from concord.web.parts.table import Cell, Column, Table
from web.parts import samples
from web.parts.sample_school import CLAUSE, FLOWS, a_return, returns, some, who_looked
from web.parts.samples import CLAUSE_2D, NOW, TODAY


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


BECAUSE = {
    "clause": "2d",
    "clause_words": CLAUSE_2D,
    "words": "Isla is in your caseload, and Ashdene Primary's agreement is in force.",
    "role": "Education welfare officer",
    "purpose": "Support with attendance",
    "basis": "UK GDPR Article 6(1)(e), public task",
    "ref": "7f3a-0192",
}
WHERE = [{"establishment": "Ashdene Primary", "laestab": "886/2001", "year_group": "4", "since": date(2022, 9, 1)}]
MATTERS = [
    {"words": "Absent without leave for 5 days", "on": TODAY, "href": "#attendance"},
    {"words": "Annual review of the EHC plan is due", "on": date(2027, 2, 3)},
]
WITHHELD = [{"category": "Attainment", "says": "Your role does not include it.", "clause": "4c", "remedy": "Ask MI."}]


def suspensions(amount: int) -> Table:
    columns = [Column("start", "From"), Column("kind", "Kind"), Column("sessions", "Sessions", numeric=True)]
    rows = [[TODAY - timedelta(days=40 * at), "Suspension", 6] for at in range(min(amount, 3))]
    title = "Suspensions and permanent exclusions"
    return Table(title, columns, rows, of=("event", "events"), hide_caption=True, nothing="No event is held.")


DOUBTS = [{"words": "Said to be wrong. The school answers by 8 December 2026.", "href": "#", "of": "Attendance"}]


def section(title: str, rows: list[Any]) -> dict[str, Any]:
    return {"title": title, "rows": rows, "nothing": "Nothing is held here."}


def pupil(amount: int) -> dict[str, Any]:
    return {
        "pupil": {"name": "Isla Quennell-Abara", "upn": "Z886000000001", "dob": date(2018, 3, 4), "age": "8 years old"},
        "where": some(amount, WHERE),
        "matters": some(amount, MATTERS),
        "because": BECAUSE,
        "sections": {
            "identity": section("Identity", samples.facts_of_a_pupil()),
            "sen": section("Special educational needs", some(amount, samples.facts_of_a_pupil())),
            "attainment": section("Attainment", []),
        },
        "enrolments": samples.events(min(amount, 4)),
        "notes_of": {"attendance": some(amount, DOUBTS)},
        "year": samples.year(39 if amount > 1 else amount),
        "year_chips": some(amount, [{"source": "Brookmere Academy", "on": TODAY}]),
        "years": some(amount, [{"words": "2025/26", "href": "#"}]),
        "suspensions": suspensions(amount),
        "withheld": some(amount, WITHHELD),
        "tell": "#",
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
