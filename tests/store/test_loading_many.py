"""Many rows at once: what is written is what was given, and who is meant is asked of an index, a pupil at a time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import polars as pl
from django.db import connection

from concord.desk import gate
from concord.store import register
from concord.store.copying import temporary
from concord.store.scope import begin_with, under
from small_hub import ACADEMY, HERE, THERE, agree, as_owner, seeing

ODD = ["plain", "", None, 'a "quoted", one', "two\nlines\r\n", "\\.", "a\rreturn", "  blanks  ", "\\N", "NULL", "Zoë"]

_FILL = """
INSERT INTO pupil (id, upn, surname, forename, dob, sex, postcode, search, laestabs, hidden, restricted)
SELECT gen_random_uuid(), 'U' || n, 'Name' || n, 'Given', date '2012-01-01' + n % 2000, 'F', 'ZZ99 ' || n % 900,
       'name' || n || ' given', ARRAY['886/2001'], false, false FROM generate_series(1, 4000) n;
INSERT INTO pupil_value (pupil_id, item, value, source, via, holds_from, recorded)
SELECT p.id, item, left(p.upn, 3), '886/2001', 'SC', '2026-10-01', now()
FROM pupil p, unnest(ARRAY['UPN', 'UniqueLearnerNumber', 'Surname', 'Sex', 'DOB']) AS item;
INSERT INTO pupil_value (pupil_id, item, value, source, via, holds_from, recorded)
SELECT id, 'FormerUPN', 'F' || upn, '886/2001', 'SC', '2026-10-01', now() FROM pupil LIMIT 1;
ANALYZE pupil; ANALYZE pupil_value;
"""


def _blocks(pupils: int) -> float:
    """Blocks the database looks at for each pupil asked for."""
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity"])
    columns = "upn text, former text, dob date, initial text, sex text, postcode text, unclear boolean"
    asked = [(f"X{n}", "", date(2012, 1, 2), "n", "F", f"ZZ99 {n}", True) for n in range(pupils)]
    with under(permit):
        register.alone(permit)
        temporary("asked", columns, asked)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {register._CANDIDATES}")
            (said,) = cursor.fetchone()
    plan = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
    return float(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]) / pupils


def test_who_is_meant_is_asked_of_an_index_a_pupil_at_a_time(hub: None) -> None:
    agree(HERE)
    with as_owner() as cursor:
        cursor.execute(_FILL)
    assert _blocks(200) < 60


def test_a_frame_arrives_as_it_is(hub: None) -> None:
    agree(HERE)
    now = datetime(2026, 10, 1, 9, 30, 15, 123456, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "n": range(len(ODD)),
            "said": ODD,
            "day": [date(2026, 10, 1), *[None] * (len(ODD) - 1)],
            "at": [now] * len(ODD),
        }
    )
    permit = gate.ask(gate.system(), "register-load", establishments=[HERE], categories=["identity"])
    with under(permit), connection.cursor() as cursor:
        temporary("odd", "n int, said text, day date, at timestamptz", frame)
        cursor.execute("SELECT n, said, day, at FROM odd ORDER BY n")
        assert cursor.fetchall() == frame.rows()


def test_a_scope_that_begins_with_one_place_reaches_no_further(hub: None) -> None:
    agree(HERE)
    permit = gate.ask(gate.system(), "register-load", establishments=[HERE], categories=["identity"])
    with as_owner() as cursor:
        cursor.execute(_FILL.replace("'886/2001'", f"'{THERE}'", 1))
    with under(permit), connection.cursor() as cursor:
        for place in (HERE, THERE, ACADEMY):
            begin_with(permit, place)
            cursor.execute("SELECT current_setting('concord.scope'), (SELECT count(*) FROM pupil)")
            assert cursor.fetchone() == (HERE, 0)
    with seeing(HERE, THERE) as cursor:
        cursor.execute("SELECT count(*) FROM pupil")
        assert cursor.fetchone() == (4000,)


def test_a_wide_scope_keeps_all_its_places_whichever_comes_first(hub: None) -> None:
    agree(HERE)
    agree(THERE)
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity"])
    with under(permit), connection.cursor() as cursor:
        begin_with(permit, THERE)
        cursor.execute("SELECT current_setting('concord.scope')")
        places = cursor.fetchone()[0].split(",")
    assert (places[0], sorted(places)) == (THERE, sorted(permit.establishments))
