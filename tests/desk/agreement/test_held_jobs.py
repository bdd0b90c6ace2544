"""Queued work of an establishment whose agreement stops before its turn comes: refused, held, resumed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from concord.desk import ending, gate, hold_job, jobs
from desk.agreement.parties import ACADEMY, MAINTAINED, Parties, lines, sign

pytestmark = pytest.mark.database


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is put into the queue, with its arguments."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(hold_job, "later", lambda job, **told: found.append({"job": job} | told))
    return found


def test_a_load_that_comes_to_its_turn_under_suspension_is_refused_with_the_clause_and_held(
    parties: Parties, queued: list[dict[str, Any]]
) -> None:
    sign(parties)
    ending.suspend(parties.head, ACADEMY, "Incident 7")
    jobs.load_return(version=1, laestab=ACADEMY)
    refusals = [json.loads(one.body) for one in lines() if one.answer == "refusal"]
    assert [(one["flow"], one["clause"], one["reason"]) for one in refusals] == [
        ("register-load", "7c", "agreement_suspended")
    ]
    (held,) = queued
    assert (held["job"], held["version"], held["laestab"]) == ("load_return", 1, ACADEMY)
    until = json.loads(lines("agreement suspended")[0].body)["facts"]["on"]
    assert (held["at"].date() - gate.today()).days == 30, until
    assert lines("register loaded") == []


def test_a_feed_of_a_maintained_school_is_refused_and_its_return_is_not(
    parties: Parties, queued: list[dict[str, Any]]
) -> None:
    sign(parties, MAINTAINED)
    ending.suspend(parties.other_head, MAINTAINED, "Incident 7")
    jobs.load_feed(laestab=MAINTAINED, kind="attendance")
    assert (lines()[-1].flow, lines()[-1].answer, lines("feed loaded")) == ("orchestra-feed", "refusal", [])
    jobs.load_return(version=1, laestab=MAINTAINED)
    assert (queued, len(lines("register loaded"))) == ([], 1)


def test_work_of_an_agreement_that_never_was_is_let_go_with_a_refusal(
    parties: Parties, queued: list[dict[str, Any]]
) -> None:
    jobs.load_return(version=1, laestab=ACADEMY)
    assert queued == []
    assert json.loads(lines()[-1].body)["reason"] == "no_agreement"


def test_lifting_a_suspension_takes_up_the_held_work(parties: Parties, queued: list[dict[str, Any]]) -> None:
    from concord.store.models import CollectionReturn, ReturnVersion, SealedFile

    sign(parties)
    with gate.act(gate.ask(gate.system(), "return-approval", establishments=[ACADEMY]), "prepared by a test"):
        place = CollectionReturn.objects.create(
            establishment_id=ACADEMY, collection="SC-AUT-2026", state="approved", changed="2026-10-05T10:00:00Z"
        )
        file = SealedFile.objects.create(sha256="0" * 64, sealed=b"", size=0, kept="2026-10-05T10:00:00Z")
        version = ReturnVersion.objects.create(
            of=place, number=1, file=file, name="a.xml", received="2026-10-05T10:00Z"
        )
        place.current = version
        place.save()
    ending.suspend(parties.head, ACADEMY, "Incident 7")
    ending.lift(parties.head, ACADEMY)
    assert [(one["job"], one["version"], one["laestab"]) for one in queued] == [("load_return", version.pk, ACADEMY)]
    (line,) = lines("held work resumed")
    assert json.loads(line.body)["facts"] == {"returns": 1, "feeds": 0}
