"""The way in: a first proof leaves a half session, which opens nothing; a second one makes it whole.

A whole session begins anew, under a new key, and is remembered so that its person can see and end it.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from concord.desk import access_terms, invite, own_sign_in, people, sessions
from concord.desk import sign_in as desk
from concord.desk.passkeys import Site

HALF, BEGUN, STEPPED_UP, CHALLENGE = "half", "begun", "stepped-up", "challenge"
FRESH_CODES = "fresh-codes"
HALF_LASTS = 600
_BACKEND = "concord.desk.known_person.KnownPerson"


def origin(request: HttpRequest) -> str:
    """Where a request comes from: the address the outermost of our own proxies saw, or the other end of the line."""
    trusted = settings.CONFIG.forwarded_for
    said = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    return said[-trusted] if 0 < trusted <= len(said) else str(request.META.get("REMOTE_ADDR", ""))


def site(request: HttpRequest) -> Site:
    """This site as the browser names it."""
    host = request.get_host()
    scheme = "https" if settings.CONFIG.https else request.scheme
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return Site(name, f"{scheme}://{host}")


def after(request: HttpRequest) -> str:
    """Where to go next: only ever a page of this site."""
    return local(request.POST.get("next") or request.GET.get("next") or "/")


def local(wanted: str) -> str:
    safe = len(wanted) < 2000 and wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else "/"


def half(request: HttpRequest, person: Any, how: str, next_page: str) -> None:
    """Remember that a first proof held. Nobody is signed in by this."""
    request.session.flush()
    request.session[HALF] = {"ref": person.ref.hex, "at": time.time(), "how": how, "next": next_page}


def half_person(request: HttpRequest) -> Any:
    """The person whose first proof held just now, if they may still come in; else None."""
    kept = request.session.get(HALF)
    if not kept or not 0 <= time.time() - kept["at"] < HALF_LASTS:
        return None
    return people.active(kept["ref"])


def enter(request: HttpRequest, person: Any, how: str) -> str:
    """Sign a person in whose proofs have held, in a session that begins here; where they go now."""
    kept = request.session.pop(HALF, None) or {}
    told = f"{kept['how']} and {how}" if kept else how
    request.session.flush()
    login(request, person, backend=_BACKEND)
    request.session[BEGUN] = time.time()
    request.session.save()
    sessions.begin(person, str(request.session.session_key), told, request.META.get("HTTP_USER_AGENT", "")[:400])
    desk.signed_in(person, told)
    return str(kept.get("next", "/"))


def leave(request: HttpRequest) -> None:
    """Sign out, here and on the list of sessions."""
    sessions.end_here(str(request.session.session_key))
    logout(request)


def over(request: HttpRequest) -> bool:
    """Whether the session has lasted as long as any may, whatever was done in it."""
    begun = request.session.setdefault(BEGUN, time.time())
    return bool(time.time() - begun > settings.CONFIG.session_hours * 3600)


def prove_again(request: HttpRequest, how: str) -> None:
    """Open confidential categories for some minutes: the session goes on under a new key."""
    old = str(request.session.session_key)
    request.session.cycle_key()
    request.session[STEPPED_UP] = time.time()
    sessions.goes_on(old, str(request.session.session_key))
    desk.proved_again(request.user, how)  # type: ignore[arg-type]


def stepped_up(request: HttpRequest) -> bool:
    """Whether a second proof was given in this session within the minutes that the agreement's periods allow."""
    at = request.session.get(STEPPED_UP)
    lasts = access_terms.access().periods.second_proof_minutes * 60
    return isinstance(at, int | float) and 0 <= time.time() - at < lasts


def arrive(request: HttpRequest, invitation: Any) -> str:
    """Open an invited person's account and let them in, with recovery codes to be shown on the page they go to."""
    person = invite.take_up(invitation)
    codes = own_sign_in.renew_recovery_codes(person)
    enter(request, person, "invitation")
    request.session[FRESH_CODES] = codes
    return "/account/recovery-codes"
