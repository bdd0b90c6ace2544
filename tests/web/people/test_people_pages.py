"""The pages of people: what a manager's forms may do, and what a forged one may not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from concord.core.trouble import Trouble
from concord.desk import gate
from concord.site.commands.invite import _invite
from concord.site.mail import KeptMail
from concord.store.models import Person
from desk.people.people_kit import PASSWORD, in_charge, invited, known
from small_hub import HERE, THERE, deeds, lines

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("hub")]
Enter = Callable[[Person], Client]


def words(answer: Any) -> str:
    return str(answer.content.decode())


def boxes(days: int, name: str = "until") -> dict[str, str]:
    day = gate.today() + timedelta(days=days)
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def form(role: str = "senco", places: str = HERE, **more: str) -> dict[str, str]:
    told = {"name": "Sam New", "email": "sam@people.example", "role": role, "establishments": places}
    return told | boxes(90) | more


def test_a_head_invites_for_their_own_establishment_only(enter: Enter) -> None:
    client = enter(known("head", HERE))
    assert "Sam New" not in words(client.get("/people"))
    assert client.post("/people/new", form(places=THERE)).status_code == 403
    assert client.post("/people/new", form(role="mi_manager")).status_code == 400  # not among the choices
    assert Person.objects.count() == 1
    assert "was sent" in words(client.post("/people/new", form()))
    assert "Sam New" in words(client.get("/people"))
    assert len(mail.outbox) == 1


def test_what_is_not_asked_for_is_not_taken(enter: Enter) -> None:
    """Mass assignment: fields that the form does not have change nothing."""
    client = enter(known("head", HERE))
    client.post("/people/new", form(active="on", trained_until="2099-01-01", authorised_by="1", districts="Dover"))
    person = Person.objects.get(email="sam@people.example")
    assert (person.active, person.trained_until, person.districts) == (False, None, [])


def test_a_wrong_form_says_what_to_put_right_and_keeps_what_was_typed(enter: Enter) -> None:
    client = enter(in_charge())
    shown = words(client.post("/people/new", form(places="886-2001", **boxes(500))))
    assert "three digits, a slash and four digits" in shown
    assert "886-2001" in shown
    assert "not too far off" in words(client.post("/people/new", form(**boxes(500))))


@pytest.mark.parametrize("what", ["", "/end", "/until", "/back", "/scope", "/training"])
def test_somebody_elses_person_is_as_good_as_nobody(enter: Enter, what: str) -> None:
    stranger = known("senco", THERE)
    client = enter(known("head", HERE))
    nobody = "00000000-0000-4000-8000-000000000000"
    answers = [client.post(f"/people/{ref}{what}", {"why": "left"}) for ref in (stranger.ref, nobody)]
    assert [one.status_code for one in answers] == [400, 400]
    bare = [re.sub(r'value="[^"]{30,}"|nonce="[^"]+"', "", words(one)) for one in answers]
    assert bare[0] == bare[1]
    assert [line["reason"] for line in lines(answer="refusal")] == ["outside_scope"] * 2
    assert Person.objects.get(pk=stranger.pk).active


@pytest.mark.parametrize("role", ["data_manager", "senco", "attendance_officer"])
def test_who_lets_nobody_in_gets_a_refusal_with_its_clause(enter: Enter, role: str) -> None:
    client = enter(known(role, HERE))
    for address in ("/people", "/people/new", "/people/confirm"):
        answer = client.get(address)
        assert answer.status_code == 403, address
    assert lines(answer="refusal")[-1]["flow"] == "user-access"


def test_the_data_protection_officer_watches_and_decides_nothing(enter: Enter) -> None:
    senco = known("senco", HERE)
    client = enter(known("dpo", "*"))
    shown = words(client.get("/people"))
    assert "Robin senco" in shown
    assert f"/people/{senco.ref}" not in shown
    assert client.post(f"/people/{senco.ref}/end", {"why": "left"}).status_code == 400
    assert Person.objects.get(pk=senco.pk).active


def test_training_elsewhere_is_recorded_by_who_is_in_charge(enter: Enter) -> None:
    auditor = known("auditor", "*", trained_until=None)
    client = enter(in_charge())
    told = {"what": "The council's course"} | boxes(1, "on")
    assert "today or in the past" in words(client.post(f"/people/{auditor.ref}/training", told))
    client.post(f"/people/{auditor.ref}/training", told | boxes(-10, "on"))
    auditor.refresh_from_db()
    assert auditor.trained_until
    assert deeds("training recorded")[0]["facts"]["person"] == auditor.ref.hex


def test_answers_for_people_by_forged_names_of_fields_change_nothing(enter: Enter) -> None:
    stranger = known("senco", THERE)
    client = enter(known("head", HERE))
    assert client.post("/people/confirm", {"csrf": "keep", "x" * 32: "end", "': DROP": "end"}).status_code == 302
    assert client.post("/people/confirm", {str(stranger.ref): "end"}).status_code == 400
    assert Person.objects.get(pk=stranger.pk).active


def test_the_secret_of_a_link_leaves_the_address_at_once(enter: Enter) -> None:
    word = invited(in_charge())
    client = Client()
    answer = client.get(f"/invitation/{word}", follow=True)
    assert answer.redirect_chain == [("/invitation", 302)]
    assert word not in words(answer)
    assert client.get("/invitation/second-proof").headers["Location"] == "/invitation"  # a password comes first
    client.post("/invitation", {"password": PASSWORD})
    assert client.get("/account").status_code == 302
    assert client.post("/invitation/second-proof", {"code": "000000"}).status_code == 400
    assert not Person.objects.get(role="senco").active


@pytest.mark.parametrize(
    "body", ["", "[]", '{"credential": 1}', '{"credential": {}}', '{"credential": {"rawId": "AA"}}']
)
@pytest.mark.parametrize("kind", ["enter", "second", "again", "new", "invited", "other"])
def test_an_answer_that_is_no_passkeys_is_told_so(hub: None, kind: str, body: str) -> None:
    client = Client()
    client.post(f"/passkey/{kind}", "{}", content_type="application/json")
    answer = client.post(f"/passkey/{kind}/answer", body, content_type="application/json")
    assert answer.status_code in (302, 400)
    assert answer.status_code == 302 or json.loads(answer.content)["what"]


def test_the_first_one_in_charge_is_let_in_from_the_command_line() -> None:
    link, hours = _invite("pat@people.example", "Pat Example", "https://hub.example")
    assert (link.startswith("https://hub.example/invitation/"), hours) == (True, 72)
    (line,) = deeds("person invited")
    assert (line["actor"], line["role"]) == ("hub", "system")
    with pytest.raises(Trouble, match="not an e-mail"):
        _invite("pat", "Pat Example", "https://hub.example")


def test_messages_that_no_server_takes_are_kept_shut(tmp_path: Path) -> None:
    KeptMail(file_path=str(tmp_path / "mail")).send_messages(
        [mail.EmailMessage("x", "y", "a@b.example", ["c@d.example"])]
    )
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
    assert len(list((tmp_path / "mail").iterdir())) == 1
