"""Offered, signed, confirmed, countersigned: what each step asks for, and what both parties hold at the end."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from pypdf import PdfReader

from concord.core.trouble import Trouble, Unreadable
from concord.desk import keep_document, notices, sign_agreement, standings
from concord.desk.gate import Refused
from desk.agreement.parties import (
    ACADEMY,
    NOTICE,
    SILENT,
    Parties,
    documents,
    in_days,
    lines,
    notice_of,
    scoped,
    sign,
    signature,
    state,
)

pytestmark = pytest.mark.database


def test_both_parties_sign_and_hold_the_same_document_whose_hash_is_in_the_ledger(parties: Parties) -> None:
    sign(parties)
    assert state() == "in_force"
    (paper,) = documents(ACADEMY, "signed")
    copies = [keep_document.fetch(who, ACADEMY, paper.pk).content for who in (parties.head, parties.manager)]
    assert copies[0] == copies[1]
    digest = hashlib.sha256(copies[0]).hexdigest()
    (line,) = lines("agreement countersigned")
    assert json.loads(line.body)["facts"]["document"] == digest == paper.file_id


def test_the_document_is_tagged_titled_and_names_who_signed(parties: Parties) -> None:
    sign(parties)
    (paper,) = documents(ACADEMY, "signed")
    reader = PdfReader(io.BytesIO(keep_document.fetch(parties.head, ACADEMY, paper.pk).content))
    root = reader.trailer["/Root"]
    assert str(root["/MarkInfo"]["/Marked"]) == "True"
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert "Made-up academy" in str(reader.metadata.title)
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    text = " ".join(page.extract_text() for page in reader.pages)
    for words in ("Harper Sign", "Head teacher", "ZA123456", "Morgan Teller", ACADEMY, "Kent County Council"):
        assert words in text, words
    assert all(f"{clause[0]}({clause[1]})" in text for clause in standings.agreement().clauses)


def test_nothing_is_recorded_when_one_part_of_a_signature_is_refused(parties: Parties) -> None:
    sign_agreement.offer(parties.manager, ACADEMY)
    with pytest.raises(Refused) as no:
        sign_agreement.sign(parties.head, ACADEMY, signature(ico_expires=in_days(-1)))
    assert no.value.clause == "4h"
    assert (state(), documents(ACADEMY, "notice")) == ("offered", [])


def test_a_notice_that_is_no_text_is_refused_before_anything_is_recorded(parties: Parties) -> None:
    with pytest.raises(Unreadable, match="No text"):
        sign_agreement.sign(parties.head, ACADEMY, signature(notice=b"tiny"))
    assert state() == "none"


def test_who_keeps_the_data_cannot_sign(parties: Parties) -> None:
    with pytest.raises(Refused) as no:
        sign_agreement.sign(parties.data_manager, ACADEMY, signature())
    assert no.value.refusal.reason == "no_authority"
    assert lines()[-1].answer == "refusal"


def test_the_authority_cannot_countersign_before_the_notice_is_confirmed(parties: Parties) -> None:
    sign_agreement.sign(parties.head, ACADEMY, signature())
    with pytest.raises(Refused) as no:
        sign_agreement.countersign(parties.manager, ACADEMY)
    assert (no.value.clause, no.value.refusal.reason) == ("2a", "notice_unconfirmed")
    assert documents(ACADEMY, "signed") == []


def test_an_officer_who_confirms_a_silent_notice_must_say_where_it_names_the_authority(parties: Parties) -> None:
    sign_agreement.sign(parties.head, ACADEMY, signature(notice=SILENT))
    number = notice_of(ACADEMY)
    with pytest.raises(Trouble, match="did not find"):
        notices.confirm(parties.officer, ACADEMY, number)
    assert state() == "signed"
    notices.confirm(parties.officer, ACADEMY, number, "Page 2, as 'the council'")
    sign_agreement.countersign(parties.manager, ACADEMY)
    assert state() == "in_force"


def test_a_returned_notice_is_replaced_and_the_old_one_cannot_be_confirmed(parties: Parties) -> None:
    sign_agreement.sign(parties.head, ACADEMY, signature(notice=SILENT))
    old = notice_of(ACADEMY)
    notices.give_back(parties.officer, ACADEMY, old, "It does not name us")
    with pytest.raises(Trouble, match="returned already"):
        notices.confirm(parties.officer, ACADEMY, old, "page 2")
    notices.hand_over_again(parties.head, ACADEMY, "notice.txt", NOTICE)
    with pytest.raises(Trouble, match="not the establishment's latest"):
        notices.confirm(parties.officer, ACADEMY, old, "page 2")
    notices.confirm(parties.officer, ACADEMY, notice_of(ACADEMY))
    sign_agreement.countersign(parties.manager, ACADEMY)
    assert state() == "in_force"


def test_only_those_who_may_sign_hand_over_a_notice_and_only_officers_return_one(parties: Parties) -> None:
    sign_agreement.sign(parties.head, ACADEMY, signature())
    with pytest.raises(Refused) as no:
        notices.hand_over_again(parties.data_manager, ACADEMY, "notice.txt", NOTICE)
    assert no.value.refusal.reason == "no_authority"
    with pytest.raises(Refused):
        notices.give_back(parties.head, ACADEMY, notice_of(ACADEMY), "why")
    assert [line.answer for line in lines()].count("refusal") == 2


def test_what_the_program_found_is_kept_with_the_notice(parties: Parties) -> None:
    sign_agreement.sign(parties.head, ACADEMY, signature())
    with scoped(ACADEMY) as deed:
        assert deed.name
        found = notices.read(keep_document.listed(ACADEMY, "notice")[0], ACADEMY)
    assert (found.named, found.state, found.missing) == (True, "handed_over", [])
    assert "kent county council" in found.passage


def test_an_offer_to_all_leaves_out_those_who_have_signed_and_those_who_are_no_party(parties: Parties) -> None:
    sign(parties)
    sent = sign_agreement.offer_to_all(parties.manager)
    assert sent.to == ["886/2001"]
    assert sign_agreement.offer_to_all(parties.manager).to == []
