"""Behind the link of an invitation: a password, a second proof, and the account is open.

The link's secret leaves the address at once: it is kept in the session, so that no history and no log holds it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from concord.core.trouble import Trouble
from concord.desk import codes, invite, people
from concord.web import entrance
from concord.web.access import open_page
from concord.web.forms.people import NewPasswordForm
from concord.web.forms.session import NewAppForm
from concord.web.parts.qr import app_of, pending_secret

INVITED = "invited"


@open_page
@require_GET
def invitation(request: HttpRequest, word: str) -> HttpResponse:
    """Looking at a link uses nothing up: programs that read mail follow links too."""
    invite.opened(word)
    request.session.flush()
    request.session[INVITED] = word
    return redirect("invited")


@open_page
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest) -> HttpResponse:
    """Choose a password."""
    found = invite.opened(str(request.session.get(INVITED, "")))
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite.choose_password(found, form.cleaned_data["password"])
            return redirect("invited_second")
        except Trouble as trouble:
            form.add_error("password", f"{trouble.what} {trouble.todo}")
    context = {
        "form": form,
        "name": found.person.name,
        "role": people.title(found.person.role),
        "says": people.says(found.person.role),
    }
    return render(request, "pages/people_invited.html", context, status=400 if form.is_bound else 200)


@open_page
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Bind an authenticator app or make a passkey: with that the account is open, and its person is in."""
    found = invite.opened(str(request.session.get(INVITED, "")))
    if not found.person.has_usable_password():
        return redirect("invited")
    secret = pending_secret(request)
    form = NewAppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes.enrol(found.person, secret, form.cleaned_data["code"])
            return redirect(entrance.arrive(request, found))
        except Trouble as trouble:
            form.add_error("code", f"{trouble.what} {trouble.todo}")
    context = app_of(found.person, secret) | {"form": form, "passkeys": entrance.site(request).can_have_passkeys}
    return render(request, "pages/people_invited_second.html", context, status=400 if form.is_bound else 200)
