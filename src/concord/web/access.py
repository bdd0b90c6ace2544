"""Default deny: every page says which flow it belongs to or that it is open; everything else is refused.

The middleware signs nobody in by itself, ends sessions that have idled, keeps every page out of caches, and turns
trouble and refusals into pages that say what happened, why, and what to do next.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.core.agreement.model import Refusal
from concord.core.trouble import Trouble, Unreadable
from concord.desk import sessions, standings
from concord.desk.gate import Refused
from concord.desk.view_pupil import NotThere
from concord.web import entrance

_NOTED = 20
"""Seconds by which the note of a session's last use may lag behind: an idle session ends at most so much early."""

View = TypeVar("View", bound=Callable[..., Any])


def flow(*names: str) -> Callable[[View], View]:
    """This page shows or moves data of these flows; its own call of the gate says whose data and which categories."""

    def mark(view: View) -> View:
        view.flows = names  # type: ignore[attr-defined]
        return view

    return mark


def open_page(view: View) -> View:
    """This page shows nothing about anybody and needs no sign-in. The list of these is short and tested."""
    view.open_page = True  # type: ignore[attr-defined]
    return view


def own_page(view: View) -> View:
    """This page shows a signed-in person only what is their own, or nothing about anybody. A short, tested list too."""
    view.own_page = True  # type: ignore[attr-defined]
    return view


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if getattr(view, "open_page", False) or request.path.startswith(settings.STATIC_URL):
            return None
        if not hasattr(view, "flows") and not getattr(view, "own_page", False):
            raise RuntimeError(f"{request.path} names no flow: web.access.flow, own_page or open_page")
        if getattr(view, "signed", False):  # the API of the couriers proves its own signatures
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return _to_sign_in(request, idle="yes") if self._idle(request) else None

    def _idle(self, request: HttpRequest) -> bool:
        """Whether the session slept or lasted too long, or its person may no longer sign in: then it is ended here."""
        now = time.time()
        last = request.session.get("last", 0)
        asleep = last and now - last > settings.CONFIG.session_idle_minutes * 60
        if asleep or entrance.over(request) or not request.user.is_active:
            entrance.leave(request)
            return True
        if now - request.session.get("seen", 0) > 60:
            request.session["seen"] = now
            sessions.seen(str(request.session.session_key))
        if now - last > _NOTED:  # every change of a session is a durable write
            request.session["last"] = now
        return False

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, Refused):
            context = refused(fault.refusal) | {"put_right": _put_right(request, fault.refusal.reason)}
            return render(request, "pages/refusal.html", context, status=403)
        if isinstance(fault, NotThere):
            return render(request, "pages/not_there.html", {"trouble": fault, "clause": _words("4c")}, status=404)
        if isinstance(fault, Trouble):
            status = 422 if isinstance(fault, Unreadable) else 400
            return render(request, "pages/trouble.html", {"trouble": fault}, status=status)
        return None


def _to_sign_in(request: HttpRequest, **said: str) -> HttpResponse:
    """Sign in, and then back to the page that was asked for; never back to a form half sent."""
    back = {"next": request.get_full_path()} if request.method == "GET" and request.path != "/" else {}
    query = urlencode(said | back)
    return redirect(f"/sign-in?{query}" if query else "/sign-in")


def refused(refusal: Refusal) -> dict[str, Any]:
    """Context of the refusal page: what was asked in words, and the clause that decides in words."""
    asked = standings.agreement().flows.get(refusal.flow)
    return {
        "refusal": refusal,
        "asked": f"{asked.title}. {asked.says}" if asked else "",
        "clause_words": _words(refusal.clause)["words"],
    }


_REMEDIES = {
    "training_expired": ("/training", "Take the training"),
    "declaration_missing": ("/declaration", "Read and accept the declaration"),
    "step_up_needed": ("/prove-again", "Prove again who you are"),
}


def _put_right(request: HttpRequest, reason: str) -> dict[str, str] | None:
    """The page on which the person can put a refusal right themselves, and come back from."""
    if reason not in _REMEDIES:
        return None
    href, text = _REMEDIES[reason]
    back = request.get_full_path() if request.method == "GET" else "/"
    return {"href": f"{href}?{urlencode({'next': back})}", "text": text}


def _words(clause: str) -> dict[str, str]:
    known = standings.agreement().clauses.get(clause)
    return {"id": clause, "words": known.says if known else ""}
