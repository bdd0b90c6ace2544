"""Whom to call about a pupil, in order, as each establishment's feed gave it."""

from __future__ import annotations

from typing import Any

from concord.desk.view_pupil import Record
from concord.web.pages import wording
from concord.web.parts.table import Cell, Column, Table
from concord.web.parts.words import day

_COLUMNS = {
    "priority": "Order",
    "name": "Name",
    "relationship": "Relationship",
    "responsibility": "Parental responsibility",
    "phone": "Telephone",
    "source": "From",
}
_ANSWERS = {"y": "Yes", "yes": "Yes", "true": "Yes", "1": "Yes", "n": "No", "no": "No", "false": "No", "0": "No"}


def table(record: Record) -> Table | None:
    """The contacts, first to call first; None where the permit does not give them."""
    if "contacts" not in record.permit.categories:
        return None
    return Table(
        "Contacts, in the order to call",
        [Column(*one) for one in _COLUMNS.items()],
        [_row(record, one) for one in sorted(record.contacts, key=_order)],
        of=("contact", "contacts"),
        hide_caption=True,
        nothing="No school's regular feed has named a contact yet.",
        id="call",
    )


def _row(record: Record, one: Any) -> list[object]:
    return [
        one.priority or "–",
        f"{one.forename} {one.surname}".strip() or "–",
        wording.value("Relationship", one.relationship) or "–",
        _ANSWERS.get(one.responsibility.strip().casefold(), one.responsibility) or "–",
        one.phone or "–",
        Cell(record.places.get(one.laestab, one.laestab), hint=f"{day(one.recorded)}"),
    ]


def _order(one: Any) -> tuple[int, str, str]:
    """A number before a word, 2 before 10; two establishments' firsts stand together."""
    return int(one.priority) if one.priority.isdigit() else 99_999, one.priority, one.laestab
