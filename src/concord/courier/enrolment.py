"""Enrolment: one token, one key, one establishment. What the hub says of itself then is pinned for good."""

from __future__ import annotations

import datetime as dt
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from concord.core.seal.checkpoint import check_checkpoint, read_checkpoint
from concord.core.seal.envelope import checked_recipient
from concord.core.seal.signature import public_key, public_text
from concord.core.seal.wire import ENROLLING
from concord.core.trouble import Trouble, Unreadable
from concord.courier.disk import write_durably
from concord.courier.home import Home
from concord.courier.hub import Hub, checked_address
from concord.courier.keys import make_key


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Whom this courier serves, and the keys of the hub it trusts: `recipient` (age), `hub_key` (Ed25519), `origin`
    (its ledger).
    """

    hub: str
    courier: str
    establishment: str
    la: str
    name: str
    recipient: str
    hub_key: str
    origin: str
    since: str
    kind: str = "maintained"


def enrol(home: Home, address: str, token: str, connect: Callable[..., Hub] = Hub) -> Enrolment:
    """Enrols and keeps the answer. Safe to repeat with the same token after a lost answer.
    Raises Trouble when enrolled already.
    """
    if home.enrolment.exists():
        raise Trouble(
            f"This courier is enrolled already, for {read_enrolment(home).establishment}.",
            why="Its keys and its record of the hub's ledger belong to that enrolment.",
            todo="To serve another establishment or hub use another folder: --home FOLDER.",
        )
    key = make_key(home)
    hub = connect(address, ENROLLING, key)
    try:
        asked = {"token": token.strip(), "signing_key": public_text(key), "host": platform.node()[:100]}
        answer = hub.post("/api/courier/enrol", asked)
    finally:
        hub.close()
    made = _read_answer(checked_address(address), answer)
    head = read_checkpoint(answer["checkpoint"])
    check_checkpoint(head, public_key(made.hub_key))
    if head.checkpoint.origin != made.origin:
        raise Unreadable("The hub's first checkpoint is of another ledger.", todo="Tell the LA.")
    write_durably(home.witnessed, json.dumps(head.document(), sort_keys=True).encode() + b"\n")
    write_durably(home.enrolment, json.dumps(asdict(made), indent=1).encode() + b"\n")
    return made


def _read_answer(address: str, answer: Mapping[str, Any]) -> Enrolment:
    try:
        hub = answer["hub"]
        made = Enrolment(
            hub=address,
            **{name: str(answer[name]) for name in ("courier", "establishment", "la", "name")},
            recipient=checked_recipient(hub["recipient"]),
            hub_key=public_text(public_key(hub["signing_key"])),
            origin=str(hub["origin"]),
            kind=str(answer.get("kind") or "maintained"),
            since=dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
    except (KeyError, TypeError) as fault:
        raise Unreadable(
            "The hub's answer to the enrolment is not complete.", why=f"It lacks {fault}.", todo="Tell the LA."
        ) from fault
    if not isinstance(answer.get("checkpoint"), dict):
        raise Unreadable("The hub's answer to the enrolment has no checkpoint.", todo="Tell the LA.")
    return made


def read_enrolment(home: Home) -> Enrolment:
    """The enrolment kept in the folder. Raises Trouble when there is none."""
    try:
        kept = json.loads(home.enrolment.read_bytes())
        return Enrolment(**{each.name: str(kept[each.name]) for each in fields(Enrolment)})
    except FileNotFoundError as fault:
        raise Trouble(
            "This courier is not enrolled.", todo="`concord courier enrol --hub URL --token T`, with a token of the LA."
        ) from fault
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Unreadable(
            f"{home.enrolment.name} is damaged.", why=f"{fault}.", todo="Ask the LA for a new token and enrol again."
        ) from fault
