"""A return on its pages: the file back as it was sent, the findings as a sheet, what the authority may do."""

from __future__ import annotations

import io

from openpyxl import load_workbook

import small_hub
from small_hub import HERE
from web.pages.conftest import Enter

RETURN = f"/returns/{HERE}/SC-AUT-2026"


def test_the_file_comes_back_byte_for_byte_and_each_taking_is_in_the_ledger(enter: Enter):
    from concord.store.models import LedgerLine

    sent = small_hub.sound()
    small_hub.send(sent)
    for role in ("head", "mi_officer"):
        answer = enter(role).get(f"{RETURN}/file")
        assert answer.content == sent
        assert answer["Content-Disposition"] == 'attachment; filename="return.xml"'
    assert LedgerLine.objects.filter(body__contains='"deed":"return taken away"').count() == 2


def test_findings_are_taken_away_whole_and_a_formula_stays_words(enter: Enter):
    small_hub.checked(small_hub.sound(Surname="=1+1", DOB="2012-05-05"))
    client = enter("head")
    sheet = client.get(f"{RETURN}/findings?format=csv").content.decode("utf-8-sig")
    shown = client.get(f"{RETURN}/findings?view=cell").content.decode()
    assert sheet.splitlines()[0].startswith("Rule,DfE rule,Kind,UPN")
    assert len(sheet.splitlines()) > 1
    book = load_workbook(io.BytesIO(client.get(f"{RETURN}/findings?format=xlsx").content))
    assert book.active is not None
    assert book.active.max_row == len(sheet.splitlines())
    assert "Download CSV" in shown


def test_the_authority_approves_sends_back_with_its_reason_and_reopens(enter: Enter):
    from concord.desk import submit_return

    small_hub.checked(small_hub.sound())
    submit_return.submit(small_hub.head(), HERE, "SC-AUT-2026")
    officer, head, at = enter("mi_officer"), enter("head"), f"/progress/SC-AUT-2026/{HERE}"
    assert "Approve the return" in officer.get(RETURN).content.decode()
    assert officer.post(at, {"verb": "send_back", "reason": " "}).status_code == 400
    assert officer.post(at, {"verb": "send_back", "reason": "Year 4 is missing"}).status_code == 302
    assert "Year 4 is missing" in head.get(RETURN).content.decode()
    assert head.post(at, {"verb": "approve"}).status_code == 403
    submit_return.submit(small_hub.head(), HERE, "SC-AUT-2026")
    assert officer.post("/progress/SC-AUT-2026/approve", {"laestab": [HERE]}).status_code == 302
    assert "Approved" in head.get(RETURN).content.decode()
    assert officer.post(at, {"verb": "reopen", "reason": "A pupil was left out"}).status_code == 302
    assert "Waiting for you" in officer.get(RETURN).content.decode()


def test_many_are_approved_each_on_its_own_and_the_others_named(enter: Enter):
    from concord.desk import submit_return

    small_hub.checked(small_hub.sound())
    submit_return.submit(small_hub.head(), HERE, "SC-AUT-2026")
    told = enter("mi_officer").post(
        "/progress/SC-AUT-2026/approve", {"laestab": [HERE, small_hub.THERE, "%"]}, follow=True
    )
    page = told.content.decode()
    assert "1 return approved." in page
    assert f"{small_hub.THERE} was not approved" in page


def test_a_return_that_was_never_sent_says_so_to_both_sides(enter: Enter):
    assert "We hold nothing of yours" in enter("head").get(RETURN).content.decode()
    assert "has sent nothing" in enter("mi_officer").get(RETURN).content.decode()
    assert enter("auditor").get(RETURN).status_code == 403
