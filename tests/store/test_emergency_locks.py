"""The second lock on access in an emergency: what the application's role cannot do, whatever the program does."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from desk.emergency.emergency_kit import Cast, cast
from small_hub import HERE, THERE, owner_rows, seeing

SAID = "answer = 'yes', decided = now(), decided_by = 'x'"
PAST_IT = {
    "an answer of the asker's own": f"{SAID}, until = now() + '1 hour'".replace("'x'", "asked_by"),
    "an answer of nobody": "answer = 'yes', decided = now(), until = now() + '1 hour'",
    "an answer without an end": SAID,
    "an end after more than a day": f"{SAID}, until = now() + '25 hours'",
    "an answer after it lapsed": "answer = 'yes', decided = lapses, decided_by = 'x', until = lapses + '1 hour'",
    "a longer time to answer": "lapses = lapses + '1 hour'",
    "another asker": "asked_by = 'x'",
    "another child": "pupil_id = gen_random_uuid()",
    "another reason": "reason = 'missing'",
}


@pytest.fixture
def people(hub: None) -> Cast:
    return cast()


def rows() -> list[tuple[object, ...]]:
    return owner_rows("SELECT e::text FROM emergency_access e")


def run(statement: str, *values: object, actor: str = "") -> int:
    with seeing(HERE, THERE) as cursor:
        cursor.execute("SELECT set_config('concord.actor', %s, true)", [actor])
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.mark.parametrize("change", PAST_IT.values(), ids=list(PAST_IT))
def test_the_application_cannot_write_past_the_rules(people, change):
    people.ask(0)
    before = rows()
    with pytest.raises(DatabaseError):
        run(f"UPDATE emergency_access SET {change}")
    assert rows() == before


@pytest.mark.parametrize("statement", ["DELETE FROM emergency_access", "TRUNCATE emergency_access"])
def test_the_application_cannot_take_a_request_back(people, statement):
    people.ask(0)
    with pytest.raises(DatabaseError, match="permission denied"):
        run(statement)
    assert len(rows()) == 1


@pytest.mark.parametrize(
    "change", ["until = until + '1 hour'", "answer = 'no', until = NULL", "decided_by = 'y'", "ended = NULL"]
)
def test_what_was_said_is_not_said_again(people, change):
    from concord.desk import break_glass

    ref = people.open(0)
    break_glass.end(people.actor("dpo"), ref)
    before = rows()
    with pytest.raises(DatabaseError, match="given once"):
        run(f"UPDATE emergency_access SET {change}")
    assert rows() == before


REVIEW = "review = 'right', reviewed = now(), review_words = 'x', reviewed_by = "


@pytest.mark.parametrize("reviewer", ["asked_by", "decided_by", "''"])
def test_a_review_is_a_third_persons(people, reviewer):
    people.open(0)
    with pytest.raises(DatabaseError, match="reviewed_by"):
        run(f"UPDATE emergency_access SET {REVIEW}{reviewer}")
    assert run(f"UPDATE emergency_access SET {REVIEW}'third'") == 1
    with pytest.raises(DatabaseError, match="given once"):
        run("UPDATE emergency_access SET review = 'wrong'")


def test_what_was_never_open_is_not_reviewed(people):
    people.decide(people.ask(0), yes=False)
    with pytest.raises(DatabaseError, match="reviewed_by_a_third_person"):
        run(f"UPDATE emergency_access SET {REVIEW}'third'")


INSERT = (
    "INSERT INTO emergency_access (id, pupil_id, laestabs, reason, words, asked_by, asked_role, asked, lapses, answer, "
    "decided_by, ended_by, read_at, review, review_words, reviewed_by) VALUES (gen_random_uuid(), %s, '{886/2001}', "
    "'danger', 'x', %s, 'social_worker', now(), now() + '1 hour', '', '', '', '{}', '', '', '')"
)


def test_nobody_asks_in_anothers_name(people):
    with pytest.raises(DatabaseError, match="row-level security"):
        run(INSERT, people.id_of(0), "somebody", actor="another")
    assert run(INSERT, people.id_of(0), "somebody", actor="somebody") == 1


def test_nobody_asks_with_the_answer_already_given(people):
    given = INSERT.replace("asked, lapses, answer, decided_by", "asked, lapses, decided, until, answer, decided_by")
    given = given.replace("'1 hour', '', ''", "'1 hour', now(), now() + '1 hour', 'yes', 'second'")
    with pytest.raises(DatabaseError, match="row-level security"):
        run(given, people.id_of(0), "somebody", actor="somebody")


def test_a_request_about_a_restricted_child_is_seen_by_nobody(people):
    people.open(0)
    assert run("SELECT * FROM emergency_access") == 1
    owner_rows("UPDATE pupil SET restricted = true WHERE id = %s RETURNING 1", people.id_of(0))
    assert run("SELECT * FROM emergency_access") == 0


def test_without_a_scope_only_ones_own_are_seen(people):
    people.ask(0)
    asker = people.people["worker"].ref.hex
    for actor, count in (("", 0), ("somebody", 0), (asker, 1)):
        with seeing() as cursor:
            cursor.execute("SELECT set_config('concord.actor', %s, true)", [actor])
            cursor.execute("SELECT * FROM emergency_access")
            assert cursor.rowcount == count


def test_the_door_that_names_a_child_tells_nothing_but_where(people):
    with seeing(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM pupil_exactly(%s, '', NULL)", [people.pupils[0]["UPN"]])
        assert [column.name for column in cursor.description] == ["id", "laestabs"]
        cursor.execute("SELECT * FROM pupil_exactly('', '', NULL)")
        assert cursor.fetchall() == []
