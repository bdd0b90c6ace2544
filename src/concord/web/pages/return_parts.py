"""What the pages of a return have in common, as the templates take it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from concord.desk import return_states
from concord.desk.own_return import Cause, Opened
from concord.web.parts.table import Cell, Column, Download, Table

DONE = ("submitted", "approved")


def head(shown: Opened, laestab: str) -> dict[str, Any]:
    """`ret`, `standing` and `counts` of every page of a return."""
    state = shown.of.state if shown.of else "nothing_yet"
    version, collection = shown.version, shown.collection
    ret = {
        "establishment": shown.of.establishment.name if shown.of else laestab,
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
    return {"ret": ret, "counts": counts, "standing": standing(state)}


def standing(state: str) -> dict[str, str]:
    """Has it gone? In words that nobody can mistake: checked is not submitted."""
    words = {
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
        "sent_back": (
            "Sent back to you",
            "The local authority has asked for a change. The reason is below.",
            "waiting",
        ),
        "submitted": ("Submitted", "It is with the local authority. You need do nothing now.", "done"),
        "approved": ("Approved", "The local authority has approved it. You need do nothing more.", "done"),
    }[state]
    return dict(zip(("words", "detail", "kind"), words, strict=True))


def tasks(shown: Opened, laestab: str) -> list[dict[str, Any]]:
    """Send, correct, explain, sign off: each with where it stands."""
    state = shown.of.state if shown.of else "nothing_yet"
    version, base = shown.version, f"/returns/{laestab}/{shown.collection.id}"
    there = version is not None and version.checked is not None
    errors = version.errors if version else 0
    gone = state in DONE
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
    return [send, correct, explain, sign]


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


def share(causes: Sequence[Cause]) -> int:
    """The per cent of all findings that the first three causes make up."""
    total = sum(one.count for one in causes)
    return round(100 * sum(one.count for one in causes[:3]) / total) if total else 0


def events(shown: Opened) -> list[dict[str, Any]]:
    """The history of a return, newest first."""
    return [
        {"title": return_states.MOVES[one.verb].words.capitalize(), "on": one.at, "by": "", "words": one.reason}
        for one in reversed(shown.events)
    ]


def cells(rows: Sequence[tuple[Any, Any]], count: int, after: str) -> Table:
    """Findings one by one: what, where, and the note that explains it."""
    columns = [
        Column("rule", "Rule"),
        Column("severity", "Kind"),
        Column("pupil", "UPN"),
        Column("item", "Data item"),
        Column("line", "Line", numeric=True),
        Column("message", "What is wrong"),
        Column("note", "Note"),
    ]
    shown = [
        [
            one.dfe_rule or one.rule,
            Cell("", state=one.severity),
            one.pupil or "–",
            one.item or "–",
            one.line or "–",
            one.message,
            note.text if note else "–",
        ]
        for one, note in rows
    ]
    last = rows[-1][0].pk if rows and len(rows) < count else ""
    downloads = [Download("CSV", "?format=csv")]
    return Table(
        "Findings",
        columns,
        shown,
        next_cursor=str(last),
        after=after,
        count=count,
        of=("finding", "findings"),
        downloads=downloads,
        nothing="Nothing to put right.",
    )


def blocked(shown: Opened) -> list[str]:
    """Why a return cannot be signed off yet, in sentences."""
    version = shown.version
    if version is None or version.checked is None:
        return ["No file has been checked yet."]
    reasons = [f"It has {version.errors:,} errors to correct in your MIS."] if version.errors else []
    return reasons + ([f"{shown.unexplained:,} queries have no note yet."] if shown.unexplained else [])


def summary(shown: Opened) -> list[tuple[str, object]]:
    version = shown.version
    if version is None:
        return []
    return [
        ("Collection", shown.collection.title),
        ("Census day", shown.collection.reference_date),
        ("Pupils in the file", version.pupils),
        ("File", version.name),
        ("Received", version.received),
        ("Errors", version.errors),
        ("Queries", version.queries),
        ("Queries without a note", shown.unexplained),
    ]


def decide(shown: Opened, laestab: str) -> dict[str, Any]:
    """What the LA may do with this return now."""
    state = shown.of.state if shown.of else "nothing_yet"
    verbs = [verb for verb in ("approve", "send_back", "reopen") if state in return_states.MOVES[verb].after]
    return {"verbs": verbs, "action": f"/progress/{shown.collection.id}/{laestab}"}
