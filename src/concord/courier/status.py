"""How things stand: at the hub, as far as it answers, and in the courier's own folder, always."""

from __future__ import annotations

from collections import Counter
from typing import Any

from concord.core.seal.signature import public_text
from concord.core.trouble import Trouble
from concord.courier.enrolment import read_enrolment
from concord.courier.home import Home
from concord.courier.hub import Refused, Unreachable
from concord.courier.journal import Delivery
from concord.courier.keys import fingerprint, read_key
from concord.courier.run import Connect, Station, station
from concord.courier.witness import check_no_alarm, heads


def status(home: Home, connect: Connect) -> dict[str, Any]:
    """What the hub says and what is on its way. Raises Alarm or Equivocation (exit status 1), Trouble when not
    enrolled.
    """
    enrolment = read_enrolment(home)
    check_no_alarm(home)
    with station(home, connect) as at:
        said, reached = _asked(at)
        states = Counter(each.state for each in at.journal.all())
        waiting = [_waiting(each) for each in at.journal.open()]
    head = heads(home)[-1].checkpoint
    return {
        "establishment": enrolment.establishment,
        "name": enrolment.name,
        "hub": enrolment.hub,
        "reached": reached,
        "agreement": said.get("agreement"),
        "returns": said.get("returns", []),
        "files": dict(sorted(states.items())),
        "waiting": waiting,
        "ledger": {"origin": head.origin, "size": head.size, "at": head.at, "witnessed": len(heads(home)) - 1},
    }


def _asked(at: Station) -> tuple[dict[str, Any], bool]:
    try:
        said = at.hub.get("/api/courier/status")
    except Unreachable:
        return {}, False
    except Refused as refused:
        return {"agreement": {"state": "refused", "clause": refused.clause}}, True
    if isinstance(said.get("checkpoint"), dict):
        at.sender.witness.take(said["checkpoint"])
    return said, True


def _waiting(delivery: Delivery) -> dict[str, Any]:
    stated = delivery.manifest
    refusal = delivery.refusal or {}
    return {
        "name": stated.name,
        "state": delivery.state,
        "created": stated.created,
        "clause": refusal.get("clause", ""),
    }


def keys(home: Home) -> dict[str, Any]:
    """The public halves: this courier's own, and the hub's that are pinned. Secrets never leave their file."""
    key = read_key(home)
    told = {"signing_key": public_text(key), "fingerprint": fingerprint(key), "file": str(home.signing_key)}
    try:
        enrolment = read_enrolment(home)
    except Trouble:
        return {**told, "enrolled": False}
    pinned = {"recipient": enrolment.recipient, "signing_key": enrolment.hub_key, "origin": enrolment.origin}
    return {**told, "enrolled": True, "courier": enrolment.courier, "since": enrolment.since, "hub": pinned}
