"""The one gate: what is decided is written first, and what is done is written with the doing."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection, transaction

from concord.core.trouble import Trouble
from concord.desk import gate
from concord.store import ledger
from concord.store.models import Establishment
from small_hub import ACADEMY, HERE, THERE, deeds, head, la, lines, of


def _ask(role="head", place=HERE, **more):
    return gate.ask(of(role, place), "own-return", establishments=[place], categories=["return"], **more)


def test_a_refusal_is_in_the_ledger_even_though_the_request_failed(hub):
    with pytest.raises(gate.Refused) as refused:
        gate.ask(head(HERE), "own-return", establishments=[THERE], categories=["return"])
    (line,) = lines()
    assert (line["answer"], line["flow"], line["clause"]) == ("refusal", "own-return", refused.value.clause)
    assert (line["reason"], line["establishments"]) == (refused.value.refusal.reason, [THERE])


def test_a_refusal_says_the_clause_what_is_missing_and_what_to_do(hub):
    with pytest.raises(gate.Refused) as refused:
        gate.ask(of("courier", ACADEMY), "academy-census-copy", establishments=[ACADEMY], categories=["return"])
    no = refused.value
    assert no.status == 3
    assert no.clause
    assert all((no.what, no.why, no.todo))


def test_a_permit_is_in_the_ledger_before_anything_is_done(hub):
    permit = _ask()
    seen = []
    with gate.act(permit, "looked"):
        seen = lines()
    assert [line["ref"] for line in seen] == [permit.ref]
    assert [line["kind"] for line in lines()] == ["decision", "deed"]


def test_a_deed_and_its_line_are_both_there_or_neither(hub):
    permit = _ask()
    with suppress(ZeroDivisionError), gate.act(permit, "renamed"):
        Establishment.objects.filter(pk=HERE).update(name="Another")
        raise ZeroDivisionError
    assert Establishment.objects.get(pk=HERE).name != "Another"
    assert deeds("renamed") == []


def test_a_deed_whose_line_cannot_be_written_did_not_happen(hub, monkeypatch):
    def broken(*args):
        raise OSError("the ledger's disk is full")

    permit = _ask()
    monkeypatch.setattr(ledger, "append_within", broken)
    with pytest.raises(OSError, match="disk is full"), gate.act(permit, "renamed"):
        Establishment.objects.filter(pk=HERE).update(name="Another")
    assert Establishment.objects.get(pk=HERE).name != "Another"


def test_a_fault_between_the_line_and_the_commit_leaves_neither(hub):
    permit = _ask()

    with suppress(KeyboardInterrupt), transaction.atomic():
        with gate.act(permit, "renamed"):
            Establishment.objects.filter(pk=HERE).update(name="Another")
        raise KeyboardInterrupt
    assert Establishment.objects.get(pk=HERE).name != "Another"
    assert deeds("renamed") == []


def test_asking_inside_a_transaction_stops_loudly_and_decides_nothing(hub):
    with pytest.raises(RuntimeError, match="before a transaction"), transaction.atomic():
        _ask()
    assert lines() == []


def test_a_deed_line_outside_a_transaction_stops_loudly(hub):
    with pytest.raises(RuntimeError, match="one transaction"):
        ledger.append_within([{"kind": "deed"}])


def test_a_deed_sees_no_further_than_its_permit(hub):
    permit = _ask()
    with gate.act(permit, "looked"), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('concord.scope')")
        assert cursor.fetchone() == (HERE,)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('concord.scope', true)")
        assert cursor.fetchone()[0] in (None, "")


def test_what_was_permitted_and_then_refused_is_two_lines(hub):
    permit = _ask()
    with pytest.raises(gate.Refused) as refused:
        gate.ask(head(HERE), "own-return", establishments=[THERE], categories=["return"])
    gate.refused(permit, refused.value.refusal)
    assert [line["answer"] for line in lines()] == ["permit", "refusal", "refusal"]
    assert lines()[0]["ref"] == lines()[2]["ref"]


def test_a_pupil_is_in_the_ledger_by_a_stand_in_that_is_always_the_same(hub):
    pupil = "2b0b3f9c-3f0b-4d35-a7a8-4c9a0e6f0a11"
    for _ in range(2):
        gate.ask(
            la("admissions"),
            "professional-view",
            establishments=[HERE],
            categories=["identity"],
            purpose="admissions",
            subjects=[pupil],
        )
    first, second = (line["subjects"] for line in lines())
    assert first == second == [gate.pseudonym(pupil)]
    assert pupil not in str(lines())
    assert pupil.replace("-", "") not in str(lines())


def test_a_trouble_inside_a_deed_leaves_the_permit_and_no_deed(hub):
    permit = _ask()
    with pytest.raises(Trouble), gate.act(permit, "looked"):
        raise Trouble("Somebody has settled this already.")
    assert [line["kind"] for line in lines()] == ["decision"]
