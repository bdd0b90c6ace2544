"""The courier as a witness: it keeps the last head of the hub's ledger and countersigns only one that provably
continues it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.core.seal.checkpoint import (
    Equivocation,
    SignedCheckpoint,
    check_checkpoint,
    continues,
    countersign,
    read_checkpoint,
    with_witness,
)
from concord.core.seal.signature import b64, public_key, unb64
from concord.core.trouble import Trouble, Unreadable
from concord.courier.disk import append_durably, write_durably
from concord.courier.enrolment import Enrolment
from concord.courier.home import Home
from concord.courier.hub import Hub


class Witness:
    """Takes in the heads the hub shows. An `Equivocation` is kept as evidence and stops every later run."""

    def __init__(self, home: Home, enrolment: Enrolment, key: Ed25519PrivateKey, hub: Hub) -> None:
        self._home, self._enrolment, self._key, self._hub = home, enrolment, key, hub

    def last(self) -> SignedCheckpoint:
        """The largest head seen so far."""
        return heads(self._home)[-1]

    def take(self, shown: Mapping[str, Any], *, may_be_older: bool = False) -> SignedCheckpoint:
        """Checks a head the hub showed and countersigns it when it is new.

        A receipt given again may show an older head (`may_be_older`); it must then be part of the history seen since.
        Raises Forged for a wrong signature and Equivocation for another history.
        """
        head, last = read_checkpoint(shown), self.last()
        check_checkpoint(head, public_key(self._enrolment.hub_key))
        older = may_be_older and head.checkpoint.size < last.checkpoint.size
        try:
            self._prove(head, last) if older else self._prove(last, head)
        except Equivocation as alarm:
            self._raise_alarm(alarm)
            raise
        if not older:
            self._countersign(head, new=head.checkpoint.size > last.checkpoint.size)
        return head

    def _prove(self, earlier: SignedCheckpoint, later: SignedCheckpoint) -> None:
        first, second = earlier.checkpoint.size, later.checkpoint.size
        proof: list[bytes] = []
        if 0 < first < second:
            answer = self._hub.get(f"/api/courier/consistency?from={first}&to={second}")
            steps = answer.get("proof")
            if not isinstance(steps, list):
                raise Unreadable("The hub gave no consistency proof.", todo="Tell the LA.")
            proof = [unb64(step, "A step of the proof", 32) for step in steps]
        continues(earlier, later, proof)

    def _countersign(self, head: SignedCheckpoint, *, new: bool) -> None:
        """Keeps a new head; sends the countersignature unless the hub shows that it has it (an earlier sending may be
        lost).
        """
        me = self._enrolment.courier
        given = countersign(head.checkpoint, me, self._key)
        if new:
            append_durably(
                self._home.witnessed, json.dumps(with_witness(head, given).document(), sort_keys=True).encode()
            )
        if any(each.witness == me for each in head.witnesses):
            return
        seen = {"size": head.checkpoint.size, "root": b64(head.checkpoint.root), "signature": given.signature}
        self._hub.post("/api/courier/witness", seen)

    def _raise_alarm(self, alarm: Equivocation) -> None:
        both = {"why": alarm.why, "earlier": alarm.earlier.document(), "later": alarm.later.document()}
        write_durably(self._home.alarm, json.dumps(both, indent=1, sort_keys=True).encode() + b"\n")


def heads(home: Home) -> list[SignedCheckpoint]:
    """All heads kept, oldest first. A last line torn by a power cut is left out. Raises Unreadable for none."""
    try:
        lines = home.witnessed.read_bytes().split(b"\n")[:-1]
        found = [read_checkpoint(json.loads(line)) for line in lines]
    except (OSError, ValueError) as fault:
        raise Unreadable(
            "The record of witnessed heads cannot be read.", why=f"{fault}.", todo="Tell the LA before going on."
        ) from fault
    if not found:
        raise Unreadable("The record of witnessed heads is empty.", todo="Tell the LA before going on.")
    return found


def check_no_alarm(home: Home) -> None:
    """Raises Trouble (exit status 1) while an alarm stands."""
    if home.alarm.exists():
        both = json.loads(home.alarm.read_bytes())
        raise Alarm(str(both.get("why", "")), str(home.alarm))


class Alarm(Trouble):
    """An equivocation found on an earlier run, which nobody has settled yet."""

    status = 1

    def __init__(self, why: str, where: str) -> None:
        super().__init__(
            "ALARM: the ledger of the hub was not the one seen before. Nothing is sent.",
            why=why,
            todo=f"Both heads are in {where}. Tell the head teacher and the LA's data protection officer. "
            "When it is settled, enrol anew in a new folder.",
        )
