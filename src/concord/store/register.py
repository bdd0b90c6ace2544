"""The register as a load sees it: who might this be, what is held, and the accepted differences, many at once.

Every function takes the permit first and runs inside its scope (`store.scope.under`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import polars as pl
from django.db import connection

from concord.core.agreement.model import Permit
from concord.store.copying import copy_rows, temporary
from concord.store.models import Pupil
from concord.store.scope import NOWHERE

IDENTITY = {
    "id": pl.String,
    "UPN": pl.String,
    "FormerUPN": pl.String,
    "Surname": pl.String,
    "Forename": pl.String,
    "DOB": pl.String,
    "Sex": pl.String,
    "PostCode": pl.String,
}


# A load asks for each of its pupils by an index. What the planner last knew of a growing register is no ground to read
# the whole of it instead, or all of a county's establishments through their own index.
_BY_INDEX = (
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), "
    "set_config('jit', 'off', true)"
)


def alone(permit: Permit) -> None:
    """Until the transaction ends, nothing else is loaded: two loads at once would each make the same pupil anew.

    The queue runs one load at a time too; this holds where a job is taken again from a worker that was thought dead.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7204)")
        cursor.execute(_BY_INDEX)


# Each branch asks an index once a pupil (`OFFSET 0` keeps the planner to it): under row-level security it expects a
# handful of rows in all, and would read the whole register for every return. A former UPN is asked of the index on what
# identifies, by its very condition: as few have one, the index by pupil looked cheaper, read from end to end each time.
# `starts_with` tells nothing of what it looks at, so the database may ask it before the scope, which costs far more.
_CANDIDATES = """
WITH near AS (
  SELECT n.id FROM asked a CROSS JOIN LATERAL (SELECT p.id FROM pupil p WHERE p.upn = a.upn OFFSET 0) n
  UNION SELECT n.id FROM asked a CROSS JOIN LATERAL (
    SELECT v.pupil_id AS id, v.item, v.superseded FROM pupil_value v
    WHERE v.item IN ('UPN', 'FormerUPN', 'UniqueLearnerNumber') AND v.value = a.upn OFFSET 0) n
    WHERE n.item = 'FormerUPN' AND n.superseded IS NULL
  UNION SELECT n.id FROM asked a CROSS JOIN LATERAL (SELECT p.id FROM pupil p WHERE p.upn = a.former OFFSET 0) n
    WHERE a.former <> ''
  UNION SELECT n.id FROM asked a CROSS JOIN LATERAL (
    SELECT p.id FROM pupil p WHERE p.dob = a.dob
      AND (starts_with(p.search, a.initial) OR p.sex = a.sex AND p.postcode = a.postcode) OFFSET 0) n WHERE a.unclear
  UNION SELECT n.id FROM (SELECT DISTINCT postcode FROM asked WHERE unclear AND postcode <> '') a
    CROSS JOIN LATERAL (SELECT p.id FROM pupil p WHERE p.postcode = a.postcode OFFSET 0) n
)
SELECT p.id::text, p.upn, coalesce((SELECT v.value FROM pupil_value v WHERE v.pupil_id = p.id AND v.item = 'FormerUPN'
       AND v.superseded IS NULL LIMIT 1), ''), p.surname, p.forename, coalesce(p.dob::text, ''), p.sex, p.postcode
FROM near CROSS JOIN LATERAL (SELECT * FROM pupil WHERE pupil.id = near.id OFFSET 0) p
"""


def candidates(permit: Permit, asked: pl.DataFrame) -> pl.DataFrame:
    """Register pupils who might be one of those asked for: upn, former, dob, initial, sex, postcode, unclear.

    Same UPN, either way round; and, where `unclear`, same date of birth with the same initial, or the same postcode.
    """
    columns = "upn text, former text, dob date, initial text, sex text, postcode text, unclear boolean"
    temporary("asked", columns, asked.select([part.split()[0] for part in columns.split(", ")]))
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES)
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE asked")
    return pl.DataFrame(rows, schema=IDENTITY, orient="row").with_columns(
        pl.when(pl.col(pl.String).str.len_chars() > 0).then(pl.col(pl.String))
    )


