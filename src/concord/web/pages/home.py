"""Everybody's first page: what needs them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.core.collection import coming
from concord.desk import gate, people, work
from concord.web.access import flow, open_page
from concord.web.pages.asking import asking, clause, side


@flow("own-return", "county-progress")
def home(request: HttpRequest) -> HttpResponse:
    actor = asking(request)
    mine = side(request) == "establishment"
    items = work.of_establishment(actor) if mine else work.of_la(actor) if work.has_desk(actor) else []
    for duty in items:
        duty.clause_words = clause(duty.clause)["words"]
    following = coming("SC", gate.today())
    context = {
        "heading": "What needs you",
        "who": f"{people.title(actor.role)}, {people.places_in_words(actor)}",
        "items": items,
        "next_due": {"title": following.title, "on": following.deadline} if following else None,
        "facts": [],
        "links": [],
    }
    return render(request, "pages/home.html", context)


@open_page
def accessibility(request: HttpRequest) -> HttpResponse:
    tested = {
        "on": None,
        "words": "Every page is checked with axe-core against WCAG 2.2 AA in Chromium each time the program is tested.",
    }
    known = ["We have not had the pages tested by people who use assistive technology every day."]
    return render(request, "pages/accessibility.html", {"tested": tested, "known": known})
