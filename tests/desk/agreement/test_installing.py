"""The support contractor's permission: one person's, for hours; done once, and both parties told (clause 2(d))."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import agreement_duties, couriers, ending, gate, permit_install
from concord.store.models import Courier, Person
from desk.agreement.parties import ACADEMY, MAINTAINED, Parties, courier, lines, person, sign

pytestmark = pytest.mark.database


def link(laestab: str) -> str:
    return f"https://hub.example/agreement/{laestab}"


@pytest.fixture
def contractor(parties: Parties) -> Actor:
    sign(parties)
    return person("contractor", "Chris Fitter", ACADEMY)


def permit(parties: Parties, engineer: str = "chris  fitter", ahead: timedelta = timedelta(minutes=-1)) -> None:
    """From a minute ago, unless told: in the first minutes of a day the window still begins on it."""
    starts = max(timezone.localtime().replace(hour=0, minute=0, second=0), timezone.localtime() + ahead)
    permit_install.permit(parties.head, ACADEMY, engineer=engineer, host="SRV-1", starts=starts, hours=2)


def refused(deed: Any) -> tuple[str, str]:
    with pytest.raises(gate.Refused) as no:
        deed()
    return no.value.clause, no.value.refusal.reason


def test_done_uses_the_permission_up_and_tells_both_parties_without_a_name(parties: Parties, contractor: Actor) -> None:
    permit(parties)
    assert [(one.laestab, one.grant.state) for one in permit_install.own(contractor)] == [(ACADEMY, "open")]
    couriers.enrol(permit_install.token(contractor, ACADEMY), key(), "SRV-1")
    assert permit_install.complete(contractor, ACADEMY, "Installed, enrolled, tried", link)
    (grant,) = permit_install.grants(ACADEMY, timezone.now())
    assert (grant.state, grant.enrolled) == ("done", 1)
    told = {one.to[0]: one.body for one in mail.outbox}
    assert set(told) == {Person.objects.get(ref=one.ref).email for one in (parties.head, parties.manager)}
    for body in told.values():
        assert link(ACADEMY) in body
        for name in ("Fitter", "Made-up", "SRV-1", "Harper", "tried"):
            assert name not in body
    assert refused(lambda: permit_install.token(contractor, ACADEMY)) == ("2d", "permission_missing")
    assert refused(lambda: permit_install.complete(contractor, ACADEMY, "again", link)) == ("2d", "permission_missing")
    (line,) = lines("agreement install_completed")
    assert (json.loads(line.body)["facts"]["by"], line.flow) == (contractor.ref, "agreement-life")


def key() -> str:
    from concord.core.seal.signature import new_key, public_text

    return public_text(new_key())


def test_it_is_the_duty_of_both_to_read_it_for_a_week(
    parties: Parties, contractor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit(parties)
    permit_install.complete(contractor, ACADEMY, "Installed", link)
    for who in (parties.head, parties.manager):
        (duty,) = [one for one in agreement_duties.of_person(who) if one.title.startswith("Installation done")]
        assert duty.href == f"/agreement/{ACADEMY}"
    assert agreement_duties.of_person(parties.other_head) == []
    later = gate.today() + timedelta(days=8)
    monkeypatch.setattr(gate, "today", lambda: later)
    assert [one for one in agreement_duties.of_person(parties.head) if "Installation" in one.title] == []


def test_the_permission_is_the_named_engineer_s_alone(parties: Parties, contractor: Actor) -> None:
    permit(parties, engineer="Kim Other")
    assert permit_install.own(contractor) == []
    for deed in (permit_install.opened, permit_install.token):
        with pytest.raises(Trouble, match="names somebody else"):
            deed(contractor, ACADEMY)
    with pytest.raises(Trouble, match="names somebody else"):
        permit_install.complete(contractor, ACADEMY, "done", link)
    elsewhere = replace(contractor, establishments=frozenset([MAINTAINED]))
    assert permit_install.own(elsewhere) == []
    assert refused(lambda: permit_install.opened(elsewhere, ACADEMY))[1] == "outside_scope"


def test_before_its_hour_nothing_is_done_and_after_its_hour_it_may_be_said(
    parties: Parties, contractor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    permit_install.permit(parties.head, ACADEMY, engineer="Chris Fitter", host="SRV-1", starts=noon, hours=1)

    def at(when: datetime) -> None:
        monkeypatch.setattr(permit_install.timezone, "now", lambda: when)

    at(noon - timedelta(minutes=1))
    with pytest.raises(Trouble, match="has not begun"):
        permit_install.complete(contractor, ACADEMY, "done", link)
    at(noon + timedelta(minutes=61))
    with pytest.raises(Trouble, match="does not cover this hour"):
        permit_install.token(contractor, ACADEMY)
    monkeypatch.undo()
    assert permit_install.grants(ACADEMY, noon + timedelta(minutes=61))[0].state == "over"


def test_a_mail_server_that_fails_undoes_nothing(
    parties: Parties, contractor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ConnectionRefusedError("no server")

    permit(parties)
    monkeypatch.setattr(permit_install, "send_mail", broken)
    assert permit_install.complete(contractor, ACADEMY, "Installed", link) is False
    assert permit_install.grants(ACADEMY, timezone.now())[0].state == "done"


def test_a_suspension_shuts_the_contractor_out(parties: Parties, contractor: Actor) -> None:
    permit(parties)
    ending.suspend(parties.manager, ACADEMY, "Incident 9")
    for deed in (permit_install.opened, permit_install.token):
        assert refused(lambda deed=deed: deed(contractor, ACADEMY)) == ("7c", "agreement_suspended")
    assert refused(lambda: permit_install.complete(contractor, ACADEMY, "x", link)) == ("7c", "agreement_suspended")


def test_couriers_that_were_there_before_are_not_counted_as_enrolled(parties: Parties, contractor: Actor) -> None:
    courier()
    Courier.objects.update(enrolled=timezone.now() - timedelta(days=1))
    permit(parties)
    permit_install.complete(contractor, ACADEMY, "Nothing would start", link)
    assert permit_install.grants(ACADEMY, timezone.now())[0].enrolled == 0
