"""Notes of discrepancy on a pupil's page: a value in doubt says so where it stands, to whoever is shown the value."""

from __future__ import annotations

from typing import Any

from concord.desk import gate, view_pupil
from concord.desk.view_pupil import Record
from concord.web.pages.discrepancies import ENDS, SIDES, STATES, words_of
from concord.web.parts.table import Cell, Column, Table
from concord.web.parts.words import day


def at(record: Record, item: str) -> list[dict[str, str]]:
    """What stands beside one value: those not yet settled, else how the last one ended."""
    about = [one for one in record.notes if one.item == item]
    waiting = [one for one in about if one.state != "settled"]
    return [{"words": _words(one), "href": _href(record, one), "of": words_of(item)} for one in waiting or about[:1]]


def _words(one: Any) -> str:
    if one.state == "open":
        late = "was due" if one.due < gate.today() else "answers by"
        return f"Said to be wrong. {SIDES[one.owner]} {late} {day(one.due)}."
    if one.state == "told":
        return "Settled between two values; whoever gave the other one has still to read that."
    return f"Was said to be wrong. {_end(one)}, {day(one.settled)}."


def _end(one: Any) -> str:
    return ENDS.get(one.outcome, "Settled")


def _href(record: Record, one: Any) -> str:
    """The discrepancy's own page, for those who take part in it; others see only that there is one."""
    return f"/discrepancies/{one.id}" if view_pupil.may_tell(record.permit) else ""


def waiting(record: Record) -> int:
    """How many values are in doubt."""
    return len({one.item for one in record.notes if one.state == "open"})


def table(record: Record) -> Table | None:
    """All of them in one place; None where nobody ever doubted a value."""
    if not record.notes:
        return None
    columns = [
        ("value", "Value"),
        ("state", "How it stands"),
        ("owner", "Who answers"),
        ("due", "Due"),
        ("end", "Outcome"),
    ]
    rows = [
        [
            Cell(words_of(one.item), href=_href(record, one)),
            STATES[one.state],
            SIDES[one.owner],
            one.due,
            f"{_end(one)}, {day(one.settled)}" if one.state == "settled" else "–",
        ]
        for one in record.notes
    ]
    title = "Values said to be wrong"
    return Table(
        title, [Column(*one) for one in columns], rows, of=("value", "values"), hide_caption=True, id="doubted"
    )
