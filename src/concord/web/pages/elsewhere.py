"""Signing in with an account elsewhere: out to the identity provider, and back.

The way back comes from another site, so the browser leaves our strict session cookie at home: what must match is in a
sealed cookie of its own, and the session that begins is continued from a page of ours.
"""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from concord.core.trouble import Trouble
from concord.desk import providers
from concord.desk import sign_in_elsewhere as desk
from concord.desk.providers import Provider
from concord.web import entrance
from concord.web.access import open_page

_COOKIE, _SALT, _LASTS = "__Host-out", "concord.elsewhere", 600


def _name() -> str:
    return _COOKIE if settings.CONFIG.https else "out"


def _provider(name: str) -> Provider:
    found = providers.providers().get(name)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, provider: Provider) -> str:
    return f"{entrance.site(request).origin}{reverse('sign_in_back', args=[provider.id])}"


@open_page
@require_GET
def go(request: HttpRequest, provider: str) -> HttpResponse:
    """Out to the provider, with what must come back kept for ten minutes."""
    found = _provider(provider)
    address, kept = desk.begin(found, _back(request, found))
    answer = redirect(address)
    sealed = signing.dumps(asdict(kept) | {"next": entrance.after(request)}, salt=_SALT)
    answer.set_cookie(
        _name(), sealed, max_age=_LASTS, path="/", secure=settings.CONFIG.https, httponly=True, samesite="Lax"
    )
    return answer


@open_page
@require_GET
def back(request: HttpRequest, provider: str) -> HttpResponse:
    """Back from the provider: in, or on to a second proof of ours where it asked for none."""
    found = _provider(provider)
    kept = _kept(request)
    wanted = str(kept.pop("next", "/"))
    told = desk.finish(found, desk.Kept(**kept), request.GET.dict(), _back(request, found))
    person = desk.person_of(told)
    if told.strong:
        entrance.enter(request, person, found.title)
        there = entrance.local(wanted)
    else:
        entrance.half(request, person, found.title, entrance.local(wanted))
        there = reverse("second_proof")
    answer = render(request, "pages/security_continue.html", {"there": there})
    answer.delete_cookie(_name(), path="/", samesite="Lax")
    return answer


def _kept(request: HttpRequest) -> dict[str, str]:
    try:
        found: dict[str, str] = signing.loads(request.COOKIES.get(_name(), ""), salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        raise Trouble("That took too long, or began elsewhere.", todo="Sign in again.") from None
    return found
