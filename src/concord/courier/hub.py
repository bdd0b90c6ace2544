"""The hub as the courier sees it: signed requests, their answers, and what to do when one fails.
The only place that knows HTTP.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import stamina
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.core.seal.canonical import canonical
from concord.core.seal.wire import sign_request
from concord.core.trouble import Trouble, Unreadable

ATTEMPTS: Final = 6
_LARGEST: Final = 8 << 20
_LONGEST_PAUSE: Final = 60.0


class Refused(Trouble):
    """The agreement does not allow it: exit status 3, with the clause."""

    status = 3

    def __init__(self, refusal: Mapping[str, Any]) -> None:
        said = {name: str(refusal.get(name, "")) for name in ("flow", "clause", "reason", "says", "missing", "remedy")}
        super().__init__(
            f"Refused by the agreement, clause {said['clause']}: {said['says']}",
            why=said["missing"],
            todo=said["remedy"],
        )
        self.refusal = said
        self.clause, self.flow = said["clause"], said["flow"]


class Unreachable(Trouble):
    """No answer that can be used: worth trying again. `pause` is what the hub asked for, in seconds."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(
            "The hub could not be reached.", why=why, todo="Nothing is lost: it will be tried again on the next run."
        )
        self.pause = pause


class WrongOffset(Trouble):
    """The hub holds another number of bytes than the courier thought."""

    def __init__(self, offset: int) -> None:
        super().__init__("The upload stands elsewhere.")
        self.offset = offset


class Gone(Trouble):
    """The hub does not know the upload any more."""


class Rejected(Trouble):
    """The hub will not take it, and trying again will not help. `reason` is the hub's code, where it gave one."""

    def __init__(self, answer: Mapping[str, Any], status: int = 0) -> None:
        super().__init__(
            str(answer.get("what") or f"The hub answered {status}."),
            why=str(answer.get("why", "")),
            todo=str(answer.get("todo", "")),
        )
        self.reason = str(answer.get("reason", ""))


class ShutOut(Trouble):
    """The hub does not know this courier, or no longer: nothing is wrong with what it sends."""


class _Again(Exception):  # noqa: N818 - a turn of the loop, and no fault
    """The request must be signed anew: by the hub's clock, or with another nonce."""


def _pause(fault: Exception) -> bool | float:
    if isinstance(fault, Unreachable):
        return True if fault.pause is None else min(fault.pause, _LONGEST_PAUSE)
    return False


def checked_address(url: str) -> str:
    """The hub's address without its last slash. Raises Unreadable unless it is HTTPS, or HTTP on this very machine."""
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    try:
        here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        here = False
    if (
        parts.scheme not in ("https", "http")
        or not host
        or (parts.scheme == "http" and not here)
        or parts.query
        or parts.username
    ):
        raise Unreadable(f"{url!r} is not the address of a hub.", todo="Give it as the LA wrote it: https://…")
    return url.strip().rstrip("/")


class Hub:
    """Signed requests to one hub. Idempotent by design of the wire, so every one may be tried again."""

    def __init__(
        self,
        address: str,
        keyid: str,
        key: Ed25519PrivateKey,
        *,
        transport: httpx.BaseTransport | None = None,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._address, self._keyid, self._key, self._attempts = checked_address(address), keyid, key, attempts
        self._ahead = dt.timedelta()
        timeout = httpx.Timeout(30.0, connect=15.0)
        self._client = httpx.Client(transport=transport, timeout=timeout, follow_redirects=False)

    def close(self) -> None:
        """Lets the connection go."""
        self._client.close()

    def get(self, path: str) -> dict[str, Any]:
        """The JSON answer. Raises Refused, Gone, Rejected, or Unreachable after the last attempt."""
        return self.send("GET", path, b"", {})

    def post(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Like `get`, with a JSON body."""
        return self.send("POST", path, canonical(document), {"Content-Type": "application/json"})

    def patch(self, path: str, offset: int, body: bytes) -> dict[str, Any]:
        """Like `get`, with bytes of a sealed file from `offset`. Raises WrongOffset too."""
        headers = {"Content-Type": "application/octet-stream", "Upload-Offset": str(offset)}
        return self.send("PATCH", path, body, headers)

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """One request, tried until it is answered or the attempts are used up."""
        waits = stamina.retry_context(on=_pause, attempts=self._attempts, timeout=None, wait_initial=0.5, wait_max=30.0)
        for attempt in waits:
            with attempt:
                return self._once_more(method, path, body, headers)
        raise AssertionError("the loop returns or raises")

    def _once_more(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        for _ in range(2):
            try:
                return self._once(method, path, body, headers)
            except _Again:
                continue
        raise Trouble(
            "The hub does not accept this machine's time.", todo="Set the clock by the network and try again."
        )

    def _once(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        url = self._address + path
        now = dt.datetime.now(dt.UTC) + self._ahead
        signed = sign_request(method, url, body, self._key, self._keyid, now=now)
        try:
            answer = self._client.request(method, url, content=body, headers={**headers, **signed})
        except httpx.TransportError as fault:
            raise Unreachable(f"{type(fault).__name__}: {fault}.") from fault
        except httpx.HTTPError as fault:
            raise Rejected({"what": "The hub's answer cannot be read.", "why": f"{fault}."}) from fault
        return self._read(answer)

    def _read(self, answer: httpx.Response) -> dict[str, Any]:
        status = answer.status_code
        if status == 429 or status >= 500:
            asked = answer.headers.get("Retry-After", "")
            raise Unreachable(f"It answered {status}.", float(asked) if asked.isdigit() else None)
        said = _document(answer)
        if answer.is_success:
            return said
        if status == 401 and said.get("reason") in ("clock", "replay"):
            self._set_clock(said)
            raise _Again
        raise _fault(status, said)

    def _set_clock(self, said: Mapping[str, Any]) -> None:
        try:
            self._ahead = dt.datetime.fromisoformat(str(said.get("now"))) - dt.datetime.now(dt.UTC)
        except (ValueError, TypeError):
            self._ahead = dt.timedelta()


def _document(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer; anything else comes from something between here and the hub, and is tried again."""
    if len(answer.content) > _LARGEST:
        raise Unreachable("Its answer was far too long.")
    try:
        said = json.loads(answer.content)
    except ValueError as fault:
        raise Unreachable(
            f"Something that is not the hub answered {answer.status_code}: a proxy or sign-in page?"
        ) from fault
    if not isinstance(said, dict):
        raise Unreachable(f"It answered {answer.status_code} with something that is not an object.")
    return said


def _fault(status: int, said: Mapping[str, Any]) -> Trouble:
    if status == 403 and isinstance(said.get("refusal"), dict):
        return Refused(said["refusal"])
    words = {name: str(said.get(name, "")) for name in ("what", "why", "todo")}
    if status in (401, 403):
        todo = words["todo"] or "Ask the LA whether this courier was revoked."
        return ShutOut(words["what"] or "The hub does not know this courier.", why=words["why"], todo=todo)
    offset = said.get("offset")
    if status == 409 and isinstance(offset, int) and offset >= 0:
        return WrongOffset(offset)
    if status in (404, 410):
        return Gone(words["what"] or "The hub does not know it.", why=words["why"], todo=words["todo"])
    return Rejected(said, status)
