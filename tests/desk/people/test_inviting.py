"""Who may let in whom, and the link by which they come."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from concord.core.trouble import Trouble
from concord.desk import codes, gate, invite, keep_access
from concord.desk.gate import Refused
from concord.store.models import CodeMaker, Establishment, Invitation, Person
from desk.people.people_kit import LATER, PASSWORD, acting, in_charge, invited, known, wanted
from small_hub import HERE, THERE, deeds, lines

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("hub")]


def test_who_is_in_charge_invites_and_the_message_names_nobody() -> None:
    word = invited(in_charge(), "senco", HERE)
    (message,) = mail.outbox
    assert message.to == ["new-senco@people.example"]
    said = f"{message.subject} {message.body}"
    assert word in said
    assert [one for one in ("Sam", "New", "senco", "educational", HERE, "people.example") if one in said] == []


def test_an_invitation_is_a_deed_under_a_permit_seen_by_the_establishment() -> None:
    invited(in_charge(), "senco", HERE)
    (line,) = deeds("person invited")
    assert (line["flow"], line["establishments"]) == ("user-access", [HERE])
    assert line["ref"] in {one["ref"] for one in lines(kind="decision", answer="permit")}
    assert "Sam" not in str(lines())


@pytest.mark.parametrize(
    ("giver", "role", "place"),
    [
        ("head", "head", HERE),
        ("head", "senco", THERE),
        ("head", "mi_officer", HERE),
        ("trust_officer", "mi_manager", HERE),
        ("data_manager", "senco", HERE),
        ("dpo", "auditor", HERE),
    ],
)
def test_nobody_gives_more_than_they_may(giver: str, role: str, place: str) -> None:
    by = known(giver, "*" if giver == "dpo" else HERE)
    with pytest.raises(Refused):
        invite.invite(acting(by), wanted(role, place), str)
    assert lines(answer="refusal")[-1]["flow"] == "user-access"
    assert Person.objects.count() == 1
    assert mail.outbox == []


def test_a_trust_officer_lets_in_a_head_and_the_head_a_coordinator() -> None:
    trust = known("trust_officer", HERE)
    invited(trust, "head", HERE)
    invited(known("head", HERE), "senco", HERE)
    assert set(Person.objects.filter(active=False).values_list("role", flat=True)) == {"head", "senco"}


def test_nobody_decides_about_themselves() -> None:
    me = in_charge()
    with pytest.raises(Trouble):
        keep_access.extend(acting(me), me.ref.hex, gate.today() + LATER)


def test_access_ends_within_a_year() -> None:
    me = in_charge()
    for days in (400, -1):
        with pytest.raises(Trouble, match="not too far off"):
            invited(me, "senco", HERE, until=gate.today() + timedelta(days=days))


def test_only_open_establishments_of_the_register_are_a_scope() -> None:
    me = in_charge()
    with pytest.raises(Refused) as no:
        invited(me, "senco", HERE, "886/9999")
    assert no.value.refusal.reason == "unknown_establishment"
    Establishment.objects.filter(laestab=THERE).update(closed=gate.today() - timedelta(days=1))
    with pytest.raises(Trouble, match="open establishment"):
        invited(me, "senco", HERE, THERE)


def test_an_address_that_is_known_gets_no_second_account() -> None:
    me = in_charge()
    invited(me, "senco", HERE, email="Same@people.example")
    with pytest.raises(Trouble, match="known already"):
        invited(me, "head", HERE, email="same@people.example")


def test_a_link_opens_an_account_once_it_has_a_password_and_a_second_proof() -> None:
    invitation = invite.opened(invited(in_charge()))
    person = invitation.person
    with pytest.raises(Trouble):
        invite.take_up(invitation)
    invite.choose_password(invitation, PASSWORD)
    with pytest.raises(Trouble):
        invite.take_up(invitation)
    secret = codes.new_secret()
    codes.enrol(person, secret, codes.code_at(secret, codes.step_now()))
    invite.take_up(invitation)
    person.refresh_from_db()
    assert person.active
    assert person.joined


def test_a_link_is_good_once_for_72_hours_and_only_its_hash_is_kept() -> None:
    by = in_charge()
    word = invited(by)
    row = Invitation.objects.get()
    assert timedelta(hours=71) < row.until - timezone.now() <= timedelta(hours=72)
    assert word not in str(Invitation.objects.values())
    Invitation.objects.update(until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Trouble, match="does not work") as late:
        invite.opened(word)
    with pytest.raises(Trouble, match="does not work") as unknown:
        invite.opened("x" * 43)
    assert str(late.value) == str(unknown.value)


def test_a_new_link_makes_the_older_one_and_all_sign_ins_useless() -> None:
    by, senco = in_charge(), known("senco", HERE)
    first = invite.again(acting(by), senco.ref.hex, str)
    second = invite.again(acting(by), senco.ref.hex, str)
    with pytest.raises(Trouble):
        invite.opened(first)
    assert invite.opened(second).person == senco
    assert not CodeMaker.objects.filter(person=senco).exists()
    assert not Person.objects.get(pk=senco.pk).has_usable_password()


def test_of_two_who_use_a_link_at_once_one_gets_in() -> None:
    invitation = invite.opened(invited(in_charge()))
    invite.choose_password(invitation, PASSWORD)
    secret, start, got = codes.new_secret(), Barrier(2), list[bool]()
    codes.enrol(invitation.person, secret, codes.code_at(secret, codes.step_now()))

    def use() -> None:
        start.wait()
        try:
            invite.take_up(Invitation.objects.get(pk=invitation.pk))
            got.append(True)
        except Trouble:
            got.append(False)
        finally:
            connections.close_all()

    both = [Thread(target=use) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(got) == [False, True]
    assert len(deeds("invitation taken up")) == 1
