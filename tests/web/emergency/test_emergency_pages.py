"""The pages of access in an emergency: to ask, to wait, to answer, to look, to be told, to list."""

from __future__ import annotations

import csv
import io
import re

import pytest

from desk.emergency.emergency_kit import WORDS

Z = "Z999999999999"


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def answered(client, ref, what):
    return client.post(f"/emergency/{ref}/answer", {"answer": what}, follow=True)


def test_asking_sends_whoever_gave_no_second_proof_to_give_one(enter):
    answer = enter("worker", proved=False).get("/emergency/ask")
    assert (answer.status_code, answer["Location"]) == (302, "/prove-again?next=%2Femergency%2Fask")


def test_a_form_sent_without_a_second_proof_is_refused(people, enter):
    answer = enter("worker", proved=False).post("/emergency/ask", people.form(0))
    assert answer.status_code == 403
    assert "Prove again" in text(answer)


@pytest.mark.parametrize("name", ["head", "auditor", "officer", "manager", "dpo"])
def test_roles_that_may_not_have_such_a_look_may_not_ask_for_one(people, enter, name):
    client = enter(name)
    assert client.get("/emergency/ask").status_code == 403
    assert client.post("/emergency/ask", people.form(0)).status_code == 403


def test_whoever_asked_waits_and_nothing_is_open(people, enter, asked):
    client = enter("worker")
    page = text(client.get(f"/emergency/{asked}"))
    assert "Waits for a second person" in page
    assert "Call it off" in page
    assert "Open the record" not in page
    for words in (people.pupils[0]["Surname"], people.pupils[0]["UPN"], "Example School"):
        assert words not in page + text(client.get("/")) + text(client.get("/emergency"))
    assert client.get(f"/pupils/{people.id_of(0)}").status_code in (302, 404)


def test_the_second_person_reads_who_and_why_and_agrees(people, enter, asked):
    manager = enter("manager")
    assert "A record is asked for in an emergency" in text(manager.get("/"))
    page = text(manager.get(f"/emergency/{asked}"))
    for words in (people.pupils[0]["Surname"], WORDS, "The child may be in danger now", "Robin Social Worker"):
        assert words in page
    assert "The record is open" in text(answered(manager, asked, "yes"))


def test_the_record_opens_without_asking_for_a_purpose_again_and_says_why(people, enter, asked):
    answered(enter("dpo"), asked, "yes")
    client = enter("worker")
    assert "Open the record" in text(client.get(f"/emergency/{asked}"))
    page = text(client.get(f"/pupils/{people.id_of(0)}"))
    assert people.pupils[0]["UPN"] in page
    assert "opened to you in an emergency" in page
    assert client.get(f"/pupils/{people.id_of(0)}/history/Surname").status_code == 200
    assert client.get(f"/pupils/{people.id_of(1)}").status_code in (302, 404)


def test_it_ends_at_the_next_request_after_it_was_closed(people, enter, asked):
    answered(enter("manager"), asked, "yes")
    client = enter("worker")
    client.post("/pupils", {"words": "nobody", "purpose": "safeguarding", "case": ""})
    assert client.get(f"/pupils/{people.id_of(0)}").status_code == 200
    assert "closed again" in text(answered(enter("dpo"), asked, "end"))
    assert client.get(f"/pupils/{people.id_of(0)}").status_code == 404


def test_the_head_is_told_at_once_and_says_that_they_read_it(enter, asked):
    head = enter("head")
    assert "opened in an emergency" not in text(head.get("/"))
    answered(enter("manager"), asked, "yes")
    assert "A record of your school was opened in an emergency" in text(head.get("/"))
    page = text(head.get(f"/emergency/{asked}"))
    assert "Robin Mi Manager" in page
    assert WORDS not in page
    answered(head, asked, "read")
    assert "opened in an emergency" not in text(head.get("/"))


def test_who_looked_shows_it_with_reason_role_second_person_and_end(people, enter, asked):
    answered(enter("manager"), asked, "yes")
    enter("worker").get(f"/pupils/{people.id_of(0)}")
    page = text(enter("head").get("/who-looked"))
    for words in (
        "Opened in an emergency",
        "Robin Social Worker",
        "Social worker",
        "Robin Mi Manager",
        "in danger now",
    ):
        assert words in page
    only = text(enter("head").get("/who-looked?which=emergency"))
    assert "record, in an emergency" in only
    assert "Agreed: a record is open in an emergency" in only