def held(permit: Permit, pupils: Sequence[str]) -> pl.DataFrame:
    """Every value held now for these pupils: pupil, item, value, source, holds_from, laestabs."""
    schema = {"pupil": pl.String, "item": pl.String, "held": pl.String, "source": pl.String, "since": pl.Date}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.pupil::text, v.item, v.value, v.source, v.holds_from FROM unnest(%s::uuid[]) AS t (pupil) "
            "CROSS JOIN LATERAL (SELECT item, value, source, holds_from FROM pupil_value "
            "WHERE pupil_id = t.pupil AND superseded IS NULL OFFSET 0) v",
            [list(pupils)],
        )
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema=schema, orient="row")


def rolls(permit: Permit, pupils: Sequence[str]) -> pl.DataFrame:
    """Open enrolments of these pupils: pupil, laestab, status, entry."""
    schema = {"pupil": pl.String, "laestab": pl.String, "status": pl.String, "entry": pl.Date}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.pupil::text, e.laestab, e.status, e.entry FROM unnest(%s::uuid[]) AS t (pupil) "
            "CROSS JOIN LATERAL (SELECT laestab, status, entry FROM enrolment "
            "WHERE pupil_id = t.pupil AND leaving IS NULL OFFSET 0) e",
            [list(pupils)],
        )
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema=schema, orient="row")


def add(permit: Permit, pupils: pl.DataFrame) -> int:
    """New pupils: id, UPN, Surname, Forename, DOB, Sex, PostCode, search, laestab (all text; DOB ISO or null)."""
    columns = ("id", "upn", "surname", "forename", "dob", "sex", "postcode", "search", "laestabs", "hidden")
    frame = pupils.select(
        "id",
        pl.col("UPN", "Surname", "Forename").fill_null(""),
        "DOB",
        pl.col("Sex", "PostCode", "search").fill_null(""),
        pl.format("{{{}}}", pl.col("laestab").fill_null(NOWHERE)).alias("laestabs"),
        pl.lit(False).alias("hidden"),
    )
    return copy_rows("pupil", columns, frame)


