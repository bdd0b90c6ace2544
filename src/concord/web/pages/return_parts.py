"""What the pages of a return have in common, as the templates take it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from concord.desk import return_states
from concord.desk.establishments import names_of
from concord.desk.own_return import Cause, Opened
from concord.desk.people import title
from concord.web.pages import wording
from concord.web.parts.states import STATES
from concord.web.parts.table import Cell, Column, Download, Table
from concord.web.parts.words import counted

DONE = ("submitted", "approved")
PAGE = 50
_STANDING = {
    "establishment": {
        "nothing_yet": ("Not sent yet", "We hold nothing of yours for this collection.", "waiting"),
        "received": (
            "Not submitted yet",
            "Your file has arrived and is being checked. This takes a few seconds: reload the page.",
            "waiting",
        ),
        "loaded": (
            "Not submitted yet",
            "Your file is loaded and checked. It counts as sent only once the head teacher has signed it off.",
            "waiting",
        ),
        "sent_back": ("Sent back to you", "The local authority has asked for a change.", "waiting"),
        "submitted": ("Submitted", "It is with the local authority. You need do nothing now.", "done"),
        "approved": ("Approved", "The local authority has approved it. You need do nothing more.", "done"),
    },
    "authority": {
        "nothing_yet": ("Not sent yet", "The establishment has sent nothing for this collection.", "waiting"),
        "received": ("Being checked", "A file has arrived and is being checked. Reload the page.", "waiting"),
        "loaded": ("With the establishment", "A file is loaded and checked, and not submitted yet.", "waiting"),
        "sent_back": ("With the establishment", "It was sent back to be corrected.", "waiting"),
        "submitted": ("Waiting for you", "The establishment has signed it off. Approve it or send it back.", "waiting"),
        "approved": ("Approved", "It is approved, and its pupils are in the register.", "done"),
    },
}


def head(shown: Opened, laestab: str, side: str = "establishment") -> dict[str, Any]:
    """`ret`, `standing` and `counts` of every page of a return, as the establishment or the authority reads it."""
    state = shown.of.state if shown.of else "nothing_yet"
    version, collection = shown.version, shown.collection
    ret = {
        "establishment": names_of([laestab]).get(laestab, laestab),
        "laestab": laestab,
        "collection": collection.title,
        "state": state,
        "deadline": collection.deadline,
        "reference_date": collection.reference_date,
        "version": version.number if version else None,
        "received": version.received if version else None,
        "href": f"/returns/{laestab}/{collection.id}",
    }
    counts = {
        "error": version.errors if version else 0,
        "query": version.queries if version else 0,
        "unexplained": shown.unexplained,
    }
    return {"ret": ret, "counts": counts, "standing": standing(state, side, _reason(shown))}


def _reason(shown: Opened) -> str:
    """The words of the last step of a return, where it has any: why it was sent back."""
    return shown.events[-1].reason if shown.events else ""


def standing(state: str, side: str = "establishment", reason: str = "") -> dict[str, str]:
    """Has it gone? In words that nobody can mistake: checked is not submitted."""
    words, detail, kind = _STANDING[side][state]
    if state == "sent_back" and reason:
        detail = f"{detail} “{reason}”"
    return {"words": words, "detail": detail, "kind": kind}


def tasks(shown: Opened, laestab: str) -> list[dict[str, Any]]:
    """See what is held, send, correct, explain, preview, sign off, keep the receipt: each with where it stands."""
    state = shown.of.state if shown.of else "nothing_yet"
    version, base = shown.version, f"/returns/{laestab}/{shown.collection.id}"
    there = version is not None and version.checked is not None
    errors = version.errors if version else 0
    gone = state in DONE
    held = {
        "title": "See what we already hold",
        "href": f"{base}/held",
        "state": "done" if version else "to_do",
        "hint": "From your last approved return: what you need not go through again",
    }
    send = {
        "title": "Send your file",
        "href": f"{base}#id_file",
        "state": "done" if there else "started" if version else "to_do",
        "hint": "",
    }
    correct = {
        "title": "Correct errors",
        "href": f"{base}/findings" if there else "",
        "state": "wait" if not there else "problem" if errors else "done",
        "hint": f"{errors:,} to correct in your MIS, then send the file again" if errors else "",
    }
    explain = {
        "title": "Answer queries",
        "href": f"{base}/queries" if there else "",
        "state": "wait" if not there else "to_do" if shown.unexplained else "done",
        "hint": f"{shown.unexplained:,} without a note" if shown.unexplained else "",
    }
    ready = there and not errors and not shown.unexplained
    sign = {
        "title": "Head teacher signs off and submits",
        "href": f"{base}/sign-off" if ready and not gone else "",
        "state": "done" if gone else "to_do" if ready else "wait",
        "hint": "",
    }
    preview = {
        "title": "See what leaves the school",
        "href": f"{base}/preview" if there else "",
        "state": "done" if gone else "to_do" if ready else "wait",
        "hint": "Every data item, by the clause that asks for it",
    }
    receipt = {
        "title": "Keep your receipt",
        "href": f"{base}/receipts" if gone else "",
        "state": "done" if gone else "wait",
        "hint": "",
    }
    return [held, send, correct, explain, preview, sign, receipt]


def more(shown: Opened, laestab: str, side: str) -> list[dict[str, str]]:
    """Where else to go from a return."""
    base, there = f"/returns/{laestab}/{shown.collection.id}", shown.version is not None
    mine = side == "establishment"
    links = [("Try a file without sending it", f"/returns/{laestab}/trial", mine)]
    links += [
        (words, f"{base}/{where}", there)
        for words, where in (
            ("Pupils of whom other schools' returns say something else", "across"),
            ("Your list with what was found, as a workbook" if mine else "Its list with what was found", "list"),
            ("Every file of this return, and what changed between them", "versions"),
            ("Ask about this return" if mine else "Queries with the school", "threads"),
            ("Receipts", "receipts"),
        )
    ]
    return [{"text": words, "href": href} for words, href, open_now in links if open_now]


def cause(one: Cause, shown: Opened, laestab: str) -> dict[str, Any]:
    return {
        "message": one.message,
        "rule": one.dfe_rule or one.rule,
        "severity": one.severity,
        "count": one.count,
        "pupils": one.pupils,
        "advice": one.advice,
        "href": f"/returns/{laestab}/{shown.collection.id}/findings?rule={one.rule}",
    }


def foremost(shown: Opened) -> tuple[list[Cause], int, str]:
    """The three causes that clear most of what is left, their share of it in per cent, and what it is of."""
    kinds = {"error"} | ({"query"} if shown.unexplained else set())
    left = [one for one in shown.causes if one.severity in kinds]
    first = sorted(left, key=lambda one: -one.count)[:3]
    total = sum(one.count for one in left)
    words = {"error": counted(sum(one.count for one in left if one.severity == "error"), "error")}
    words["query"] = counted(sum(one.count for one in left if one.severity == "query"), "query", "queries")
    of = " and ".join(words[one] for one in ("error", "query") if one in {cause.severity for cause in left})
    return first, round(100 * sum(one.count for one in first) / total) if total else 0, of


def events(shown: Opened) -> list[dict[str, Any]]:
    """The history of a return, newest first."""
    return [
        {
            "title": return_states.MOVES[one.verb].words.capitalize(),
            "on": one.at,
            "by": title(one.role),
            "words": f"“{one.reason}”" if one.reason else "",
        }
        for one in reversed(shown.events)
    ]


_CELLS = (
    Column("rule", "Rule"),
    Column("severity", "Kind"),
    Column("pupil", "UPN"),
    Column("item", "Data item"),
    Column("line", "Line", numeric=True),
    Column("message", "What is wrong"),
    Column("note", "Note"),
)


def cells(rows: Sequence[tuple[Any, Any]], count: int, after: str = "", downloads: Sequence[Download] = ()) -> Table:
    """Findings one by one: what, where, and the note that explains it. One row more than a page means another page."""
    page = rows[:PAGE]
    return Table(
        "Findings",
        _CELLS,
        [_cell(one, note) for one, note in page],
        next_cursor=str(page[-1][0].pk) if len(rows) > PAGE else "",
        after=after,
        count=count,
        of=("finding", "findings"),
        downloads=downloads,
        nothing="Nothing to put right.",
    )


def _cell(one: Any, note: Any) -> list[object]:
    kind = "explained" if note else one.severity
    return [
        one.dfe_rule or one.rule,
        Cell(None, state=kind),
        one.pupil or "–",
        Cell(wording.item(one.item), hint=one.item if wording.item(one.item) != one.item else "") if one.item else "–",
        one.line or "–",
        one.message,
        note.text if note else "–",
    ]


SHEET = ("Rule", "DfE rule", "Kind", "UPN", "Data item", "Line", "What is wrong", "What to do", "Note")


def sheet_row(one: Any, note: Any, advice: str) -> list[object]:
    """A finding as a row of the sheet to work through."""
    words = STATES[one.severity].words
    return [
        one.rule,
        one.dfe_rule,
        words,
        one.pupil,
        one.item,
        one.line,
        one.message,
        advice,
        note.text if note else "",
    ]


def blocked(shown: Opened) -> list[str]:
    """Why a return cannot be signed off yet, in sentences."""
    version = shown.version
    if version is None or version.checked is None:
        return ["No file has been checked yet."]
    reasons = [f"It has {counted(version.errors, 'error')} to correct in your MIS."] if version.errors else []
    bare = counted(shown.unexplained, "query", "queries")
    return reasons + ([f"{bare} without a note."] if shown.unexplained else [])


def summary(shown: Opened, laestab: str) -> list[dict[str, object]]:
    """What the file is, with a way to take it away exactly as it was sent."""
    version = shown.version
    if version is None:
        return [
            {"key": "Census day", "value": shown.collection.reference_date},
            {"key": "Due", "value": shown.collection.deadline},
        ]
    address = f"/returns/{laestab}/{shown.collection.id}/file"
    file: dict[str, object] = {
        "key": "File",
        "value": version.name,
        "href": address,
        "hint": f"File {version.number}, exactly as sent",
    }
    return [
        {"key": "Census day", "value": shown.collection.reference_date},
        {"key": "Due", "value": shown.collection.deadline},
        {"key": "Pupils in the file", "value": version.pupils},
        file,
        {"key": "Received", "value": version.received},
        {"key": "Errors", "value": version.errors},
        {"key": "Queries", "value": version.queries, "hint": f"{shown.unexplained:,} without a note"},
    ]


def decide(shown: Opened, laestab: str) -> dict[str, Any]:
    """What the LA may do with this return now."""
    state = shown.of.state if shown.of else "nothing_yet"
    verbs = [verb for verb in ("approve", "send_back", "reopen") if state in return_states.MOVES[verb].after]
    return {"verbs": verbs, "action": f"/progress/{shown.collection.id}/{laestab}"}
