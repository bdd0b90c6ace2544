"""The ledger in the database: one way in, no way to change it, and every tampering named."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import DatabaseError, connections, transaction

from concord.core.seal.signature import public_text
from concord.core.seal.verify import verify_export
from concord.desk import audit, gate, keys
from concord.store import export, ledger, tree
from concord.store.models import LedgerLine
from small_hub import HERE, as_owner, head, lines

NOW = "2026-11-24T09:00:00.000000Z"


def _line(number: int) -> dict[str, object]:
    return {"kind": "deed", "at": NOW, "deed": "counted", "clause": "2d", "facts": {"number": number}, "role": "system"}


def _write(count: int = 6, *, sign: bool = False) -> None:
    for number in range(count):
        ledger.append([_line(number)])
        if sign:
            tree.sign_head("concord/886", keys.signing_key())


def _run(alias: str, sql: str, *values: object) -> None:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(sql, values)


# -- one way in --------------------------------------------------------------------------------------------------------

WRITES = (
    "INSERT INTO ledger_line SELECT * FROM ledger_line",
    "UPDATE ledger_line SET body = ''",
    "DELETE FROM ledger_line",
    "TRUNCATE ledger_line",
    "INSERT INTO checkpoint SELECT * FROM checkpoint",
    "UPDATE checkpoint SET root = ''",
    "DELETE FROM checkpoint",
    "TRUNCATE checkpoint CASCADE",
    "INSERT INTO witness_signature SELECT * FROM witness_signature",
    "UPDATE witness_signature SET note = '{}'",
    "DELETE FROM witness_signature",
    "UPDATE agreement_event SET kind = 'signed'",
    "DELETE FROM agreement_event",
    "TRUNCATE agreement_event CASCADE",
    "ALTER TABLE ledger_line DISABLE TRIGGER ALL",
    "ALTER TABLE pupil DISABLE ROW LEVEL SECURITY",
    "DROP TABLE ledger_line",
    "CREATE FUNCTION ledger_append(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
)


def _allowed(alias: str, orders: Iterable[str]) -> list[str]:
    """The orders that were not refused for want of a right: each is tried, and none must be left."""
    allowed = []
    for sql in orders:
        try:
            _run(alias, sql)
        except DatabaseError as fault:
            if re.search("permission denied|must be owner|append-only", str(fault)):
                continue
        allowed.append(sql)
    return allowed


def test_the_application_cannot_write_change_or_empty_what_is_append_only_nor_lift_the_locks(hub):
    _write(1)
    assert _allowed("default", WRITES) == []


LEDGER_WRITES = (
    "UPDATE ledger_line SET body = ''",
    "DELETE FROM ledger_line",
    "TRUNCATE ledger_line",
    "UPDATE checkpoint SET root = ''",
    "DELETE FROM witness_signature",
    "ALTER TABLE ledger_line DISABLE TRIGGER ALL",
)


def test_the_ledgers_own_role_can_only_append(hub):
    _write(1)
    assert _allowed("ledger", LEDGER_WRITES) == []


def test_the_ledgers_own_role_cannot_read_anything_about_pupils_or_people(hub):
    tables = (
        "pupil",
        "pupil_value",
        "enrolment",
        "contact",
        "note",
        "finding",
        "upload_piece",
        "sealed_file",
        "person",
    )
    assert _allowed("ledger", [f"SELECT * FROM {table}" for table in tables]) == []


def test_even_the_owner_is_refused_while_the_triggers_stand(hub):
    _write(1)
    orders = ("UPDATE ledger_line SET body = ''", "DELETE FROM ledger_line", "TRUNCATE ledger_line")
    assert _allowed("owner", orders) == []


def test_a_line_that_claims_a_place_of_its_own_is_refused(hub):
    body = json.dumps({"at": NOW, "kind": "deed", "n": 4}, separators=(",", ":"))
    with pytest.raises(DatabaseError, match="leaves its place"):
        _run("default", "SELECT ledger_append(%s)", [body])
    assert lines() == []


# -- places and proof --------------------------------------------------------------------------------------------------


def test_many_writers_at_once_leave_no_gap_and_a_chain_that_holds(hub):
    def write(worker: int) -> None:
        try:
            for number in range(6):
                if number % 2:
                    ledger.append([_line(worker * 100 + number)] * 2)
                else:
                    with transaction.atomic():
                        ledger.append_within([_line(worker * 100 + number)])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    rows = list(LedgerLine.objects.order_by("seq"))
    assert [row.seq for row in rows] == list(range(8 * 9))
    assert [json.loads(row.body)["n"] for row in rows] == list(range(8 * 9))
    link = bytes(32)
    for row in rows:
        assert bytes(row.leaf) == hashlib.sha256(b"\0" + row.body.encode()).digest()
        link = hashlib.sha256(link + bytes(row.leaf)).digest()
        assert bytes(row.chain) == link
    verdict = audit.verified()
    assert (verdict.holds, verdict.lines, verdict.proved) == (True, 72, 72)


def test_a_rolled_back_line_leaves_no_gap(hub):
    _write(2)
    with suppress(ZeroDivisionError), transaction.atomic():
        ledger.append_within([_line(9)])
        raise ZeroDivisionError
    _write(1)
    assert [line["n"] for line in lines()] == [0, 1, 2]


def test_the_tree_is_not_asked_for_inside_a_transaction_whose_lines_may_be_undone(hub):
    with transaction.atomic(), pytest.raises(RuntimeError, match="may be undone"):
        tree.caught_up()


def test_words_of_any_script_are_written_as_they_were_said(hub):
    said = '"n":-1 \\u202e\u202e \\ " é 字 \U0001f600 <b>'
    ledger.append([{**_line(1), "about": said}])
    (line,) = lines()
    assert (line["about"], line["n"]) == (said, 0)
    assert audit.verified().holds


def test_an_export_proves_itself_off_line(hub, tmp_path):
    gate.ask(head(HERE), "own-return", establishments=[HERE], categories=["return"])
    _write()
    path = tmp_path / "ledger.jsonl"
    assert audit.write(path) == 7
    verdict = verify_export(path, hub_key=public_text(keys.signing_key()))
    assert (verdict.holds, verdict.lines, verdict.proved, verdict.origin) == (True, 7, 7, "concord/886")


def test_two_heads_of_one_size_are_one_head(hub):
    _write(3)
    origin, key = "concord/886", keys.signing_key()
    assert tree.sign_head(origin, key) == tree.sign_head(origin, key)
    assert len(tree.heads()) == 1


# -- tampering ---------------------------------------------------------------------------------------------------------

_BODY = "replace(body, '\"number\":2', '\"number\":7')"
_LEAF = "UPDATE ledger_line SET leaf = sha256('\\x00'::bytea || convert_to(body, 'UTF8'))"
TAMPERING = {
    "a body changed": ([f"UPDATE ledger_line SET body = {_BODY} WHERE seq = 2"], "changed", 2),
    "a body and its leaf changed": ([f"UPDATE ledger_line SET body = {_BODY} WHERE seq = 2", _LEAF], "changed", 2),
    "a line removed": (["DELETE FROM ledger_line WHERE seq = 2"], "missing", 2),
    "the last lines removed": (["DELETE FROM ledger_line WHERE seq >= 4"], "missing", 4),
    "a line added at the end": (
        [
            "INSERT INTO ledger_line "
            "(seq, body, leaf, chain, at, kind, flow, answer, actor, manifest, laestabs, subjects) "
            "SELECT 6, replace(body, '\"n\":5', '\"n\":6'), leaf, chain, at, kind, flow, answer, actor, manifest, "
            "laestabs, subjects FROM ledger_line WHERE seq = 5",
            _LEAF,
        ],
        "added",
        6,
    ),
    "two lines exchanged": (
        [
            "UPDATE ledger_line SET seq = 100 WHERE seq = 1",
            "UPDATE ledger_line SET seq = 1 WHERE seq = 3",
            "UPDATE ledger_line SET seq = 3 WHERE seq = 100",
        ],
        "reordered",
        1,
    ),
}


def _tamper(orders: list[str]) -> None:
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE ledger_line DISABLE TRIGGER ALL")
        for order in orders:
            cursor.execute(order)
        cursor.execute("ALTER TABLE ledger_line ENABLE TRIGGER ALL")


@pytest.mark.parametrize("how", TAMPERING)
def test_the_owner_tampers_and_the_proof_names_the_line(hub, tmp_path, how):
    orders, kind, line = TAMPERING[how]
    _write(sign=True)
    _tamper(orders)
    key, path = keys.signing_key(), tmp_path / "ledger.jsonl"
    export.write(path, "concord/886", key.public_key())
    verdict = verify_export(path, hub_key=public_text(key))
    assert not verdict.holds
    assert verdict.problem is not None
    assert (verdict.problem.kind, verdict.problem.line) == (kind, line), verdict.problem


def test_a_line_changed_with_its_leaf_before_any_head_covers_it_is_found_by_its_link(hub):
    _write(sign=False)
    _tamper(TAMPERING["a body and its leaf changed"][0])
    verdict = audit.verified()
    assert not verdict.holds
    assert verdict.problem is not None
    assert (verdict.problem.kind, verdict.problem.line) == ("changed", 2)


def test_an_export_is_a_deed_of_its_own_and_its_last_line(hub, tmp_path):
    _write()
    count = audit.export_to(gate.system(), tmp_path / "ledger.jsonl")
    told = lines()
    assert (len(told), told[-1]["deed"]) == (count, "ledger exported")


def test_the_auditors_page_says_that_the_ledger_is_not_whole(hub):
    _write(sign=True)
    _tamper(TAMPERING["a body changed"][0])
    said = audit.proof()
    assert said["whole"] is False
    assert "2" in said["words"]
