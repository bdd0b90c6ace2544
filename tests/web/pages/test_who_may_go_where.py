"""What each role is offered is what it may open; what it may not open, it is refused with the clause."""

from __future__ import annotations

import re
from typing import Any

from small_hub import HERE
from web.pages.conftest import Enter

ROLES = (
    "data_manager",
    "head",
    "senco",
    "attendance_officer",
    "mi_officer",
    "mi_manager",
    "inclusion_officer",
    "sen_caseworker",
    "social_worker",
    "virtual_school",
    "admissions",
    "auditor",
    "dpo",
    "contractor",
)


def _links(page: str) -> list[str]:
    return re.findall(r'class="govuk-service-navigation__link" href="([^"]+)"', page)


def test_every_link_a_role_is_offered_opens(enter: Enter):
    for role in ROLES:
        client = enter(role)
        home = client.get("/")
        assert home.status_code == 200, role
        told = home.content.decode()
        offered = set(_links(told)) | set(re.findall(r'<a class="govuk-link" href="(/[^"#]*)"', told))
        assert "/" in offered, role
        closed = [path for path in sorted(offered) if client.get(path).status_code != 200]
        assert closed == [], role


OUTSIDE = (
    ("senco", "/who-looked"),
    ("attendance_officer", "/agreement"),
    ("mi_officer", "/ledger"),
    ("admissions", "/progress"),
    ("inclusion_officer", "/conflicts"),
    ("auditor", "/conflicts/list"),
    ("data_manager", "/pupils"),
    ("dpo", "/movers"),
)


def test_a_page_outside_a_role_is_refused_with_its_clause(enter: Enter):
    for role, path in OUTSIDE:
        client = enter(role)
        answer = client.get(path)
        told = answer.content.decode()
        assert answer.status_code == 403, role
        assert "The agreement does not allow this" in told
        assert "Who decided" in told
        assert re.search(r"clause \d\([a-z]\)", told), role
        assert path not in _links(client.get("/").content.decode()), role


def test_nobody_gets_a_page_without_signing_in_and_comes_back_to_it_afterwards(enter: Enter):
    from django.test import Client

    answer = Client().get(f"/returns/{HERE}/SC-AUT-2026?view=cell")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?")
    assert "next=%2Freturns%2F886%2F2001%2FSC-AUT-2026%3Fview%3Dcell" in answer["Location"]


def test_every_page_stays_out_of_caches(enter: Enter):
    client = enter("head")
    for path in ("/", "/who-looked", "/sign-in", "/nothing-here"):
        assert client.get(path)["Cache-Control"] == "no-store", path


def test_a_role_bound_to_its_cases_finds_only_its_cases(enter: Enter, with_pupils: list[Any]):
    mine, other, _ = with_pupils
    bound, whole = enter("sen_caseworker", caseload=(mine.pk,)), enter("admissions")
    for pupil in (mine, other):
        asked = {"words": pupil.surname, "purpose": "sen_support"}
        assert f"/pupils/{pupil.pk}" in whole.post("/pupils", asked).content.decode()
        found = f"/pupils/{pupil.pk}" in bound.post("/pupils", asked).content.decode()
        assert found == (pupil is mine)
    assert bound.get(f"/pupils/{mine.pk}").status_code == 200
    assert bound.get(f"/pupils/{other.pk}").status_code == 404


def test_a_home_with_nothing_to_do_says_when_the_next_thing_is_due(enter: Enter):
    told = enter("auditor").get("/").content.decode()
    assert "Nothing needs you today" in told
    assert re.search(r"Next: School Census, \w+ \d{4}, due \d+ \w+ \d{4}", told)


def test_only_who_signs_for_an_establishment_submits_its_return(enter: Enter):
    import small_hub

    small_hub.checked(small_hub.sound())
    told = enter("data_manager").get(f"/returns/{HERE}/SC-AUT-2026/sign-off").content.decode()
    assert "cannot be submitted yet" in told
    answer = enter("data_manager", HERE, HERE).post(f"/returns/{HERE}/SC-AUT-2026/sign-off", {"agreed": "on"})
    assert answer.status_code == 400
    assert "Only the head teacher" in answer.content.decode()
    assert enter("head").post(f"/returns/{HERE}/SC-AUT-2026/sign-off", {"agreed": "on"}).status_code == 302