def supersede(permit: Permit, now: datetime, values: pl.DataFrame) -> int:
    """Close the current value of each (pupil, item): it stays in the history."""
    temporary("closing", "pupil uuid, item text", values.select("pupil", "item"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pupil_value v SET superseded = %s FROM closing c "
            "WHERE v.pupil_id = c.pupil AND v.item = c.item AND v.superseded IS NULL",
            [now],
        )
        count = cursor.rowcount
        cursor.execute("DROP TABLE closing")
    return int(count)


def record(permit: Permit, values: pl.DataFrame) -> int:
    """Add values: pupil, item, value, source, via, holds_from, recorded."""
    columns = ("pupil_id", "item", "value", "source", "via", "holds_from", "recorded")
    frame = values.select("pupil", "item", "value", "source", "via", "holds_from", "recorded")
    return copy_rows("pupil_value", columns, frame)


_RENEW = (
    "UPDATE pupil p SET upn = coalesce(n.upn, p.upn), surname = coalesce(n.surname, p.surname), "
    "forename = coalesce(n.forename, p.forename), dob = coalesce(n.dob, p.dob), sex = coalesce(n.sex, p.sex), "
    "postcode = coalesce(n.postcode, p.postcode), search = coalesce(n.search, p.search) "
    "FROM renewed n WHERE p.id = n.id"
)


def renew(permit: Permit, pupils: pl.DataFrame) -> None:
    """Bring identity columns to accepted values: id; UPN, Surname, Forename, DOB, Sex, PostCode, search or null."""
    columns = "id uuid, upn text, surname text, forename text, dob date, sex text, postcode text, search text"
    frame = pupils.select("id", "UPN", "Surname", "Forename", "DOB", "Sex", "PostCode", "search")
    temporary("renewed", columns, frame)
    with connection.cursor() as cursor:
        cursor.execute(_RENEW)
        cursor.execute("DROP TABLE renewed")


_SPELL = (
    "pupil uuid, laestab text, entry date, leaving date, status text, year_group text, via text, recorded timestamptz"
)
_ENROL = """
INSERT INTO enrolment AS e (pupil_id, laestab, entry, leaving, status, year_group, via, recorded)
SELECT pupil, laestab, entry, leaving, status, year_group, via, recorded FROM enrolling
ON CONFLICT (pupil_id, laestab, entry) DO UPDATE SET leaving = excluded.leaving, status = excluded.status,
  year_group = excluded.year_group, via = excluded.via, recorded = excluded.recorded
  WHERE e.via <> excluded.via AND %s
"""
_WHERE_NOW = """
WITH w AS MATERIALIZED (
  SELECT t.pupil, (SELECT coalesce(array_agg(DISTINCT e.laestab ORDER BY e.laestab) FILTER (WHERE e.leaving IS NULL),
    '{LA}') FROM enrolment e WHERE e.pupil_id = t.pupil) AS laestabs
  FROM unnest(%(pupils)s::uuid[]) AS t (pupil)
)
UPDATE pupil p SET laestabs = w.laestabs FROM w
WHERE p.id = w.pupil AND p.id = ANY (%(pupils)s::uuid[]) AND p.laestabs IS DISTINCT FROM w.laestabs
"""


def enrol(permit: Permit, spells: pl.DataFrame, *, newest: bool) -> None:
    """Enrolments as a return gives them: pupil, laestab, entry, leaving, status, year_group, via, recorded.

    A spell that came by the same return before stays as it is now, whatever has been settled about it since; an
    older return (`newest` false) adds spells and changes none.
    """
    temporary("enrolling", _SPELL, spells.select([part.split()[0] for part in _SPELL.split(",")]))
    with connection.cursor() as cursor:
        cursor.execute(_ENROL, [newest])
        cursor.execute("DROP TABLE enrolling")
    bring_up_to_now(permit, spells["pupil"].unique().to_list())


def bring_up_to_now(permit: Permit, pupils: Sequence[str]) -> None:
    """Where each of these pupils is now, from their open enrolments; with the LA where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_WHERE_NOW, {"pupils": list(pupils)})


def absent(permit: Permit, laestab: str, present: Sequence[str], left_by: date) -> list[str]:
    """Close the enrolments of pupils a full return no longer names: they left by its reference date. Who they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enrolment SET leaving = %s WHERE laestab = %s AND leaving IS NULL AND entry <= %s "
            "AND NOT pupil_id = ANY(%s::uuid[]) RETURNING pupil_id::text",
            [left_by, laestab, left_by, list(present)],
        )
        gone = [str(row[0]) for row in cursor.fetchall()]
    bring_up_to_now(permit, gone)
    return gone


_ATTEND = """
INSERT INTO attendance_period (pupil_id, laestab, begins, ends, possible, sessions, via)
SELECT pupil, laestab, begins, ends, possible, sessions, via FROM attending
ON CONFLICT (pupil_id, laestab, begins, ends) DO UPDATE
  SET possible = excluded.possible, sessions = excluded.sessions, via = excluded.via
"""


def attend(permit: Permit, periods: pl.DataFrame) -> None:
    """Sessions possible and by code: pupil, laestab, begins, ends, possible, sessions (JSON text), via."""
    columns = "pupil uuid, laestab text, begins date, ends date, possible int, sessions jsonb, via text"
    temporary("attending", columns, periods.select([part.split()[0] for part in columns.split(",")]))
    with connection.cursor() as cursor:
        cursor.execute(_ATTEND)
        cursor.execute("DROP TABLE attending")


_SUSPEND = """
INSERT INTO suspension (pupil_id, laestab, category, start, sessions, reasons, via)
SELECT DISTINCT ON (pupil, laestab, start, category) pupil, laestab, category, start, sessions, reasons, via
FROM suspending
ON CONFLICT (pupil_id, laestab, start, category) DO UPDATE
  SET sessions = excluded.sessions, reasons = excluded.reasons, via = excluded.via
"""


def suspend(permit: Permit, rows: pl.DataFrame) -> None:
    """Suspensions and permanent exclusions: pupil, laestab, category, start, sessions, reasons (list), via."""
    columns = "pupil uuid, laestab text, category text, start date, sessions int, reasons text[], via text"
    temporary("suspending", columns, rows.select([part.split()[0] for part in columns.split(",")]).iter_rows())
    with connection.cursor() as cursor:
        cursor.execute(_SUSPEND)
        cursor.execute("DROP TABLE suspending")


