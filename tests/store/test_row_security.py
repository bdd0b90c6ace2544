"""The second lock: with no scope nothing is seen, with a scope only that, and a hidden pupil never."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from concord.desk import gate, view_pupil
from concord.desk.view_pupil import NotThere
from concord.store import pupils
from concord.store.scope import under
from concord.store.whereabouts import whereabouts
from small_hub import HERE, PUPIL, THERE, as_owner, census, la, load, owner_rows, seeing, send, someone

GUARDED = {
    "pupil": (1, 2),
    "pupil_value": (8, 16),
    "enrolment": (1, 2),
    "collection_return": (1, 1),
    "return_version": (1, 1),
    "return_event": (1, 1),
}


@pytest.fixture
def two_places(hub):
    """One pupil here, two there."""
    load(census([PUPIL]), HERE)
    load(census([someone(1), someone(2)], THERE), THERE)


def _count(table: str, *places: str) -> int:
    with seeing(*places) as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def test_with_no_scope_nothing_is_seen(two_places):
    assert {table: _count(table) for table in GUARDED} == dict.fromkeys(GUARDED, 0)


def test_with_a_scope_only_that_is_seen_and_what_hangs_on_it_follows(two_places):
    for table, (here, there) in GUARDED.items():
        whole = owner_rows(f"SELECT count(*) FROM {table}")[0][0]
        seen_here, seen_there = _count(table, HERE), _count(table, THERE)
        assert (seen_here >= here, seen_there >= there) == (True, True), table
        assert seen_here + seen_there == whole == _count(table, HERE, THERE), table


def test_a_scope_ends_with_its_transaction(two_places):
    permit = gate.ask(gate.system(), "register-load", establishments=[HERE], categories=["identity"])
    with under(permit):
        assert pupils.count(permit) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pupil")
        assert cursor.fetchone()[0] == 0


def test_a_hidden_pupil_is_never_seen_nor_anything_of_theirs(two_places):
    with as_owner() as cursor:
        cursor.execute("UPDATE pupil SET hidden = true WHERE upn = %s RETURNING id", [PUPIL["UPN"]])
        (hidden,) = cursor.fetchone()
    assert [_count(table, HERE, THERE, "LA") for table in ("pupil", "enrolment")] == [2, 2]
    assert _count("pupil_value", HERE) == 0
    assert whereabouts([hidden]) == {}
    with pytest.raises(NotThere):
        view_pupil.view(la("admissions"), hidden, purpose="admissions")


def test_nothing_there_hidden_and_elsewhere_get_one_answer(two_places):
    with as_owner() as cursor:
        cursor.execute("UPDATE pupil SET hidden = true WHERE upn = %s RETURNING id", [PUPIL["UPN"]])
        (hidden,) = cursor.fetchone()
    said = set()
    for pupil in (hidden, uuid4()):
        with pytest.raises(NotThere) as no:
            view_pupil.view(la("admissions"), pupil, purpose="admissions")
        said.add(str(no.value))
    assert len(said) == 1


def test_a_permit_that_names_its_subjects_opens_only_them(two_places):
    everyone = {str(row[0]): row[1] for row in owner_rows("SELECT id, upn FROM pupil")}
    one = next(iter(everyone))
    permit = gate.ask(
        la("admissions"),
        "professional-view",
        establishments=[HERE, THERE],
        categories=["identity"],
        purpose="admissions",
        subjects=[one],
    )
    with under(permit), connection.cursor() as cursor:
        cursor.execute("SELECT id::text FROM pupil UNION SELECT pupil_id::text FROM enrolment")
        assert cursor.fetchall() == [(one,)]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO enrolment (pupil_id, laestab, entry, status, year_group, via, recorded) "
        "SELECT %s, '886/2001', '2026-09-01', 'C', '1', '', now()",
        "INSERT INTO pupil_value (pupil_id, item, value, source, via, holds_from, recorded) "
        "SELECT %s, 'Sex', 'M', '886/2001', '', '2026-09-01', now()",
        "UPDATE pupil SET hidden = true WHERE id <> %s",
    ],
)
def test_nothing_is_written_about_a_pupil_out_of_scope_and_nobody_is_hidden_by_the_application(two_places, sql):
    other = owner_rows("SELECT id FROM pupil WHERE upn <> %s", PUPIL["UPN"])[0][0]
    with pytest.raises(DatabaseError, match="row-level security"), seeing(HERE) as cursor:
        cursor.execute(sql, [other])


def test_out_of_scope_rows_are_neither_changed_nor_deleted(two_places):
    with seeing(HERE) as cursor:
        for sql in ("UPDATE pupil SET surname = ''", "DELETE FROM enrolment", "DELETE FROM return_event"):
            cursor.execute(sql)
        transaction.set_rollback(False)
    assert owner_rows("SELECT count(*) FROM pupil WHERE surname = ''") == [(1,)]
    assert owner_rows("SELECT count(*) FROM enrolment") == [(2,)]


def test_a_pupil_on_no_roll_is_seen_only_by_those_who_cover_the_county(hub):
    load(census([PUPIL]))
    load(census([], left=[{**PUPIL, "LeavingDate": "2026-09-20"}]))
    assert owner_rows("SELECT laestabs FROM pupil") == [(["LA"],)]
    assert (_count("pupil", HERE), _count("pupil", "LA")) == (0, 1)


def test_a_returns_file_of_another_establishment_is_not_found(hub):
    from concord.store import returns

    version = send(census())
    permit = gate.ask(gate.system(), "return-approval", establishments=[THERE], categories=["return"])
    with under(permit):
        assert returns.find_version(permit, version.pk) is None
        assert returns.find(permit, HERE, "SC-AUT-2026") is None
