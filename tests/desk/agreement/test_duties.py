"""What the agreement asks of whom, with the reminders of a renewal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from concord.core.agreement.model import Actor
from concord.desk import agreement_duties, ending, gate, notices, sign_agreement, standings
from desk.agreement.parties import ACADEMY, Parties, in_days, notice_of, sign, signature

pytestmark = pytest.mark.database


def asked(actor: Actor) -> list[str]:
    return [duty.action for duty in agreement_duties.of_person(actor)]


def test_each_step_of_a_signature_is_somebody_s_duty_and_only_theirs(parties: Parties) -> None:
    sign_agreement.offer(parties.manager, ACADEMY)
    assert asked(parties.head) == ["Read and sign the agreement"]
    sign_agreement.sign(parties.head, ACADEMY, signature())
    assert (asked(parties.head), asked(parties.officer)) == ([], ["Read the privacy notices"])
    notices.confirm(parties.officer, ACADEMY, notice_of(ACADEMY))
    assert (asked(parties.officer), asked(parties.manager)) == ([], ["Countersign the agreements"])
    sign_agreement.countersign(parties.manager, ACADEMY)
    assert [asked(one) for one in (parties.head, parties.officer, parties.manager)] == [[], [], []]
    assert asked(parties.data_manager) == []


def test_a_returned_notice_is_the_head_s_duty_with_the_reason(parties: Parties) -> None:
    sign_agreement.sign(parties.head, ACADEMY, signature())
    notices.give_back(parties.officer, ACADEMY, notice_of(ACADEMY), "Name us on page 2")
    (duty,) = agreement_duties.of_person(parties.head)
    assert (duty.action, duty.clause) == ("Hand over a privacy notice", "2a")
    assert "Name us on page 2" in duty.why


@pytest.mark.parametrize(("ahead", "days"), [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30)])
def test_renewal_is_reminded_180_90_and_30_days_ahead(
    parties: Parties, monkeypatch: pytest.MonkeyPatch, ahead: int, days: int | None
) -> None:
    sign(parties)
    lapses = date.fromisoformat(standings.of([ACADEMY], gate.today())[ACADEMY].facts["lapses"])
    sign_agreement.register_ico(parties.head, ACADEMY, "ZA123456", lapses + timedelta(days=400))
    monkeypatch.setattr(gate, "today", lambda: lapses - timedelta(days=ahead))
    reader, office = (_as_if_authorised(one) for one in (parties.head, parties.manager))
    duties = agreement_duties.of_person(reader)
    if days is None:
        assert duties == []
        return
    (duty,) = duties
    assert (duty.action, duty.due, duty.clause) == ("Renew the agreement", lapses, "7b")
    assert f"Fewer than {days} days" in duty.why
    assert [one.title for one in agreement_duties.of_person(office)] == [f"1 agreement to renew within {days} days"]


def _as_if_authorised(actor: Actor) -> Actor:
    """The same person years later, let in anew."""
    return Actor(actor.ref, actor.role, actor.establishments)


def test_a_suspension_is_told_to_the_head_and_reviewed_five_days_before_it_ends(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(parties)
    ending.suspend(parties.manager, ACADEMY, "Incident 7")
    (duty,) = agreement_duties.of_person(parties.head)
    assert (duty.due, duty.clause) == (in_days(30), "7c")
    assert asked(parties.manager) == []
    day = in_days(25)
    monkeypatch.setattr(gate, "today", lambda: day)
    assert asked(parties.manager) == ["Review the suspensions"]


def test_an_ico_registration_about_to_run_out_is_a_duty(parties: Parties) -> None:
    sign(parties)
    sign_agreement.register_ico(parties.head, ACADEMY, "ZA123456", in_days(31))
    assert asked(parties.head) == []
    sign_agreement.register_ico(parties.head, ACADEMY, "ZA123456", in_days(30))
    assert asked(parties.head) == ["Record your new registration"]
