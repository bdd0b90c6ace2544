"""Signing in and out: a password first, then a second proof; or a passkey, which is both."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from concord.core.trouble import Trouble
from concord.desk import own_sign_in, providers
from concord.desk import sign_in as desk
from concord.web import entrance
from concord.web.access import open_page
from concord.web.forms.session import CodeForm, SignInForm

WRONG = "The e-mail address or the password is not right."


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first proof. It opens nothing: the second is asked for on a page of its own."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _first_proof(request, form):
        return redirect("second_proof")
    context = {
        "form": form,
        "next": entrance.after(request),
        "idle_minutes": settings.CONFIG.session_idle_minutes if request.GET.get("idle") else 0,
        "demo_people": desk.demonstration(),
        "providers": list(providers.providers().values()),
        "passkeys": entrance.site(request).can_have_passkeys,
    }
    return render(request, "pages/sign_in.html", context, status=400 if form.is_bound else 200)


def _first_proof(request: HttpRequest, form: SignInForm) -> bool:
    """One answer for a wrong address, a wrong password and a locked account: nobody learns which addresses exist."""
    email, origin = form.cleaned_data["email"].lower(), entrance.origin(request)
    if desk.too_often(email, origin):
        form.add_error(None, "There were too many tries. Wait 15 minutes and try again.")
        return False
    person = authenticate(request, username=email, password=form.cleaned_data["password"])
    desk.tried(email, origin, person)
    if person is None:
        form.add_error(None, WRONG)
        return False
    entrance.half(request, person, "password", entrance.after(request))
    return True


@open_page
@require_http_methods(["GET", "POST"])
def second_proof(request: HttpRequest) -> HttpResponse:
    """The second proof of somebody whose first has just held; whoever comes without one begins again."""
    person = entrance.half_person(request)
    if person is None:
        return redirect("sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            how = desk.second_proof(person, form.cleaned_data["code"], entrance.origin(request))
            return redirect(entrance.enter(request, person, how))
        except Trouble as trouble:
            form.add_error("code", f"{trouble.what} {trouble.todo}")
    mine = own_sign_in.proofs(person)
    context = {
        "form": form,
        "has_app": mine.app is not None,
        "passkeys": bool(mine.passkeys) and entrance.site(request).can_have_passkeys,
        "none": not mine.count,
        "demo_code": _demo_code(person.email),
    }
    return render(request, "pages/security_second_proof.html", context, status=400 if form.is_bound else 200)


def _demo_code(email: str) -> str:
    """The code a person of the demonstration would read off their telephone; nothing anywhere else."""
    return next((one["code"] for one in desk.demonstration() if one["email"] == email), "")


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    entrance.leave(request)
    answer = redirect("sign_in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
