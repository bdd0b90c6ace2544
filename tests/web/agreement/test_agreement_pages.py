"""Each party in its pages: offered, signed, confirmed, countersigned, suspended; refused with the clause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from concord.core.agreement.model import Actor
from desk.agreement.parties import ACADEMY, MAINTAINED, NOTICE, SILENT, Parties, documents, in_days, sign, state

pytestmark = pytest.mark.database
AT = f"/agreement/{ACADEMY}"
Enter = Callable[[Actor], Client]


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def signing(notice: bytes = NOTICE, **other: Any) -> dict[str, Any]:
    told = {"position": "Head teacher", "ico_number": "ZA123456", "agreed": "on", **boxes("ico_expires", in_days(200))}
    return told | {"notice": SimpleUploadedFile("notice.txt", notice)} | other


def words(response: Any) -> str:
    return str(response.content.decode())


def test_an_agreement_is_offered_read_signed_confirmed_and_countersigned(parties: Parties, enter: Enter) -> None:
    head, officer, manager = (enter(one) for one in (parties.head, parties.officer, parties.manager))
    assert manager.post("/agreements/offer", follow=True).redirect_chain[-1][0] == "/agreements"
    assert state() == state(MAINTAINED) == "offered"
    page = words(head.get("/agreement"))
    for told in ("Sign here", "What leaves your school", "What comes back", "What changed", "What services cost"):
        assert told in page, told
    assert "Harper Sign" in page
    assert head.post(AT, signing()).status_code == 302
    assert "Read the privacy notice" in words(officer.get(AT))
    notice = officer.get(f"{AT}/privacy-notice")
    assert "kent county council" in words(notice)
    number = notice.context["form"].initial["number"]
    officer.post(f"{AT}/privacy-notice", {"number": number, "answer": "confirm", "words": ""})
    assert manager.post(f"{AT}/countersign").status_code == 302
    assert state() == "in_force"
    (paper,) = documents(ACADEMY, "signed")
    for client in (head, manager):
        given = client.get(f"{AT}/documents/{paper.pk}")
        assert given.content.startswith(b"%PDF")
        assert given["Content-Disposition"].startswith("attachment")


def test_a_refused_deed_is_shown_again_with_the_clause(parties: Parties, enter: Enter) -> None:
    sign(parties)
    head = enter(parties.head)
    given = head.post(f"{AT}/give-notice", {"letter": "We leave", **boxes("ends", in_days(12))})
    assert given.status_code == 403
    assert "clause 7(d)" in words(given)
    assert "We leave" in words(given)
    assert state() == "in_force"


def test_a_suspension_without_evidence_is_not_sent_to_the_gate(parties: Parties, enter: Enter) -> None:
    sign(parties)
    given = enter(parties.head).post(f"{AT}/suspend", {"evidence": ""})
    assert given.status_code == 400
    assert "Say what happened, and how you know" in words(given)
    assert state() == "in_force"


def test_before_a_suspension_the_page_says_what_would_stop_and_after_it_gives_the_statement(
    parties: Parties, enter: Enter
) -> None:
    sign(parties)
    head, manager = enter(parties.head), enter(parties.manager)
    assert "What would stop" in words(head.get(f"{AT}/suspend"))
    file = SimpleUploadedFile("report.txt", b"The laptop was stolen on Monday")
    given = head.post(f"{AT}/suspend", {"evidence": "Incident 7", "file": file}, follow=True)
    assert "The agreement is suspended" in words(given)
    assert state() == "suspended"
    assert len(documents(ACADEMY, "evidence")) == 1
    assert "Statement of what stopped" in words(manager.get(AT))
    assert "Lift the suspension" in words(head.get(AT))
    assert "Lift the suspension" not in words(manager.get(AT))


def test_the_second_of_two_is_told_what_the_first_did(parties: Parties, enter: Enter) -> None:
    sign(parties)
    head = enter(parties.head)
    head.post(f"{AT}/suspend", {"evidence": "Incident 7"})
    told = head.post(f"{AT}/suspend", {"evidence": "Incident 8"})
    assert told.status_code == 403
    assert "clause 7(c)" in words(told)


def test_a_head_sees_and_does_nothing_of_another_establishment(parties: Parties, enter: Enter) -> None:
    other = enter(parties.other_head)
    sign(parties)
    (paper,) = documents(ACADEMY, "signed")
    for address in ("", "/suspend", "/what-if?case=sign", "/run-off", f"/documents/{paper.pk}"):
        given = other.get(f"{AT}{address}")
        assert given.status_code in (200, 403), address
        assert "Made-up academy" not in words(given), address
    assert other.post(f"{AT}/suspend", {"evidence": "mischief"}).status_code == 403
    assert state() == "in_force"


def test_a_returned_notice_comes_back_to_the_head_with_what_is_wrong(parties: Parties, enter: Enter) -> None:
    head, officer = enter(parties.head), enter(parties.officer)
    head.post(AT, signing(SILENT))
    page = officer.get(f"{AT}/privacy-notice")
    assert "did not find" in words(page)
    number = page.context["form"].initial["number"]
    short = officer.post(f"{AT}/privacy-notice", {"number": number, "answer": "confirm", "words": ""})
    assert short.status_code == 400
    officer.post(f"{AT}/privacy-notice", {"number": number, "answer": "return", "words": "Name us on page 2"})
    assert "Name us on page 2" in words(head.get(f"{AT}/privacy-notice"))
    again = {"notice": SimpleUploadedFile("notice.txt", NOTICE)}
    assert head.post(f"{AT}/hand-over", again).status_code == 302
    assert "Read the privacy notice" in words(officer.get(AT))


def test_an_install_longer_than_the_agreement_allows_cannot_be_chosen(parties: Parties, enter: Enter) -> None:
    sign(parties)
    head = enter(parties.head)
    told = {"engineer": "E. Fitter", "host": "SRV-1", "at": "09:00", **boxes("day", in_days(1))}
    assert head.post(f"{AT}/install", told | {"hours": "9"}).status_code == 400
    assert head.post(f"{AT}/install", told | {"hours": "8"}).status_code == 302
    assert "E. Fitter" in words(head.get(AT))
    head.post(f"{AT}/withdraw")
    assert "Taken back" in words(head.get(AT))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("case=sign", "What would begin"),
        ("case=convert", "would be"),
        ("case=role&role=mi_officer&category=sen", "No longer"),
        ("case=price&flow=training&pounds=99.50", "£99.50"),
        ("case=suspend", "It would be refused"),
    ],
)
def test_what_if_answers_and_changes_nothing(parties: Parties, enter: Enter, query: str, told: str) -> None:
    given = enter(parties.manager).get(f"/agreement/{MAINTAINED}/what-if?{query}")
    assert given.status_code == 200
    assert told in words(given)
    assert state(MAINTAINED) == "none"


def test_a_supposition_without_its_parts_says_which(parties: Parties, enter: Enter) -> None:
    given = enter(parties.head).get(f"{AT}/what-if?case=role")
    assert given.status_code == 400
    assert "Choose a role" in words(given)


def test_the_run_off_is_shown_with_how_sure_each_period_is(parties: Parties, enter: Enter) -> None:
    sign(parties)
    page = words(enter(parties.head).get(f"{AT}/run-off"))
    for told in ("Deleted", "Deactivated", "Kept", "common practice, not checked"):
        assert told in page, told


def test_every_scene_of_the_clause_register_says_that_it_holds(parties: Parties, enter: Enter) -> None:
    from concord.desk import standings

    client = Client()
    for clause in standings.agreement().clauses.values():
        page = words(client.get(f"/clauses/{clause.id}"))
        assert page.count("It is so") == len(clause.scenes), clause.id
        assert "It is not so" not in page
        assert clause.limits in unescape(page), clause.id


def test_a_scene_that_does_not_hold_is_said_so(parties: Parties, monkeypatch: pytest.MonkeyPatch) -> None:
    from concord.web.pages import clauses

    clauses._tried.cache_clear()
    monkeypatch.setattr(clauses, "differences", lambda agreement, scene: {"state": ("in_force", "ended")})
    assert "It is not so" in words(Client().get("/clauses/7c"))
    clauses._tried.cache_clear()


def test_home_shows_what_the_agreement_asks(parties: Parties, enter: Enter) -> None:
    enter(parties.manager).post("/agreements/offer")
    assert "Read and sign the agreement" in words(enter(parties.head).get("/"))
