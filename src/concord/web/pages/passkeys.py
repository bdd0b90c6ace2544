"""Passkeys, as the script of the pages asks for them: to come in, as a second proof, to prove again, to make a new one.

Each call answers JSON. A challenge is kept in the session and taken out when it is used, so that no answer works twice.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from concord.core.trouble import Trouble
from concord.desk import invite, own_sign_in, passkeys
from concord.desk import sign_in as desk
from concord.web import entrance
from concord.web.access import open_page, own_page

LASTS = 300


def _begun(request: HttpRequest, kind: str, options: dict[str, Any], state: passkeys.State) -> JsonResponse:
    request.session[entrance.CHALLENGE] = {"kind": kind, "state": state, "at": time.time()}
    return JsonResponse(json.loads(json.dumps(options, default=str)))


def _state(request: HttpRequest, kind: str) -> passkeys.State | None:
    """The challenge that was set for this, once."""
    kept = request.session.pop(entrance.CHALLENGE, None)
    fits = kept and kept["kind"] == kind and 0 <= time.time() - kept["at"] < LASTS
    return kept["state"] if fits else None


def _answer(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("credential"), dict):
        raise Trouble("The passkey was not accepted.", todo="Try again.")
    return said


def _told(trouble: Trouble) -> JsonResponse:
    return JsonResponse({"what": trouble.what, "todo": trouble.todo}, status=400)


@open_page
@require_POST
def begin(request: HttpRequest, kind: str) -> JsonResponse:
    """A challenge for a passkey already made: to come in, as a second proof, or to prove again."""
    person = {"second": entrance.half_person(request), "again": _here(request)}.get(kind)
    if kind not in ("enter", "second", "again") or (kind != "enter" and person is None):
        return _told(Trouble("That took too long.", todo="Sign in again."))
    options, state = passkeys.begin_use(entrance.site(request), person)
    return _begun(request, kind, options, state)


def _here(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


@open_page
@require_POST
def finish(request: HttpRequest, kind: str) -> JsonResponse:
    """The answer of a passkey: whose it is, and where they go now."""
    try:
        return JsonResponse({"next": _used(request, kind)})
    except Trouble as trouble:
        return _told(trouble)


def _used(request: HttpRequest, kind: str) -> str:
    said, state = _answer(request), _state(request, kind)
    whose = {"second": entrance.half_person(request), "again": _here(request)}.get(kind)
    if state is None or (kind in ("second", "again") and whose is None):
        raise Trouble("That took too long.", todo="Try again.")
    try:
        person = passkeys.finish_use(entrance.site(request), state, said["credential"], whose)
    except Trouble:
        if not desk.too_often(
            "passkey", entrance.origin(request)
        ):  # nobody guesses a signature: written down, not shut
            desk.tried("passkey", entrance.origin(request), None)
        raise
    if kind == "again":
        entrance.prove_again(request, "passkey")
        return entrance.local(str(said.get("next", "/")))
    asked = entrance.local(str(said.get("next", "/")))
    there = entrance.enter(request, person, "passkey")
    return asked if kind == "enter" else there


@own_page
@require_POST
def begin_new(request: HttpRequest) -> JsonResponse:
    """A challenge for a new passkey of somebody who proved a moment ago who they are."""
    if not entrance.stepped_up(request):
        return _told(Trouble("Prove again who you are first.", todo="Use a passkey or a code you have already."))
    options, state = passkeys.begin_new(_here(request), entrance.site(request))
    return _begun(request, "new", options, state)


@own_page
@require_POST
def finish_new(request: HttpRequest) -> JsonResponse:
    try:
        said = _answer(request)
        state = _state(request, "new")
        own_sign_in.add_passkey(
            _here(request), entrance.site(request), state, said["credential"], str(said.get("name", ""))
        )
        return JsonResponse({"next": "/account"})
    except Trouble as trouble:
        return _told(trouble)


@open_page
@require_POST
def begin_invited(request: HttpRequest) -> JsonResponse:
    """A challenge for the first passkey of somebody who was invited."""
    try:
        person = invite.opened(str(request.session.get("invited", ""))).person
    except Trouble as trouble:
        return _told(trouble)
    options, state = passkeys.begin_new(person, entrance.site(request))
    return _begun(request, "invited", options, state)


@open_page
@require_POST
def finish_invited(request: HttpRequest) -> JsonResponse:
    """The first passkey of somebody who was invited: with it their account opens, and they are in."""
    try:
        said, state = _answer(request), _state(request, "invited")
        invitation = invite.opened(str(request.session.get("invited", "")))
        own_sign_in.add_passkey(
            invitation.person, entrance.site(request), state, said["credential"], str(said.get("name", ""))
        )
        return JsonResponse({"next": entrance.arrive(request, invitation)})
    except Trouble as trouble:
        return _told(trouble)
