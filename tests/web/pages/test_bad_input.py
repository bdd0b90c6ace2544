"""Whatever is put into an address or a form, the answer is a page that says so: never a fault of ours."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from small_hub import HERE, THERE
from web.pages.conftest import Enter

LONG, BIDI = "x" * 10_000, "\u202e\u2067\u200b\ufeff"
STRANGE = (
    "%",
    "%%s%d",
    "'",
    '"><script>',
    LONG,
    BIDI,
    "\u00b2",
    "-1",
    "9" * 30,
    "\x00",
    "../../etc/passwd",
    "{{ 7*7 }}",
)
RETURN = f"/returns/{HERE}/SC-AUT-2026"
LISTS = (
    ("mi_officer", "/progress", ("state", "district", "q", "sort", "after", "stuck", "format")),
    ("mi_officer", "/conflicts", ("kind", "skip", "change")),
    ("mi_officer", "/conflicts/list", ("kind", "after")),
    ("mi_officer", "/agreements", ("state", "q", "after")),
    ("head", "/who-looked", ("q", "which", "after", "format")),
    ("head", f"{RETURN}/findings", ("rule", "severity", "view", "after", "format")),
    ("head", f"{RETURN}/queries", ("rule",)),
    ("auditor", "/ledger", ("begins_0", "begins_1", "ends_2", "after", "format", "flow", "answer")),
)


def test_no_value_in_an_address_breaks_a_list(enter: Enter):
    people = {role: enter(role) for role in {role for role, _, _ in LISTS}}
    wrong = [
        (path, name, value[:30], answer.status_code)
        for role, path, names in LISTS
        for name in names
        for value in STRANGE
        if (answer := people[role].get(path, {name: value})).status_code not in (200, 400)
    ]
    assert wrong == []


NOWHERE = (
    "/returns/886/2001/SC-AUT-1999",
    "/returns/999/9999/SC-AUT-2026",
    "/returns/886%2F2001/SC-AUT-2026",
    "/returns/886/2001/%",
    f"/returns/{LONG}",
    f"/pupils/{BIDI}",
    "/pupils/%00",
    "/clauses/9z",
    f"/clauses/{LONG}",
    "/guidance/SC-AUT-1999",
    "/conflicts/undo/nothing",
    "/agreement/999/9999",
    "/who-looked/999/9999",
    "/progress/SC-AUT-1999",
    "/sign-in?next=//evil.example",
)


def test_an_address_that_leads_nowhere_is_answered_plainly(enter: Enter):
    people = [enter("head"), enter("mi_manager")]
    told = [(path, one.get(path).status_code) for one in people for path in NOWHERE]
    assert [one for one in told if one[1] not in (200, 302, 400, 403, 404, 405)] == []


FORMS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("head", "/sign-in", {"email": "{}", "password": "{}", "next": "{}"}),
    ("mi_officer", "/conflicts", {"answer": "{}", "change": "{}"}),
    ("mi_officer", "/conflicts", {"answer": "held", "change": "{}"}),
    ("mi_officer", "/conflicts/undo/x", {}),
    ("mi_officer", f"/progress/SC-AUT-2026/{HERE}", {"verb": "{}", "reason": "{}"}),
    ("mi_officer", f"/progress/SC-AUT-2026/{HERE}", {"verb": "send_back", "reason": "{}"}),
    ("mi_officer", "/progress/SC-AUT-2026/approve", {"laestab": "{}"}),
    ("admissions", "/pupils", {"words": "{}", "purpose": "{}", "case": "{}"}),
    ("admissions", "/pupils", {"words": "{}", "purpose": "admissions"}),
    ("head", f"{RETURN}/queries", {"reason": "{}", "note": "{}"}),
    ("head", f"{RETURN}/sign-off", {"agreed": "{}"}),
    ("head", f"/returns/{THERE}/SC-AUT-2026/sign-off", {"agreed": "on"}),
)


def test_no_value_in_a_form_breaks_a_page(enter: Enter):
    people = {role: enter(role) for role in {role for role, _, _ in FORMS}}
    wrong = [
        (path, sorted(fields), value[:30])
        for role, path, fields in FORMS
        for value in STRANGE
        if people[role].post(path, {name: one.replace("{}", value) for name, one in fields.items()}).status_code >= 500
    ]
    assert wrong == []


FILES = (
    ("return.xml", b"", "The selected file is empty"),
    ("return.pdf", b"%PDF", "The selected file must be"),
    ("return.xml", b"<Message>", "cannot be read"),
    ("return.xml", b"\x00\xff\xfe", "cannot be read"),
    ("return.xml", b'<!DOCTYPE a [<!ENTITY e "x">]><Message>&e;</Message>', "cannot be read"),
    ("return.zip", b"PK\x03\x04 not a zip", ""),
    (f"{BIDI}fdp.xml", b"<Message/>", "cannot be read"),
)


def test_a_file_that_is_no_return_is_refused_on_its_own_page(enter: Enter):
    client = enter("head")
    for name, content, says in FILES:
        answer = client.post(RETURN, {"file": SimpleUploadedFile(name, content)})
        told = answer.content.decode()
        assert answer.status_code in (400, 422), (name, content[:20])
        assert says in told, (name, content[:20])
        assert "There is a problem" in told


def test_a_return_of_another_establishment_is_refused_before_anything_is_kept(enter: Enter):
    import small_hub

    answer = enter("head").post(RETURN, {"file": SimpleUploadedFile("r.xml", small_hub.census(laestab=THERE))})
    assert answer.status_code == 422
    assert f"This file is for establishment {THERE}" in answer.content.decode()


def test_an_establishment_reaches_nothing_of_another(enter: Enter):
    client = enter("head")
    for path in (f"/returns/{THERE}/SC-AUT-2026", f"/who-looked/{THERE}", f"/agreement/{THERE}"):
        assert client.get(path).status_code == 403, path
    assert client.get(f"/returns/{THERE}/SC-AUT-2026/file").status_code == 403


def test_nothing_there_hidden_and_anothers_are_one_answer(enter: Enter, with_pupils: list[Any]):
    from concord.store.models import Pupil

    elsewhere = next(one for one in with_pupils if one.laestabs == [THERE])
    hidden = next(one for one in with_pupils if one.laestabs == [HERE])
    Pupil.objects.using("owner").filter(pk=hidden.pk).update(hidden=True)
    client = enter("inclusion_officer")
    client.post("/pupils", {"words": "nobody", "purpose": "attendance"})
    told = [client.get(f"/pupils/{one}") for one in (uuid.uuid4(), elsewhere.pk, hidden.pk)]
    assert [one.status_code for one in told] == [404, 404, 404]
    assert len({_plain(one.content) for one in told}) == 1
    assert "clause 4(c)" in told[0].content.decode()


def _plain(content: bytes) -> str:
    """A page without what differs from one answer to the next."""
    import re

    return re.sub(r'(nonce|value)="[^"]*"', "", content.decode())
