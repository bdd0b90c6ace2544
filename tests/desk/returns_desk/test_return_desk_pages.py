"""The pages of the return's desk, as a browser gets them: right data, nobody else's, and never a fault."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from returns_desk_kit import COLLECTION, Hub, edit, on_roll, put_pupil

from concord.core.returns import write
from concord.core.seal.receipt import verify_receipt
from concord.core.seal.signature import public_key
from concord.desk import approve_return, establishments, gate, give_receipt, submit_return
from concord.store.models import Person, ReturnVersion

Enter = Callable[..., Client]


@pytest.fixture
def enter(hub: Hub) -> Enter:
    """`enter("head", place)` is a browser in which that person has signed in."""

    def one(role: str, *places: str) -> Client:
        until = gate.today() + timedelta(days=30)
        person = Person(
            email=f"{role}-{len(places)}-{Person.objects.count()}@test.example",
            name=f"Test {role}",
            role=role,
            establishments=list(places) or ["*"],
            trained_until=until,
            declared_until=until,
            authorised_until=until,
        )
        person.set_unusable_password()
        person.save()
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return one


def at(laestab: str, page: str = "") -> str:
    return f"/returns/{laestab}/{COLLECTION}{page}"


def says(answer: Any, *words: str) -> str:
    text = answer.content.decode()
    assert answer.status_code == 200, text[:2000]
    for one in words:
        assert one in text, one
    return text


OWN = (
    "",
    "/across",
    "/by-pupil",
    "/versions",
    "/preview",
    "/receipts",
    "/threads",
    "/findings",
    "/list",
    "/copy",
    "/held",
)
DESK = ("", "/across", "/threads", "/copies")


@pytest.mark.parametrize("page", OWN)
def test_every_page_of_a_return_opens_for_its_own_and_for_nobody_else(hub: Hub, enter: Enter, page: str) -> None:
    one, other = hub.places[:2]
    hub.send(one, edit(hub.ret(one), on_roll(hub.ret(one))[0], Sex="?"))
    assert enter("data_manager", one).get(at(one, page)).status_code == 200
    assert enter("data_manager", other).get(at(one, page)).status_code == (200 if page == "/copy" else 403)
    assert enter("admissions").get(at(one, page)).status_code == (200 if page == "/copy" else 403)


@pytest.mark.parametrize("page", DESK)
def test_every_page_of_the_desk_opens_for_an_officer_alone(hub: Hub, enter: Enter, page: str) -> None:
    hub.send(hub.places[0])
    assert enter("mi_officer").get(f"/progress/{COLLECTION}{page}").status_code == 200
    assert enter("admissions").get(f"/progress/{COLLECTION}{page}").status_code == 403


def test_a_trial_shows_what_it_found_and_sends_nothing(hub: Hub, enter: Enter) -> None:
    one = hub.places[0]
    content = write(edit(hub.ret(one), on_roll(hub.ret(one))[0], Sex="?"))
    file = SimpleUploadedFile("try.xml", content, "text/xml")
    answer = enter("data_manager", one).post(f"/returns/{one}/trial", {"file": file})
    says(answer, "Trial only", "It has not been sent", "C0351")
    assert ReturnVersion.objects.using("owner").count() == 0
    wrong = SimpleUploadedFile("try.xml", b"<Message>", "text/xml")
    assert enter("data_manager", one).post(f"/returns/{one}/trial", {"file": wrong}).status_code == 422


def test_a_head_signs_off_with_name_and_declaration_and_has_a_receipt_that_holds(hub: Hub, enter: Enter) -> None:
    one = hub.places[0]
    hub.send(one)
    hub.explain_everything(one)
    head = enter("head", one)
    says(head.get(at(one, "/sign-off")), "Test head, head teacher", submit_return.declaration_of(one)[1])
    assert head.post(at(one, "/sign-off"), {"signed": "Jo Smith, head", "agreed": "on"}).status_code == 302
    says(head.get(at(one)), "Signed off by Jo Smith, head.")
    page = says(head.get(at(one, "/receipts")), "Your reference")
    number = page.split(f'href="{at(one, "/receipts/")}')[1].split('"')[0]
    document = json.loads(head.get(at(one, f"/receipts/{number}")).content)
    assert verify_receipt(document, public_key(give_receipt.hub_key())).entry["deed"] == "return submitted"


def test_the_workbook_and_the_archive_are_what_they_say(hub: Hub, enter: Enter) -> None:
    one = hub.places[0]
    hub.send(one)
    hub.explain_everything(one)
    submit_return.submit(hub.head(one), one, COLLECTION)
    approve_return.approve(hub.officer, one, COLLECTION)
    manager, officer = enter("data_manager", one), enter("mi_officer")
    assert zipfile.is_zipfile(io.BytesIO(manager.get(at(one, "/list?format=xlsx")).content))
    assert manager.get(at(one, "/list?format=csv")).content.startswith(b"\xef\xbb\xbfValidation result")
    assert manager.get(at(one, "/list?format=exe")).status_code == 400
    answer = officer.get(f"/progress/{COLLECTION}/export")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert [archive.read(name) for name in archive.namelist()] == [write(hub.ret(one))]
    assert officer.get(f"/progress/{COLLECTION}/export/{one}").content == write(hub.ret(one))
    assert manager.get(f"/progress/{COLLECTION}/export").status_code == 403


def test_a_school_and_an_officer_talk_and_the_officer_takes_it_further(hub: Hub, enter: Enter) -> None:
    one = hub.places[0]
    hub.send(one)
    manager, officer = enter("data_manager", one), enter("mi_officer")
    assert manager.post(at(one, "/threads"), {"rule": "", "text": "Is this right? <b>"}).status_code == 302
    says(officer.get(f"/progress/{COLLECTION}/threads"), "The return as a whole", "Waiting for the local authority")
    page = says(officer.get(at(one, "/threads")), "Is this right? &lt;b&gt;", "the Department for Education")
    number = page.split(f'action="{at(one, "/threads/")}')[1].split('"')[0]
    given = {"verb": "refer", "to": "dfe", "reference": "CAS-9", "text": "Is the rule right?"}
    assert officer.post(at(one, f"/threads/{number}"), given).status_code == 302
    says(manager.get(at(one, "/threads")), "Taken further, waiting for an answer", "CAS-9")
    assert manager.post(at(one, f"/threads/{number}"), given).status_code == 400


def test_another_school_is_named_on_the_page_only_where_it_may_be(hub: Hub, enter: Enter) -> None:
    one, other = hub.places[:2]
    upn = on_roll(hub.ret(one))[0]
    hub.send(one)
    hub.send(other, put_pupil(hub.ret(other), upn, "C"))
    says(enter("data_manager", one).get(at(one, "/across")), upn, other, "On another roll too")
    says(enter("mi_officer").get(f"/progress/{COLLECTION}/across"), hub.county.at(one).name)
    answer = enter("data_manager", one).get(at(one, "/across?format=csv"))
    assert upn.encode() in answer.content


def test_versions_are_listed_and_compared(hub: Hub, enter: Enter) -> None:
    one = hub.places[0]
    upn = on_roll(hub.ret(one))[0]
    hub.send(one)
    hub.send(one, edit(hub.ret(one), upn, Surname="Otherwise"))
    manager = enter("data_manager", one)
    says(manager.get(at(one, "/versions")), "Against file 1", "by this site")
    says(manager.get(at(one, "/versions?earlier=1&later=2")), "Otherwise", upn, "1 values changed")
    assert manager.get(at(one, "/versions?earlier=7&later=2")).status_code == 400


def test_an_academy_is_reminded_and_says_why(hub: Hub, enter: Enter) -> None:
    academy = next(one for one in hub.places if establishments.family_of(one, gate.today()) == "academy")
    officer, manager = enter("mi_officer"), enter("data_manager", academy)
    assert officer.post(f"/progress/{COLLECTION}/copies", {"laestab": academy}).status_code == 302
    assert manager.post(at(academy, "/copy"), {"reason": "mis", "text": ""}).status_code == 302
    says(officer.get(f"/progress/{COLLECTION}/copies"), academy, "cannot make the file at present")


BAD = (
    "?after=-1",
    "?after=%00",
    "?kind=%27--",
    "?format=%F0%9F%98%80",
    "?earlier=99999999999999999999&later=1",
    "?state=x",
)


@pytest.mark.parametrize("page", [page for page in OWN if page])
def test_a_bad_address_is_never_a_fault(hub: Hub, enter: Enter, page: str) -> None:
    one = hub.places[0]
    hub.send(one)
    manager = enter("data_manager", one)
    for query in BAD:
        assert manager.get(at(one, page) + query).status_code < 500, query
    for laestab in ("999/9999", hub.places[1]):
        assert manager.get(at(laestab, page)).status_code in (200, 400, 403, 404)
    assert manager.get(f"/returns/{one}/SC-AUT-1999{page}").status_code < 500
