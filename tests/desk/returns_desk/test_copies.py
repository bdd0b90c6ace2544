"""Academies' final copies: expected while the agreement holds, reminded, explained, reconciled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from returns_desk_kit import COLLECTION, Hub

from concord.core.trouble import Trouble
from concord.desk import agreements, expect_copies, gate, submit_return
from concord.desk.establishments import family_of
from concord.store.models import Person
from small_hub import la


@pytest.fixture
def academy(hub: Hub) -> str:
    found = [one for one in hub.places if family_of(one, gate.today()) == "academy"]
    assert found, "the county has an academy"
    return found[0]


def line(hub: Hub, laestab: str) -> expect_copies.Copy:
    return next(row for row in expect_copies.expected(hub.officer, COLLECTION).rows if row.laestab == laestab)


def test_only_academies_owe_a_copy(hub: Hub, academy: str) -> None:
    rows = expect_copies.expected(hub.officer, COLLECTION).rows
    families = {row.laestab: family_of(row.laestab, gate.today()) for row in rows}
    assert set(families.values()) == {"academy"}
    assert academy in families


def test_a_copy_is_here_only_once_the_head_has_declared_it_final(hub: Hub, academy: str) -> None:
    assert line(hub, academy).state in ("expected", "late")
    hub.send(academy)
    assert line(hub, academy).state == "unsigned"
    hub.explain_everything(academy)
    submit_return.submit(hub.head(academy), academy, COLLECTION)
    assert line(hub, academy).state == "here"
    assert submit_return.declaration_of(academy)[0] == "copy-1"


def test_nothing_is_due_while_the_agreement_is_suspended(hub: Hub, academy: str) -> None:
    agreements.record(hub.head(academy), academy, "suspended", evidence="A laptop was stolen, with its key")
    assert line(hub, academy).state == "not_due"
    with pytest.raises(Trouble, match="None of these"):
        expect_copies.remind(hub.officer, COLLECTION, [academy])


def test_a_reminder_is_seen_by_the_academy_until_the_copy_is_here(hub: Hub, academy: str) -> None:
    assert expect_copies.remind(hub.officer, COLLECTION, [academy]) == 1
    manager = hub.keeper(academy)
    assert [collection for collection, _ in expect_copies.reminded(manager, academy)] == [COLLECTION]
    assert len(line(hub, academy).reminded) == 1
    hub.send(academy)
    hub.explain_everything(academy)
    submit_return.submit(hub.head(academy), academy, COLLECTION)
    assert expect_copies.reminded(manager, academy) == []


def test_either_side_says_why_none_came(hub: Hub, academy: str) -> None:
    expect_copies.explain(hub.keeper(academy), COLLECTION, academy, "mis", "")
    assert line(hub, academy).reason == "mis"
    expect_copies.explain(hub.officer, COLLECTION, academy, "other", "The trust has asked for a meeting.")
    assert (line(hub, academy).reason, line(hub, academy).text) == ("other", "The trust has asked for a meeting.")
    for reason, text in (("", ""), ("other", " "), ("mis", "x" * 1001)):
        with pytest.raises(Trouble):
            expect_copies.explain(hub.officer, COLLECTION, academy, reason, text)


def test_academies_reminded_in_vain_are_a_duty_of_the_officer_until_the_copy_is_here(hub: Hub, academy: str) -> None:
    assert (expect_copies.duties(hub.officer), expect_copies.duties(hub.keeper(academy))) == ([], [])
    expect_copies.remind(hub.officer, COLLECTION, [academy])
    expect_copies.remind(hub.officer, COLLECTION, [academy])
    (duty,), (own,) = expect_copies.duties(hub.officer), expect_copies.duties(hub.keeper(academy))
    assert (duty.title, duty.href) == ("1 academy was reminded of its copy", f"/progress/{COLLECTION}/copies")
    assert (own.href, own.since) == (f"/returns/{academy}/{COLLECTION}", gate.today())
    assert expect_copies.duties(la("admissions")) == []
    hub.send(academy)
    hub.explain_everything(academy)
    submit_return.submit(hub.head(academy), academy, COLLECTION)
    assert (expect_copies.duties(hub.officer), expect_copies.duties(hub.keeper(academy))) == ([], [])


def test_a_reminder_is_no_duty_while_the_agreement_is_no_ground(hub: Hub, academy: str) -> None:
    expect_copies.remind(hub.officer, COLLECTION, [academy])
    agreements.record(hub.head(academy), academy, "suspended", evidence="A laptop was stolen, with its key")
    assert expect_copies.duties(hub.officer) == []


def test_the_officers_first_page_shows_the_reminder(hub: Hub, academy: str, client: Client) -> None:
    expect_copies.remind(hub.officer, COLLECTION, [academy])
    until = gate.today() + timedelta(days=30)
    person = Person(email="mi@test.example", name="Test", role="mi_officer", establishments=["*"], trained_until=until)
    person.declared_until = person.authorised_until = until
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    assert "1 academy was reminded of its copy" in client.get("/").content.decode()
