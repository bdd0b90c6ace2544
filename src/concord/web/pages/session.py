"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from concord.desk import sign_in as desk
from concord.web.access import open_page
from concord.web.forms.session import SignInForm

WRONG = "The e-mail address or the password is not right."


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _signed_in(request, form):
        return redirect(_after(request))
    context = {
        "form": form,
        "next": _after(request),
        "idle_minutes": settings.CONFIG.session_idle_minutes if request.GET.get("idle") else 0,
        "demo_people": desk.demonstration() if settings.CONFIG.demo else [],
    }
    return render(request, "pages/sign_in.html", context, status=400 if form.is_bound else 200)


def _signed_in(request: HttpRequest, form: SignInForm) -> bool:
    """One answer for a wrong address, a wrong password and a locked account: nobody learns which addresses exist."""
    email, origin = form.cleaned_data["email"].lower(), request.META.get("REMOTE_ADDR", "")
    if desk.too_often(email, origin):
        form.add_error(None, "There were too many tries. Wait 15 minutes and try again.")
        return False
    person = authenticate(request, username=email, password=form.cleaned_data["password"])
    desk.tried(email, origin, person)
    if person is None:
        form.add_error(None, WRONG)
        return False
    login(request, person)
    return True


def _after(request: HttpRequest) -> str:
    """Where to go once signed in: only ever a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return (
        wanted
        if len(wanted) < 2000 and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
        else "/"
    )


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    answer = redirect("sign_in")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
