"""Signed requests (RFC 9421, Ed25519): the courier signs each one, the hub verifies it.
Shared, so that the two cannot drift.

Covered: the method, the whole target address, the content digest, the instant and a nonce; the tag ties it to this
protocol.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any, Final

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from concord.core.trouble import Trouble

LABEL: Final = "concord"
TAG: Final = "concord-courier-1"
COVERED: Final = ("@method", "@target-uri", "content-digest")
_HEADERS: Final[tuple[str, ...]] = ("content-digest", "signature", "signature-input")
WINDOW: Final = dt.timedelta(minutes=5)
ENROLLING: Final = "enrol"
"""The key id of a courier that has none yet: the request is checked with the key in its own body."""


class Unsigned(Trouble):
    """A request that does not prove who sent it. `reason` is a stable code: signature, clock or replay."""

    def __init__(self, reason: str, why: str, todo: str) -> None:
        super().__init__("The request is not signed as the hub requires.", why=why, todo=todo)
        self.reason = reason


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey | Ed25519PublicKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        assert isinstance(self._key, Ed25519PrivateKey)  # noqa: S101 - sign_request hands in nothing else
        return self._key

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert isinstance(self._key, Ed25519PublicKey)  # noqa: S101 - verify_request hands in nothing else
        return self._key


@dataclass
class _Request:
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


def sign_request(
    method: str, url: str, body: bytes, key: Ed25519PrivateKey, keyid: str, *, now: dt.datetime | None = None
) -> dict[str, str]:
    """The headers to send with the request: Content-Digest, Signature-Input, Signature. `url` is the whole address."""
    request = _Request(method.upper(), url)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(key))
    signer.sign(
        request,
        key_id=keyid,
        created=now or dt.datetime.now(dt.UTC),
        nonce=token_urlsafe(18),
        label=LABEL,
        tag=TAG,
        covered_component_ids=COVERED,
        body=body,
    )
    return request.headers


def _signature_input(headers: Mapping[str, str]) -> Mapping[str, object]:
    text = next((value for name, value in headers.items() if name.lower() == "signature-input"), "")
    try:
        found: Any = http_sf.parse(text.encode("ascii"), tltype="dictionary")
        parameters: dict[str, object] = dict(found[LABEL][1])
    except Exception as fault:  # the parser's own errors share no base class
        raise _bad("it carries no Signature-Input that can be read.") from fault
    return parameters


def _bad(why: str) -> Unsigned:
    return Unsigned(
        "signature", why[0].upper() + why[1:], "Check that the courier is enrolled here: `concord courier status`."
    )


def keyid_of(headers: Mapping[str, str]) -> str:
    """The key id that a request claims, for finding the key to verify it with.
    Raises Unsigned; proves nothing by itself.
    """
    found = _signature_input(headers).get("keyid")
    if not isinstance(found, str) or not 0 < len(found) <= 100:
        raise _bad("it names no key.")
    return found


def verify_request(  # noqa: PLR0917 - the seven parts of the question, in the order they arrive
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    public_key: Ed25519PublicKey,
    now: dt.datetime,
    seen_nonce: Callable[[str], bool],
) -> None:
    """Raises Unsigned unless the key signed exactly this request within five minutes of `now` and never before.

    `url` is the address as the courier spelled it (the hub's public address, not a proxy's). `seen_nonce(nonce)`
    records the nonce and says whether it was there already; it is asked last, so an unsigned request cannot fill the
    record. Keep nonces ten minutes.
    """
    given = {name.lower(): value for name, value in headers.items()}
    wanted: dict[str, str] = {name: given[name] for name in _HEADERS if name in given}
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(public_key))
    parameters = _signature_input(wanted)
    _check_clock(parameters.get("created"), now)
    try:
        verifier.max_clock_skew = dt.timedelta(days=36500)  # the instant was judged above, by the clock handed in
        request = _Request(method.upper(), url, wanted)
        found = verifier.verify(request, max_age=None, expect_tag=TAG, require_components=COVERED, body=body)
    except InvalidSignature as fault:
        raise _bad(f"{fault}.") from fault
    if [each.label for each in found] != [LABEL]:  # else the clock and nonce judged would be another signature's
        raise _bad("it carries another signature than the one asked for.")
    nonce = found[0].parameters.get("nonce")
    if not isinstance(nonce, str) or not 16 <= len(nonce) <= 64:
        raise _bad("it has no nonce.")
    if seen_nonce(nonce):
        raise Unsigned("replay", "The same request was received before.", "Send it again with a new nonce.")


def _check_clock(created: object, now: dt.datetime) -> None:
    if not isinstance(created, int):
        raise _bad("it does not say when it was signed.")
    if abs(now.timestamp() - created) > WINDOW.total_seconds():
        raise Unsigned(
            "clock",
            f"It was signed at {created} s, and the hub's clock says {int(now.timestamp())} s.",
            "Set the clock of the courier's machine by the network.",
        )
