"""A pupil's whole record in one statement: what the pupil page reads, and what it costs is one way to the database.

Whose record it is, row-level security filters; of what, the categories of the permit, in the query. The rows come as
one JSON text and are read into the shapes below, which name what the page shows and leave the rest in the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from concord.core.agreement.model import Permit
from concord.store import quick


class PupilRow(msgspec.Struct, frozen=True):
    """Who the pupil is, as held now."""

    id: uuid.UUID
    upn: str
    surname: str
    forename: str
    dob: date | None


class ValueRow(msgspec.Struct, frozen=True):
    """A value held now: who said so, through what, since when."""

    item: str
    value: str
    source: str
    via: str
    holds_from: date
    recorded: datetime


class EnrolmentRow(msgspec.Struct, frozen=True):
    """A time on a roll; `leaving` is None while it lasts."""

    laestab: str
    entry: date
    leaving: date | None
    status: str
    year_group: str
    via: str


class PeriodRow(msgspec.Struct, frozen=True):
    """Sessions possible and by code over a collection's attendance window."""

    laestab: str
    begins: date
    ends: date
    possible: int
    sessions: dict[str, int]


class SuspensionRow(msgspec.Struct, frozen=True):
    """A suspension or permanent exclusion."""

    laestab: str
    category: str
    start: date
    sessions: int | None
    reasons: list[str]


class MarksRow(msgspec.Struct, frozen=True):
    """A school year's marks: a code a half day from `begins`, separated by commas."""

    laestab: str
    begins: date
    marks: str
    recorded: datetime


class ContactRow(msgspec.Struct, frozen=True):
    """Somebody to call."""

    laestab: str
    priority: str
    surname: str
    forename: str
    relationship: str
    responsibility: str
    phone: str
    recorded: datetime


class NoteRow(msgspec.Struct, frozen=True):
    """A discrepancy about something shown."""

    id: uuid.UUID
    item: str
    owner: str
    due: date
    state: str
    outcome: str
    settled: datetime | None


class Rows(msgspec.Struct, frozen=True):
    """Everything of one pupil that a permit gives. `places`: names of the establishments that stand in it."""

    pupil: PupilRow | None
    values: list[ValueRow]
    enrolments: list[EnrolmentRow]
    attendance: list[PeriodRow]
    suspensions: list[SuspensionRow]
    marks: list[MarksRow]
    contacts: list[ContactRow]
    notes: list[NoteRow]
    places: dict[str, str]


_SQL = """
WITH
 held AS (SELECT item, value, source, via, holds_from, recorded FROM pupil_value
   WHERE pupil_id = %(pupil)s AND item = ANY(%(items)s::text[]) AND superseded IS NULL),
 enrolled AS (SELECT laestab, entry, leaving, status, year_group, via FROM enrolment
   WHERE pupil_id = %(pupil)s AND 'enrolment' = ANY(%(categories)s::text[])),
 period AS (SELECT laestab, begins, ends, possible, sessions FROM attendance_period
   WHERE pupil_id = %(pupil)s AND 'attendance' = ANY(%(categories)s::text[])),
 suspended AS (SELECT laestab, category, start, sessions, reasons FROM suspension
   WHERE pupil_id = %(pupil)s AND 'suspensions' = ANY(%(categories)s::text[])),
 marked AS (SELECT laestab, begins, marks, recorded FROM marks_of_year
   WHERE pupil_id = %(pupil)s AND 'attendance' = ANY(%(categories)s::text[])),
 called AS (SELECT laestab, priority, surname, forename, relationship, responsibility, phone, recorded, id FROM contact
   WHERE pupil_id = %(pupil)s AND 'contacts' = ANY(%(categories)s::text[])),
 noted AS (SELECT id, item, owner, due, state, outcome, settled, raised FROM discrepancy
   WHERE pupil_id = %(pupil)s AND item = ANY(%(shown)s::text[])),
 place AS (SELECT laestab, name FROM establishment WHERE laestab IN (
   SELECT source FROM held UNION SELECT laestab FROM enrolled UNION SELECT laestab FROM period
   UNION SELECT laestab FROM suspended UNION SELECT laestab FROM marked UNION SELECT laestab FROM called))
SELECT json_build_object(
 'pupil', (SELECT row_to_json(p) FROM (SELECT id, upn, surname, forename, dob FROM pupil WHERE id = %(pupil)s) p),
 'values', (SELECT coalesce(json_agg(o ORDER BY o.item), '[]') FROM held o),
 'enrolments', (SELECT coalesce(json_agg(o ORDER BY o.entry DESC), '[]') FROM enrolled o),
 'attendance', (SELECT coalesce(json_agg(o ORDER BY o.begins), '[]') FROM period o),
 'suspensions', (SELECT coalesce(json_agg(o ORDER BY o.start DESC), '[]') FROM suspended o),
 'marks', (SELECT coalesce(json_agg(o ORDER BY o.begins DESC), '[]') FROM marked o),
 'contacts', (SELECT coalesce(json_agg(o ORDER BY o.priority, o.id), '[]') FROM called o),
 'notes', (SELECT coalesce(json_agg(o ORDER BY o.raised DESC, o.id), '[]') FROM noted o),
 'places', (SELECT coalesce(json_object_agg(o.laestab, o.name), '{}') FROM place o))::text
"""
_read = msgspec.json.Decoder(Rows).decode


def read(permit: Permit, pupil: uuid.UUID, items: Iterable[str], shown: Iterable[str]) -> Rows:
    """What the permit gives of one pupil: values of `items`, discrepancies about `shown`, and each kind of rows whose
    category it covers. Of a pupil outside its scope there is nothing, as of one who never was."""
    given = {
        "pupil": pupil,
        "items": _array(items),
        "shown": _array(shown),
        "categories": _array(permit.categories),
    }
    found = quick.row(_SQL, given)
    assert found is not None  # noqa: S101 - a statement without FROM answers one row
    return _read(found[0])


def _array(names: Iterable[str]) -> str:
    """Names of our own, plain words all, as the database spells an array: a driver takes far longer to."""
    return "{" + ",".join(names) + "}"
