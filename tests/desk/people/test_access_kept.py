"""What a manager does about people who are in: end, extend, change, confirm; and the list they do it from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from concord.core.trouble import Trouble
from concord.desk import gate, keep_access, people_duties, people_list, sessions
from concord.desk.gate import Refused
from concord.desk.grants import Scope
from concord.store.models import Establishment, Person
from desk.people.people_kit import LATER, acting, in_charge, invited, known
from small_hub import ACADEMY, HERE, THERE, deeds

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("hub")]


def states(by: Person, **asked: Any) -> dict[str, str]:
    return {one.role: one.state for one in people_list.listed(acting(by), **asked).entries}


def test_ending_access_ends_every_session_and_says_why() -> None:
    me, senco = in_charge(), known("senco", HERE)
    for key in ("a" * 32, "b" * 32):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=1))
        sessions.begin(senco, key, "code", "")
    keep_access.end(acting(me), senco.ref.hex, "left")
    assert Session.objects.count() == 0
    assert not acting(senco).active
    (line,) = deeds("access ended")
    assert line["facts"] == {"person": senco.ref.hex, "why": "left"}
    with pytest.raises(Refused):
        gate.ask(acting(senco), "own-return", establishments=[HERE])


def test_somebody_elses_people_are_as_good_as_not_there() -> None:
    stranger, head = known("senco", THERE), known("head", HERE)
    for ref in (stranger.ref.hex, "0" * 32):
        with pytest.raises(Trouble, match="no such person"):
            keep_access.end(acting(head), ref, "left")
    assert Person.objects.get(pk=stranger.pk).active


def test_access_that_nobody_confirms_ends_by_itself() -> None:
    senco = known("senco", HERE, recertify_by=gate.today())
    gate.ask(acting(senco), "own-return", establishments=[HERE])
    Person.objects.filter(pk=senco.pk).update(recertify_by=gate.today() - timedelta(days=1))
    with pytest.raises(Refused) as no:
        gate.ask(acting(senco), "own-return", establishments=[HERE])
    assert (no.value.refusal.reason, no.value.refusal.clause) == ("access_ended", "4a")


def test_the_quarterly_answer_keeps_some_ends_others_and_leaves_the_rest() -> None:
    soon = gate.today() + timedelta(days=5)
    head = known("head", HERE)
    kept, ended, left = (
        known(role, HERE, recertify_by=soon) for role in ("senco", "data_manager", "attendance_officer")
    )
    assert len(people_list.to_confirm(acting(head))) == 3
    duties = people_duties.of_person(head, acting(head))
    assert [(one.due, one.href) for one in duties] == [(soon, "/people/confirm")]
    done = keep_access.recertify(acting(head), frozenset([kept.ref.hex]), frozenset([ended.ref.hex]))
    assert done == (1, 1)
    kept.refresh_from_db()
    assert kept.recertify_by is not None
    assert kept.recertify_by > gate.today() + timedelta(days=80)
    assert not Person.objects.get(pk=ended.pk).active
    assert [one.ref for one in people_list.to_confirm(acting(head))] == [str(left.ref)]


def test_the_list_finds_leavers_unused_accounts_and_those_who_never_came() -> None:
    me, ago = in_charge(), timezone.now() - timedelta(days=91)
    known("head", HERE, last_login=ago)
    known("data_manager", HERE, last_login=None, joined=ago)
    known("attendance_officer", HERE, last_login=ago + timedelta(days=3))
    known("auditor", "*", authorised_until=gate.today() - timedelta(days=1))
    known("admissions", "*", ended=timezone.now(), active=False)
    invited(me, "senco", HERE)
    expected = {
        "head": "unused",
        "data_manager": "unused",
        "attendance_officer": "active",
        "auditor": "lapsed",
        "admissions": "ended",
        "senco": "invited",
    }
    assert states(me) == {people_list.people.title(role): state for role, state in expected.items()}
    for state in people_list.STATES:
        shown = states(me, state=state)
        assert set(shown.values()) <= {state}
        assert len(shown) == list(expected.values()).count(state)


def test_the_list_is_a_deed_and_holds_nobody_of_another_place() -> None:
    known("senco", THERE)
    head = known("head", HERE)
    known("data_manager", HERE)
    assert len(people_list.listed(acting(head)).entries) == 1
    assert deeds("people listed")[0]["facts"] == {"people": 1}
    assert len(people_list.listed(acting(known("dpo", "*"))).entries) == 4
    with pytest.raises(Refused):
        people_list.listed(acting(known("attendance_officer", HERE)))


def test_a_district_covers_an_establishment_that_opens_in_it_at_once() -> None:
    Establishment.objects.filter(laestab=HERE).update(district="Swale")
    officer = known("inclusion_officer", districts=["Swale"], establishments=[])
    assert acting(officer).establishments == {HERE}
    Establishment.objects.filter(laestab=ACADEMY).update(district="Swale")
    assert acting(officer).establishments == {HERE, ACADEMY}


def test_a_scope_is_changed_by_who_is_in_charge_and_kept_inside_the_role() -> None:
    me, officer = in_charge(), known("inclusion_officer", districts=["Swale"], establishments=[])
    keep_access.change_scope(acting(me), officer.ref.hex, Scope((HERE,), ("Dover", "Thanet")))
    officer.refresh_from_db()
    assert (officer.establishments, officer.districts) == ([], ["Dover", "Thanet"])
    with pytest.raises(Trouble, match="district"):
        keep_access.change_scope(acting(me), officer.ref.hex, Scope(districts=("Nowhere",)))


def test_a_case_that_is_no_pupil_is_refused() -> None:
    me, worker = in_charge(), known("social_worker", "*")
    with pytest.raises(Trouble, match="no pupil"):
        keep_access.change_scope(acting(me), worker.ref.hex, Scope(caseload=("0" * 8 + "-0000-4000-8000-" + "0" * 12,)))


def test_who_comes_back_begins_with_a_new_link() -> None:
    me, senco = in_charge(), known("senco", HERE)
    keep_access.end(acting(me), senco.ref.hex, "left")
    keep_access.give_again(acting(me), senco.ref.hex, gate.today() + LATER, str)
    senco.refresh_from_db()
    assert (senco.active, senco.ended, senco.has_usable_password()) == (False, None, False)
