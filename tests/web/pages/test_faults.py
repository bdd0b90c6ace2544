"""Pages for what went wrong stand by themselves."""

from __future__ import annotations

from django.test import Client, RequestFactory

from concord.web.pages import faults


def test_the_page_for_a_fault_of_ours_looks_nothing_up_and_runs_no_script():
    answer = faults.broken(RequestFactory().get("/"))
    told = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong here" in told
    assert "<script" not in told


def test_a_form_without_its_token_is_refused_with_words(hub: None):
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"email": "a@test.example", "password": "x"})
    assert answer.status_code == 403
    assert "The page was open too long" in answer.content.decode()


def test_an_address_with_nothing_behind_it_has_a_page(hub: None):
    answer = Client().get("/nothing-here")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()
