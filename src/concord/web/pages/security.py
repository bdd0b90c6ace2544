"""A person's own pages: how they sign in, where they are signed in, and what their role lets them see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from concord.core.trouble import Trouble
from concord.desk import own_sign_in, sessions
from concord.desk import sign_in as desk
from concord.web import entrance
from concord.web.access import own_page
from concord.web.forms.people import ChangePasswordForm
from concord.web.forms.session import CodeForm, NewAppForm
from concord.web.parts.qr import app_of, forget_secret, pending_secret


def _again(request: HttpRequest, back: str) -> HttpResponse | None:
    """To the page that asks for a second proof, unless one was given just now: whoever changes proofs has one."""
    if entrance.stepped_up(request):
        return None
    return redirect(f"{reverse('prove_again')}?{urlencode({'next': back})}")


@own_page
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Everything about one's own sign-in, on one page."""
    here = str(request.session.session_key)
    mine = own_sign_in.proofs(request.user)  # type: ignore[arg-type]
    context = {
        "mine": mine,
        "removable": mine.count > 1,
        "sessions": _sessions(sessions.of(request.user, here)),
        "passkeys_here": entrance.site(request).can_have_passkeys,
        "minutes": settings.CONFIG.session_idle_minutes,
        "hours": settings.CONFIG.session_hours,
    }
    return render(request, "pages/security_account.html", context)


def _sessions(found: list[sessions.Seen]) -> list[dict[str, Any]]:
    return [
        {"ref": one.ref, "device": one.device, "how": one.how, "begun": one.begun, "seen": one.seen, "here": one.here}
        for one in found
    ]


@own_page
@require_POST
def end_session(request: HttpRequest, ref: str) -> HttpResponse:
    """End one of one's own sessions; anybody else's ref ends nothing."""
    sessions.end(request.user, ref)
    return redirect("account")


@own_page
@require_POST
def remove_proof(request: HttpRequest, ref: str) -> HttpResponse:
    if asked := _again(request, reverse("account")):
        return asked
    own_sign_in.remove(request.user, ref)  # type: ignore[arg-type]
    return redirect("account")


@own_page
@require_GET
def new_passkey(request: HttpRequest) -> HttpResponse:
    if asked := _again(request, reverse("new_passkey")):
        return asked
    context = {"can": entrance.site(request).can_have_passkeys}
    return render(request, "pages/security_new_passkey.html", context)


@own_page
@require_http_methods(["GET", "POST"])
def new_app(request: HttpRequest) -> HttpResponse:
    """Bind an authenticator app, in place of one before."""
    if asked := _again(request, reverse("new_app")):
        return asked
    secret, form = pending_secret(request), NewAppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            own_sign_in.add_app(request.user, secret, form.cleaned_data["code"])  # type: ignore[arg-type]
            forget_secret(request)
            return redirect("account")
        except Trouble as trouble:
            form.add_error("code", f"{trouble.what} {trouble.todo}")
    context = app_of(request.user, secret) | {"form": form}
    return render(request, "pages/security_new_app.html", context, status=400 if form.is_bound else 200)


@own_page
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once: the ones just made, or new ones on a POST."""
    if request.method == "POST":
        if asked := _again(request, reverse("account")):
            return asked
        request.session[entrance.FRESH_CODES] = own_sign_in.renew_recovery_codes(request.user)  # type: ignore[arg-type]
        return redirect("recovery_codes")
    fresh = request.session.pop(entrance.FRESH_CODES, None)
    return render(request, "pages/security_recovery_codes.html", {"codes": fresh}) if fresh else redirect("account")


@own_page
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; every other session ends."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            here = str(request.session.session_key)
            own_sign_in.change_password(
                request.user,  # type: ignore[arg-type]
                form.cleaned_data["now"],
                form.cleaned_data["password"],
                here,
            )
            update_session_auth_hash(request, request.user)  # type: ignore[arg-type]
            sessions.goes_on(here, str(request.session.session_key))
            return redirect("account")
        except Trouble as trouble:
            form.add_error(
                "now" if "not your password" in trouble.what else "password", f"{trouble.what} {trouble.todo}"
            )
    return render(request, "pages/security_password.html", {"form": form}, status=400 if form.is_bound else 200)


@own_page
@require_http_methods(["GET", "POST"])
def prove_again(request: HttpRequest) -> HttpResponse:
    """A second, separate proof before confidential data (4(c)) or a change of one's proofs."""
    form, person = CodeForm(request.POST or None), request.user
    if request.method == "POST" and form.is_valid():
        try:
            how = desk.second_proof(person, form.cleaned_data["code"], entrance.origin(request))  # type: ignore[arg-type]
            entrance.prove_again(request, how)
            return redirect(entrance.after(request))
        except Trouble as trouble:
            form.add_error("code", f"{trouble.what} {trouble.todo}")
    mine = own_sign_in.proofs(person)  # type: ignore[arg-type]
    context = {
        "form": form,
        "next": entrance.after(request),
        "passkeys": bool(mine.passkeys) and entrance.site(request).can_have_passkeys,
        "demo_code": next((one["code"] for one in desk.demonstration() if one["email"] == person.email), ""),  # type: ignore[union-attr]
    }
    return render(request, "pages/security_prove_again.html", context, status=400 if form.is_bound else 200)