def refold(permit: Permit, pupils: Sequence[str], fold: Callable[[str], str]) -> None:
    """Make the search text of these pupils anew from their names."""
    rows = Pupil.objects.filter(pk__in=list(pupils))
    for row in rows:
        row.search = fold(f"{row.surname} {row.forename}")
    Pupil.objects.bulk_update(rows, ["search"], batch_size=1000)


_TWICE = """
SELECT h.pupil_id, o.laestab, max(o.entry)
FROM enrolment h JOIN enrolment o ON o.pupil_id = h.pupil_id AND o.laestab <> h.laestab
WHERE h.laestab = %s AND h.pupil_id = ANY(%s::uuid[]) AND h.leaving IS NULL AND o.leaving IS NULL
  AND NOT (h.status IN ('M', 'S') AND o.status IN ('M', 'S') AND h.status <> o.status)
GROUP BY h.pupil_id, o.laestab ORDER BY h.pupil_id, o.laestab
"""


def claimed_twice(permit: Permit, laestab: str, pupils: Sequence[str]) -> list[tuple[UUID, str, date]]:
    """Pupils on this roll and another at once, unless one says main and one subsidiary: pupil, other LAEstab, since."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, [laestab, list(pupils)])
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


def settle_rolls(permit: Permit, pupils: Sequence[str], now: datetime) -> None:
    """A claim by two establishments is no question any more once only one of them still has the pupil on roll."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE change c SET state = 'accepted', decided_by = 'rule', decided = %s "
            "WHERE c.kind = 'roll' AND c.state = 'conflict' AND c.pupil_id = ANY(%s::uuid[]) "
            "AND (SELECT count(DISTINCT e.laestab) FROM enrolment e WHERE e.pupil_id = c.pupil_id "
            "AND e.leaving IS NULL AND e.laestab IN (c.laestab, c.held_source)) < 2",
            [now, list(pupils)],
        )


def close_enrolment(permit: Permit, pupil: UUID, laestab: str, leaving: date) -> dict[str, str]:
    """End a pupil's open enrolments at an establishment; each one's number, and the day it now ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE enrolment SET leaving = greatest(entry, %s) WHERE pupil_id = %s AND laestab = %s "
            "AND leaving IS NULL RETURNING id::text, leaving::text",
            [leaving, pupil, laestab],
        )
        closed = dict(cursor.fetchall())
    bring_up_to_now(permit, [str(pupil)])
    return closed


def reopen_enrolment(permit: Permit, pupil: UUID, closed: Mapping[str, str]) -> bool:
    """Undo `close_enrolment`; false, and nothing done, where one of them has been changed since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM enrolment WHERE id = ANY(%s::bigint[]) AND leaving::text = (%s::jsonb ->> id::text) "
            "FOR UPDATE",
            [list(closed), json.dumps(dict(closed))],
        )
        there = [row[0] for row in cursor.fetchall()]
        if len(there) < len(closed):
            return False
        cursor.execute("UPDATE enrolment SET leaving = NULL WHERE id = ANY(%s)", [there])
    bring_up_to_now(permit, [str(pupil)])
    return True


_TAKE_BACK = """
WITH said AS (
  UPDATE pupil_value SET superseded = %(now)s WHERE pupil_id = %(pupil)s AND item = %(item)s AND via = %(via)s
    AND superseded IS NULL RETURNING recorded)
UPDATE pupil_value v SET superseded = NULL FROM said
WHERE v.pupil_id = %(pupil)s AND v.item = %(item)s AND v.superseded = said.recorded RETURNING v.value
"""


def take_back(permit: Permit, pupil: UUID, item: str, via: str, now: datetime) -> str | None:
    """The value before the one recorded `via`, in force again as it was: value, source, day. None where `via` is not
    what holds now."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, {"now": now, "pupil": pupil, "item": item, "via": via})
        row = cursor.fetchone()
    return str(row[0]) if row else None
