"""The couriers' door (`docs/wire.md`): every request signed, every answer JSON, acknowledged only when durable."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from concord.core.seal.delta import WrongBase
from concord.core.seal.wire import Unsigned
from concord.core.trouble import Trouble
from concord.desk import couriers, take_upload, witness
from concord.desk.gate import Refused
from concord.web.access import flow

PIECE = 1024 * 1024
Answer = dict[str, Any] | HttpResponse


def _door(*methods: str, signed: bool = True) -> Callable[[Callable[..., Answer]], Callable[..., HttpResponse]]:
    """One address of the door: its methods, who asks, and every trouble as the JSON that `docs/wire.md` promises."""

    def wrap(view: Callable[..., Answer]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @require_http_methods(list(methods))
        @flow("school-census", "academy-census-copy", "orchestra-feed")
        @wraps(view)
        def answer(request: HttpRequest, **parts: Any) -> HttpResponse:
            try:
                who = (_signer(request),) if signed else ()
                given = view(request, *who, **parts)
            except Trouble as trouble:
                return _trouble(trouble)
            return given if isinstance(given, HttpResponse) else JsonResponse(given)

        answer.signed = True  # type: ignore[attr-defined]
        return answer

    return wrap


def _signer(request: HttpRequest) -> Any:
    url = request.build_absolute_uri()
    return couriers.recognise(request.method or "", url, dict(request.headers), request.body)


def _trouble(trouble: Trouble) -> JsonResponse:
    if isinstance(trouble, Refused):
        told = trouble.refusal
        names = ("flow", "clause", "reason", "says", "missing", "remedy")
        return JsonResponse({"refusal": {name: getattr(told, name) for name in names}}, status=403)
    said = {"what": trouble.what, "why": trouble.why, "todo": trouble.todo}
    if isinstance(trouble, (Unsigned, couriers.Unknown)):
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return JsonResponse({**said, "reason": getattr(trouble, "reason", "unknown"), "now": now}, status=401)
    if isinstance(trouble, take_upload.WrongOffset):
        return JsonResponse({**said, "offset": trouble.offset}, status=409)
    reason = "base" if isinstance(trouble, WrongBase) else getattr(trouble, "reason", "")
    said |= {"reason": reason} if reason else {}
    return JsonResponse(said, status=getattr(trouble, "http", 422))


def _body(request: HttpRequest, *names: str) -> list[Any]:
    try:
        given = json.loads(request.body)
        return [given[name] for name in names]
    except (ValueError, KeyError, TypeError) as fault:
        raise Trouble(
            "The request's body is not what this address takes.", why=f"It needs {', '.join(names)}."
        ) from fault


@_door("POST", signed=False)
def enrol(request: HttpRequest) -> Answer:
    token, signing_key, host = _body(request, "token", "signing_key", "host")
    couriers.check_enrolment(
        request.method or "", request.build_absolute_uri(), dict(request.headers), request.body, signing_key
    )
    return couriers.enrol(str(token), str(signing_key), str(host))


@_door("POST")
def uploads(request: HttpRequest, courier: Any) -> Answer:
    manifest, signature = _body(request, "manifest", "signature")
    return _upload(take_upload.begin(courier, manifest, signature))


@_door("GET", "PATCH")
def upload(request: HttpRequest, courier: Any, upload_id: uuid.UUID) -> Answer:
    if request.method == "GET":
        return _upload(take_upload.state(courier, upload_id))
    if len(request.body) > PIECE:
        raise Trouble("A piece is at most 1 MiB.", todo="Send smaller pieces.")
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isdigit():
        raise Trouble("The header Upload-Offset is missing.", todo="Give the offset at which this piece begins.")
    return {"offset": take_upload.piece(courier, upload_id, int(offset), request.body)}


def _upload(found: Any) -> dict[str, Any]:
    state = "received" if found.state == "finished" else "whole" if found.offset == found.size else "open"
    return {"upload": str(found.id), "offset": found.offset, "size": found.size, "state": state}


@_door("POST")
def finish(request: HttpRequest, courier: Any, upload_id: uuid.UUID) -> Answer:
    return take_upload.finish(courier, upload_id)


@_door("GET")
def status(request: HttpRequest, courier: Any) -> Answer:
    return witness.status(courier)


@_door("GET")
def consistency(request: HttpRequest, courier: Any) -> Answer:
    ends = [request.GET.get(name, "") for name in ("from", "to")]
    if not all(end.isdigit() for end in ends):
        raise Trouble("Give the sizes of the two heads as from= and to=.")
    return {"proof": witness.consistency(*map(int, ends))}


@_door("POST")
def countersign(request: HttpRequest, courier: Any) -> Answer:
    size, root, signature = _body(request, "size", "root", "signature")
    return {"size": witness.countersigned(courier, size, root, signature)}
