"""No head is signed over a rewritten past: refused, the alarm kept, and those told who answer for the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from concord.desk import audit, keys
from concord.store import ledger, ledger_check, tree
from concord.store.models import Checkpoint, LedgerCheck, LedgerLine
from small_hub import as_owner, census, enrolled, head, la, run_courier

NOW = "2026-11-24T09:00:00.000000Z"


def _write(count: int = 1) -> None:
    for number in range(count):
        ledger.append(
            [{"kind": "deed", "at": NOW, "deed": "counted", "clause": "2d", "facts": {"n": number}, "role": "system"}]
        )


def _sign() -> Any:
    return tree.sign_head("concord/886", keys.signing_key())


def _as_owner(*orders: tuple[str, list[Any]]) -> None:
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE ledger_line DISABLE TRIGGER ALL")
        for sql, values in orders:
            cursor.execute(sql, values)
        cursor.execute("ALTER TABLE ledger_line ENABLE TRIGGER ALL")


def _rewrite(seq: int, old: str, new: str) -> None:
    """As one would who owns the tables and knows the ledger: text, leaf and every link after it, all fitting."""
    rows, link = list(LedgerLine.objects.order_by("seq")), bytes(32)
    orders = []
    for row in rows:
        body = row.body.replace(old, new) if row.seq == seq else row.body
        leaf = hashlib.sha256(b"\0" + body.encode()).digest()
        link = hashlib.sha256(link + leaf).digest()
        sql = "UPDATE ledger_line SET body = %s, leaf = %s, chain = %s WHERE seq = %s"
        orders.append((sql, [body, leaf, link, row.seq]))
    _as_owner(*orders)


def _rewrite_the_third() -> None:
    _rewrite(2, '"n":2}', '"n":7}')


def _another_head() -> None:
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE checkpoint DISABLE TRIGGER USER")
        cursor.execute("UPDATE checkpoint SET note = jsonb_set(note, '{signature}', to_jsonb('AAAA'::text))")
        cursor.execute("ALTER TABLE checkpoint ENABLE TRIGGER USER")


HOW: dict[str, tuple[Callable[[], None], str]] = {
    "a line rewritten with all that follows from it": (_rewrite_the_third, "rewritten"),
    "the last lines cut off": (lambda: _as_owner(("DELETE FROM ledger_line WHERE seq >= 4", [])), "missing"),
    "every line cut off": (lambda: _as_owner(("DELETE FROM ledger_line", [])), "missing"),
    "a line taken out": (lambda: _as_owner(("DELETE FROM ledger_line WHERE seq = 2", [])), "missing"),
    "the last head's signature changed": (_another_head, "signature"),
}


@pytest.mark.parametrize("how", HOW)
def test_no_head_is_signed_over_a_past_that_is_not_the_one_signed_before(hub: Any, how: str) -> None:
    tamper, words = HOW[how]
    _write(3)
    _sign()
    _write(3)
    before = _sign()
    tamper()
    tree.forget()  # as a process begun afterwards
    _write(1)
    with pytest.raises(tree.Altered, match=words):
        _sign()
    assert Checkpoint.objects.order_by("-size")[0].size == before.checkpoint.size
    kept = ledger_check.latest()
    assert kept is not None
    assert (kept.holds, words in kept.says) == (False, True)


def test_a_process_that_has_read_the_past_sees_that_it_was_rewritten(hub: Any) -> None:
    _write(6)
    _sign()
    _rewrite_the_third()
    _write(1)
    with pytest.raises(tree.Altered, match="Line 5 is gone, or is not the one"):
        _sign()


def test_the_lines_between_two_heads_that_were_rewritten_are_named(hub: Any) -> None:
    for _ in range(4):
        _write(2)
        _sign()
    _rewrite(3, '"n":1}', '"n":8}')
    tree.forget()
    with pytest.raises(tree.Altered, match="A line from 2 to 3 was rewritten") as no:
        _sign()
    assert no.value.line == 2


def test_a_line_changed_before_any_head_covers_it_is_not_signed_for(hub: Any) -> None:
    _write(2)
    _sign()
    _write(2)
    _as_owner(("UPDATE ledger_line SET body = replace(body, '\"n\":0}', '\"n\":5}') WHERE seq = 2", []))
    with pytest.raises(tree.Altered, match="Line 2 was changed"):
        _sign()


def test_lines_that_were_only_added_are_signed_for(hub: Any) -> None:
    _write(3)
    first = _sign()
    _write(3)
    tree.forget()
    assert _sign().checkpoint.size == first.checkpoint.size + 3
    assert ledger_check.latest() is None


def test_the_alarm_is_the_duty_of_those_who_answer_for_the_ledger_until_it_is_proved_whole(hub: Any) -> None:
    _write(6)
    _sign()
    assert audit.verified().holds
    _rewrite_the_third()
    assert not audit.verified().holds
    for role in ("mi_manager", "auditor", "dpo"):
        (duty,) = audit.alarm(la(role))
        assert (duty.href, duty.clause) == ("/ledger", "7a")
        assert "Nothing is signed" in duty.why
    assert audit.alarm(head()) == []
    assert audit.alarm(la("admissions")) == []
    said = audit.proof()
    assert (said["whole"], said["lines"]) == (False, 6)
    _rewrite(2, '"n":7}', '"n":2}')
    tree.forget()
    assert audit.verified().holds
    assert audit.alarm(la("auditor")) == []


def test_the_same_finding_is_kept_once(hub: Any) -> None:
    _write(3)
    _sign()
    for _ in range(3):
        audit.verified()
    assert LedgerCheck.objects.count() == 1
    _rewrite(1, '"n":1}', '"n":4}')
    for _ in range(3):
        audit.verified()
    found = [(one.holds, one.says) for one in LedgerCheck.objects.order_by("id")]
    assert len(found) == len(set(found))
    assert [holds for holds, _ in found][:2] == [True, False]


def test_a_courier_gets_no_receipt_and_tries_again_later(hub: Any, tmp_path: Any) -> None:
    home = enrolled(tmp_path / "courier")
    (tmp_path / "8862001_SC3_886LL26_001.xml").write_bytes(census())
    _rewrite(0, '"establishments":', '"establishments":["886/2002"],"were":')
    said = run_courier(home, tmp_path / "8862001_SC3_886LL26_001.xml")
    assert said.status != 0
    assert not list(home.receipts.iterdir())
