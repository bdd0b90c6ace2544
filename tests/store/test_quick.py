"""The hottest statements: prepared once, seen by whoever watches, and no connection outlives its end for them."""

from __future__ import annotations

import gc
from weakref import ref

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from concord.store import quick

pytestmark = pytest.mark.usefixtures("database")
ASKED = "SELECT %s::int + 41"


def _prepared() -> list[str]:
    return [text for (text,) in quick.rows("SELECT statement FROM pg_prepared_statements", [])]


def test_a_statement_is_prepared_once_and_no_other_is():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 7")
    assert [quick.row(ASKED, [1]) for _ in range(3)] == [(42,)] * 3
    assert [text for text in _prepared() if "41" in text or "7" in text] == ["SELECT $1::int + 41"]


def test_a_statement_without_an_answer_has_no_rows():
    assert quick.rows("SET search_path = public", []) == []
    assert quick.row("SELECT 1 WHERE false", []) is None


def test_whoever_watches_sees_the_statement():
    with CaptureQueriesContext(connection) as seen:
        assert quick.row(ASKED, [1]) == (42,)
    assert [one["sql"] for one in seen] == ["SELECT 1::int + 41"]


def test_a_statement_is_part_of_the_transaction_and_its_fault_is_djangos():
    def in_one_transaction() -> None:
        with transaction.atomic():
            quick.rows("SELECT set_config('concord.scope', %s, true)", ["886/2001"])
            assert quick.row("SELECT current_setting('concord.scope')", []) == ("886/2001",)
            quick.rows("SELECT 1 / %s::int", [0])

    with pytest.raises(DatabaseError):
        in_one_transaction()
    assert quick.row("SELECT current_setting('concord.scope', true)", []) in [("",), (None,)]


def test_a_connection_that_was_closed_is_let_go():
    ended = []
    for _ in range(5):
        assert quick.row(ASKED, [1]) == (42,)
        ended.append(ref(connection.connection))
        connection.close()
    assert quick.row(ASKED, [1]) == (42,)
    gc.collect()
    assert [one() for one in ended] == [None] * 5