@pytest.mark.parametrize("name", ["head_there", "caseworker", "inclusion", "officer"])
def test_to_others_a_request_is_not_there(enter, asked, name):
    answered(enter("manager"), asked, "yes")
    assert enter(name).get(f"/emergency/{asked}").status_code in (403, 404)
    assert enter(name).post(f"/emergency/{asked}/answer", {"answer": "end"}).status_code in (403, 404)


def test_the_auditor_lists_all_of_them_without_the_children_and_takes_the_list_away(people, enter, asked):
    answered(enter("manager"), asked, "yes")
    client = enter("auditor")
    for page in (text(client.get("/emergency/list?state=open")), text(client.get(f"/emergency/{asked}"))):
        assert asked.hex[:8].upper() in page
        assert people.pupils[0]["Surname"] not in page
        assert WORDS not in page
    assert asked.hex[:8].upper() not in text(client.get("/emergency/list?state=asked"))
    rows = list(csv.DictReader(io.StringIO(client.get("/emergency/list?format=csv").content.decode("utf-8-sig"))))
    assert [(row["Reference"], row["How it stands"]) for row in rows] == [(asked.hex[:8].upper(), "Open")]


def test_a_third_person_reviews_what_is_closed_and_the_list_says_so(enter, asked):
    answered(enter("manager"), asked, "yes")
    enter("worker").get(f"/emergency/{asked}")
    dpo = enter("dpo")
    assert "Your review" not in text(dpo.get(f"/emergency/{asked}"))
    answered(enter("worker"), asked, "end")
    assert "1 access in an emergency to review" in text(dpo.get("/"))
    assert "Your review" not in text(enter("manager").get(f"/emergency/{asked}"))
    assert dpo.post(f"/emergency/{asked}/review", {"outcome": "right"}).status_code == 400
    given = {"outcome": "wrong", "words": "Nobody had called the police."}
    page = text(dpo.post(f"/emergency/{asked}/review", given, follow=True))
    assert "It should not have been opened" in page
    assert "Robin Dpo" in text(enter("auditor").get("/emergency/list"))
    assert "to review" not in text(dpo.get("/"))
    assert "called the police" not in text(enter("head").get(f"/emergency/{asked}"))


def test_a_wrong_guess_and_a_child_that_never_was_are_answered_alike(people, enter):
    client = enter("worker")
    wrong = {"upn": "", "forename": people.pupils[0]["Forename"], "surname": "Wrong", **born("2015-01-01")}
    answers = [
        client.post("/emergency/ask", people.form(0, upn=Z)),
        client.post("/emergency/ask", people.form(0, **wrong)),
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert all("No record fits" in text(one) for one in answers)


def born(day: str) -> dict[str, str]:
    year, month, on = day.split("-")
    return {"born_0": on, "born_1": month, "born_2": year}


def test_a_name_with_its_birthday_is_enough_however_it_is_spelled(people, enter):
    row = people.pupils[1]
    given = {
        "upn": "",
        "forename": f" {row['Forename'].upper()}",
        "surname": row["Surname"].lower(),
        **born(row["DOB"]),
    }
    assert enter("worker").post("/emergency/ask", people.form(1, **given)).status_code == 302


@pytest.mark.parametrize(
    "changed",
    [{"upn": ""}, {"reason": "curious"}, {"words": "too short"}, {"words": "x" * 1001}, {"upn": "", "forename": "A"}],
)
def test_a_form_half_filled_in_comes_back_with_what_is_missing(people, enter, changed):
    answer = enter("worker").post("/emergency/ask", people.form(0, **changed))
    assert answer.status_code == 400
    assert "There is a problem" in text(answer)


def test_the_refusal_of_a_record_names_the_way_in_words_that_tell_nothing(people, enter):
    client = enter("worker")
    client.post("/pupils", {"words": "nobody", "purpose": "safeguarding", "case": ""})
    pages = [client.get(f"/pupils/{one}") for one in (people.id_of(0), "00000000-0000-4000-8000-000000000000")]
    assert [one.status_code for one in pages] == [404, 404]
    assert all("access in an emergency" in text(one) for one in pages)
    assert "access in an emergency" in text(client.get("/pupils"))
