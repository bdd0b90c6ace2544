"""The parts of an agreement's page: what `desk.signing` shows, in the words and shapes of its template."""

from __future__ import annotations

from datetime import date
from typing import Any

from concord.core.agreement.days import in_words
from concord.desk import gate
from concord.desk.keep_document import Paper
from concord.desk.permit_install import PURPOSE, Grant
from concord.desk.signing import Changed, FlowForYou, Shown
from concord.web.pages import wording
from concord.web.pages.agreement_deeds import DEEDS, filled
from concord.web.pages.asking import clause
from concord.web.parts.table import Cell, Column, Table
from concord.web.parts.words import clause_number, moment

_GRANTS = {
    "open": "Open now",
    "to_come": "To come",
    "over": "Over; nobody said that it was done",
    "withdrawn": "Taken back or replaced",
    "done": "Done",
}
_STOPS = ("suspend", "lift", "give-notice", "propose-withdrawal", "withdraw-notice")
_OTHERS = ("offer", "hand-over", "confirm", "countersign", "ico", "install", "withdraw", "end")


def context_of(shown: Shown, *, mine: bool, name: str) -> dict[str, Any]:
    """What the template is given. `mine`: the reader is of the establishment; `name`: theirs, who would sign."""
    signed = next((one for one in shown.papers if one.kind == "signed"), None)
    return {
        "establishment": shown.name,
        "laestab": shown.laestab,
        "version": {"id": shown.version, "dated": shown.dated},
        "state": shown.standing.state,
        "standing_words": _sentence(shown.words),
        "summary": _summary(shown),
        "leaves": [_flow(one) for one in shown.leaves],
        "comes_back": [_flow(one) for one in shown.comes_back],
        "changed": [_changed(one) for one in shown.changed],
        "never_signed": not shown.signed_version,
        "signed_version": shown.signed_version,
        "prices": _prices(shown),
        "may_stop": [_deed(shown, one) for one in _STOPS if one in shown.may],
        "may_do": [_deed(shown, one) for one in _OTHERS if one in shown.may],
        "checks": [{"words": words, "done": done} for words, done in shown.steps],
        "signs": {"name": name, "on": gate.today()},
        "events": [one | {"title": wording.event(one["title"])} for one in shown.events],
        "papers": _papers(shown),
        "grants": _grants(shown.grants),
        "privacy_notice": shown.notice,
        "pdf": f"/agreement/{shown.laestab}/documents/{signed.id}" if signed else "",
        "back": None if mine else {"href": "/agreements", "text": "Back to all agreements"},
    }


def _sentence(words: str) -> str:
    """The standing without the state itself, which its tag has just said."""
    _, _, rest = words.partition(" since ")
    return f"Since {rest}" if rest else ""


def _summary(shown: Shown) -> list[dict[str, object]]:
    stands = shown.standing
    open_now = f"Version {shown.version}, {shown.dated}, is the one open to signature" if shown.version else ""
    facts = stands.facts
    by = {"establishment": "the establishment", "authority": "the authority"}
    rows: list[dict[str, object]] = [
        {"key": "Version in force", "value": stands.version or "None", "hint": open_now},
        {"key": "In this state since", "value": stands.since},
        {"key": "Until", "value": stands.until},
        {"key": "Clause that decides", "value": clause_number(stands.clause) if stands.clause else None},
    ]
    if "suspended_by" in facts:
        who = " and ".join(by.get(one, one) for one in facts["suspended_by"].split(", "))
        rows.append({"key": "Suspended by", "value": who.capitalize()})
    if "notice_by" in facts:
        hint = "Taking it back is proposed by " + by.get(facts.get("withdrawal_proposed_by", ""), "")
        rows.append(
            {
                "key": "Notice given by",
                "value": by[facts["notice_by"]].capitalize(),
                "hint": hint if "withdrawal_proposed_by" in facts else "",
            }
        )
    if "ico_until" in facts:
        rows.append(
            {"key": "ICO registration", "value": f"{facts.get('ico_number', '')}, to {_day(facts['ico_until'])}"}
        )
    return rows


def _day(iso: str) -> str:
    return in_words(date.fromisoformat(iso))


def _flow(one: FlowForYou) -> dict[str, Any]:
    return {
        "title": one.title,
        "words": one.says,
        "clause": one.clause,
        "clause_words": clause(one.clause)["words"],
        "needs_agreement": one.needs,
        "charge": wording.charge(one.charge),
    }


def _changed(one: Changed) -> dict[str, str]:
    return {"clause": one.clause, "title": f"Version {one.version}", "words": one.words}


def _prices(shown: Shown) -> Table | None:
    rows = [[name, cost, Cell("", clause=number)] for name, cost, number in shown.prices]
    columns = (Column("what", "Service"), Column("cost", "For you today"), Column("clause", "Clause"))
    return Table("What services cost", columns, rows, of=("service", "services"), cards=True) if rows else None


def _deed(shown: Shown, name: str) -> dict[str, Any]:
    at = f"/agreement/{shown.laestab}/{name}"
    if name == "confirm":
        words = "The establishment handed over its privacy notice. Read it, and confirm that it names you or return it."
        found = {"title": "Read the privacy notice", "words": words, "clause": "2a", "href": f"{at[:-7]}privacy-notice"}
    else:
        deed = DEEDS[name]
        found = {"title": filled(deed.title), "words": filled(deed.words), "clause": deed.clause, "href": at}
    return found | {"clause_words": clause(found["clause"])["words"]}


def _papers(shown: Shown) -> Table | None:
    columns = (Column("what", "Document"), Column("made", "Made"), Column("hash", "SHA-256"), Column("note", "Note"))
    rows = [_paper(shown.laestab, one) for one in shown.papers]
    return (
        Table("Documents of this agreement", columns, rows, of=("document", "documents"), cards=True) if rows else None
    )


def _paper(laestab: str, one: Paper) -> list[object]:
    note = f"Returned: {one.why}" if one.returned else ""
    href = f"/agreement/{laestab}/documents/{one.id}"
    return [Cell(one.title, href=href, hint=one.name), one.made, Cell(one.sha256[:16], hint=one.sha256[16:]), note]


def _state_of(one: Grant) -> Cell:
    if one.done is None:
        return Cell(_GRANTS[one.state])
    enrolled = f"{one.enrolled} courier{'s' * (one.enrolled != 1)} enrolled" if one.enrolled else "No courier enrolled"
    return Cell(f"Done, {moment(one.done)}", hint=enrolled)


def _grants(grants: list[Grant]) -> Table | None:
    columns = (
        Column("who", "Engineer"),
        Column("host", "Machine"),
        Column("from", "From"),
        Column("to", "To"),
        Column("state", "State"),
    )
    rows: list[list[object]] = [
        [Cell(one.engineer, hint=PURPOSE), one.host, one.starts, one.ends, _state_of(one)] for one in grants
    ]
    caption = "Permissions to install from afar"
    return Table(caption, columns, rows, of=("permission", "permissions"), cards=True) if rows else None
