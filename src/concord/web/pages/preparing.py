"""What a person does before data open to them: the course, the declaration; and what their role lets them see."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from concord.desk import access_terms, people, prepare_person, standings
from concord.web import entrance
from concord.web.access import own_page
from concord.web.forms.people import CourseForm, DeclarationForm
from concord.web.pages.asking import asking
from concord.web.pages.people_parts import reach
from concord.web.parts.words import day


@own_page
@require_http_methods(["GET", "POST"])
def training(request: HttpRequest) -> HttpResponse:
    """The course in force: read, then answer; what is wrong comes back with the reason."""
    course = access_terms.course()
    form = CourseForm(request.POST or None, course=course)
    if request.method == "POST" and form.is_valid():
        wrong = prepare_person.wrong_answers(form.answers)
        if not wrong:
            until = prepare_person.take_course(request.user, form.answers)  # type: ignore[arg-type]
            messages.success(request, f"Your training is recorded. It holds until {day(until)}.")
            return redirect(entrance.after(request))
        for place in wrong:
            form.add_error(f"q{place}", f"Not this answer: {course.questions[place].because}")
    ready = prepare_person.training_of(request.user)  # type: ignore[arg-type]
    context = {"form": form, "course": course, "ready": ready, "next": entrance.after(request)}
    return render(request, "pages/people_training.html", context, status=400 if form.is_bound else 200)


@own_page
@require_http_methods(["GET", "POST"])
def declaration(request: HttpRequest) -> HttpResponse:
    """The declaration in force: read, and accept or leave."""
    form, found = DeclarationForm(request.POST or None), access_terms.declaration()
    if request.method == "POST" and form.is_valid():
        until = prepare_person.declare(request.user, request.POST.get("version", ""))  # type: ignore[arg-type]
        messages.success(request, f"You accepted the declaration. It holds until {day(until)}.")
        return redirect(entrance.after(request))
    ready = prepare_person.declaration_of(request.user)  # type: ignore[arg-type]
    context = {"form": form, "declaration": found, "ready": ready, "next": entrance.after(request)}
    return render(request, "pages/people_declaration.html", context, status=400 if form.is_bound else 200)


@own_page
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I can see, and why."""
    actor = asking(request)
    needs = [
        ("Training", "/training", prepare_person.training_of(request.user)),  # type: ignore[arg-type]
        ("Declaration", "/declaration", prepare_person.declaration_of(request.user)),  # type: ignore[arg-type]
    ]
    context = {
        "reach": reach(standings.agreement().roles[actor.role]),
        "places": people.places_in_words(actor),
        "until": actor.authorised_until,
        "needs": [{"title": title, "href": href, "ready": ready} for title, href, ready in needs if ready.needed],
    }
    return render(request, "pages/people_mine.html", context)


@own_page
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Every role, each explained so that a parent could read it."""
    every = [reach(role) for role in standings.agreement().roles.values()]
    sides = {
        "establishment": "At schools and academies",
        "authority": "At the local authority",
        "support": "Support",
        "machine": "Programs",
    }
    grouped = [(words, [one for one in every if one["side"] == side]) for side, words in sides.items()]
    return render(request, "pages/people_roles.html", {"groups": [one for one in grouped if one[1]]})
