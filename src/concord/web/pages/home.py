"""Everybody's first page: what needs them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.core.collection import coming
from concord.desk import agreement_duties, audit, expect_copies, gate, people, people_duties, register_work, work
from concord.web.access import flow, open_page
from concord.web.pages.asking import asking, clause, side

# What else a role does, by the flow it takes part in: text, address, what it is for.
_ALSO = {
    "establishment": (
        ("own-return", "See your returns", "/returns", "Send a file, correct errors, answer queries"),
        ("own-ledger", "See who looked at your pupils", "/who-looked", "Every look, its purpose and its clause"),
        ("agreement-life", "Read the agreement", "/agreement", "What leaves your school, and what comes back"),
        ("guidance", "Read the guidance", "/guidance", "Dates, and how to put errors right"),
    ),
    "support": (
        ("remote-install", "See your installations", "/installations", "What head teachers permit you, and when"),
    ),
    "authority": (
        ("professional-view", "Find a pupil", "/pupils", "You are asked why you need to look"),
        ("county-progress", "See how the returns go", "/progress", "Who is late or stuck"),
        ("conflict-settlement", "Settle conflicts", "/conflicts", "Two sources that disagree"),
        ("agreement-life", "See the agreements", "/agreements", "Who has signed, who has not"),
        ("audit", "Examine the ledger", "/ledger", "What moved, and proof that the log is whole"),
        ("audit", "See access in an emergency", "/emergency/list", "Who asked for a record, why, and who agreed"),
    ),
}


@flow("own-return", "county-progress")
def home(request: HttpRequest) -> HttpResponse:
    """What needs this person, oldest duty first; and what else their role does."""
    actor = asking(request)
    mine = side(request) == "establishment"
    items = work.of_establishment(actor) if mine else work.of_la(actor) if work.has_desk(actor) else []
    items += agreement_duties.of_person(actor)
    items = people_duties.of_person(request.user, actor) + items  # type: ignore[arg-type]
    items += register_work.duties(actor) + expect_copies.duties(actor)
    items = audit.alarm(actor) + items
    for duty in items:
        duty.clause_words = clause(duty.clause)["words"]
    following = coming("SC", gate.today())
    context = {
        "heading": "What needs you",
        "who": f"{people.title(actor.role)}, {people.places_in_words(actor)}",
        "items": items,
        "next_due": {"title": following.title, "on": following.deadline} if following else None,
        "facts": [],
        "links": [
            {"text": text, "href": href, "hint": hint}
            for name, text, href, hint in _ALSO.get(side(request), ())
            if work.may_take_part(actor, name)
        ],
    }
    return render(request, "pages/home.html", context)


@open_page
def accessibility(request: HttpRequest) -> HttpResponse:
    tested = {
        "on": None,
        "words": "Most pages are checked with axe-core against WCAG 2.2 AA in Chromium at each test of the program.",
    }
    known = [
        "We have not had the pages tested by people who use assistive technology every day.",
    ]
    return render(request, "pages/accessibility.html", {"tested": tested, "known": known})
