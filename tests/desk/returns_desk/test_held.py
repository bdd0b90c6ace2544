"""What we already hold: counted from the last approved return, held against a new file, for its own school alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from django.test import Client
from returns_desk_kit import COLLECTION, Hub, edit, on_roll, put_pupil, without

from concord.core.returns import Return, read, write
from concord.desk import gate, recall_return
from concord.desk.gate import Refused
from concord.desk.recall_return import Held, Recalled
from concord.store.models import Person
from small_hub import as_owner, la

LAST = "SC-SUM-2026"


def last_term(ret: Return) -> Return:
    return replace(ret, header=replace(ret.header, term="SUM", year="2026", reference_date="2026-05-21"))


def approved(hub: Hub, laestab: str) -> Return:
    """The establishment's return to the census before, as the authority approved it."""
    from concord.desk import receive_return
    from concord.desk.validate_return import validate

    sent = write(last_term(hub.ret(laestab)))
    version = receive_return.receive(hub.keeper(laestab), sent, "summer.xml", laestab, "page").pk
    validate(version, laestab)
    with as_owner() as cursor:
        cursor.execute("UPDATE collection_return SET state = 'approved' WHERE current_id = %s", [version])
    return read(sent)


def item(found: Recalled, name: str, table: str = "pupil") -> Held:
    return next(one for one in found.items if (one.table, one.item) == (table, name))


def test_before_a_first_approved_return_nothing_is_held(hub: Hub) -> None:
    one = hub.places[0]
    hub.send(one)
    found = recall_return.recall(hub.keeper(one), one, COLLECTION)
    assert (found.last, found.items, found.joined) == (None, [], None)


def test_what_is_held_is_counted_from_the_last_approved_return(hub: Hub) -> None:
    one = hub.places[0]
    sent = approved(hub, one)
    pupils = sent.tables["pupil"]
    found = recall_return.recall(hub.keeper(one), one, COLLECTION)
    assert found.last is not None
    assert (found.last.id, found.people, found.joined) == (LAST, pupils.height, None)
    assert item(found, "UPN").people == pupils["UPN"].drop_nulls().len()
    assert item(found, "PostCode", "address").people == people_with(sent, "address", "PostCode")
    assert {each.changed for each in found.items} == {None}
    assert item(found, "SENprovision").category == "sen"
    assert {each.asked for each in found.held} == {True}
    assert all(not each.people for each in found.missing)


def people_with(ret: Return, table: str, name: str) -> int:
    return ret.tables[table].filter(pl.col(name).is_not_null())["pupil"].n_unique()


def test_a_new_file_is_held_against_it_value_by_value(hub: Hub) -> None:
    one = hub.places[0]
    approved(hub, one)
    last = hub.ret(one)
    first, second, third = on_roll(last)[:3]
    new = edit(last, first, Surname="Married")
    new = put_pupil(without(edit(new, third, Surname="Otherwise"), second), "Z823432120001", "C")
    hub.send(one, new)
    found = recall_return.recall(hub.keeper(one), one, COLLECTION)
    assert (found.joined, found.gone) == (1, 1)
    assert (item(found, "Surname").changed, item(found, "Forename").changed) == (2, 0)


def test_only_a_census_before_and_only_an_approved_one_counts(hub: Hub) -> None:
    one = hub.places[0]
    approved(hub, one)
    assert recall_return.recall(hub.keeper(one), one, "SC-SPR-2026").last is None
    with as_owner() as cursor:
        cursor.execute("UPDATE collection_return SET state = 'submitted'")
    assert recall_return.recall(hub.keeper(one), one, COLLECTION).last is None


def test_somebody_hidden_since_is_not_among_what_is_held(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    one = hub.places[0]
    gone = on_roll(approved(hub, one))[0]
    before = recall_return.recall(hub.keeper(one), one, COLLECTION)
    monkeypatch.setattr("concord.desk.hidden_rows.upns", lambda permit, upns, *more: frozenset({gone}) & set(upns))
    after = recall_return.recall(hub.keeper(one), one, COLLECTION)
    assert (after.people, item(after, "UPN").people) == (before.people - 1, item(before, "UPN").people - 1)


def test_another_school_and_a_professional_are_refused(hub: Hub) -> None:
    one, other = hub.places[:2]
    approved(hub, one)
    for actor in (hub.keeper(other), la("admissions")):
        with pytest.raises(Refused):
            recall_return.recall(actor, one, COLLECTION)


def test_the_page_tells_it_and_the_sheet_has_every_item(hub: Hub, client: Client) -> None:
    one = hub.places[0]
    approved(hub, one)
    sign_in(client, "data_manager", one)
    address = f"/returns/{one}/{COLLECTION}"
    tasks = client.get(address).content.decode()
    assert "1. See what we already hold" in tasks
    assert f'href="{address}/held"' in tasks
    page = client.get(f"{address}/held").content.decode()
    for words in (
        "School Census, Summer 2026",
        f"/returns/{one}/{LAST}",
        "By kind of data",
        "Home address",
        "Send your new",
    ):
        assert words in page, words
    rows = client.get(f"{address}/held?format=csv").content.decode("utf-8-sig").splitlines()
    held = recall_return.recall(hub.keeper(one), one, COLLECTION).items
    assert len(rows) == len(held) + 1
    assert client.get(f"{address}/held?format=exe").status_code == 400


def sign_in(client: Client, role: str, place: str) -> None:
    until = gate.today() + timedelta(days=30)
    person = Person(email=f"{role}@test.example", name="Test", role=role, establishments=[place], trained_until=until)
    person.declared_until = person.authorised_until = until
    person.set_unusable_password()
    person.save()
    client.force_login(person)
