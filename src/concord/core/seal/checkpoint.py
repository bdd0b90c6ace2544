"""Signed heads of the ledger, and the witnesses that countersign them.

A hash chain alone does not show that its tail was cut off or that it was written anew by whoever holds the key. So
every courier keeps the last head it saw, asks for the proof that the next one continues it, and only then
countersigns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concord.core.seal.merkle import verify_consistency
from concord.core.seal.signature import Forged, b64, check, public_key, public_text, sign, unb64
from concord.core.trouble import Unreadable


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a ledger: `origin` names the ledger, `root` is 32 bytes, `at` an RFC 3339 instant in UTC."""

    origin: str
    size: int
    root: bytes
    at: str

    def document(self) -> dict[str, Any]:
        """What the hub signs."""
        return {"origin": self.origin, "size": self.size, "root": b64(self.root), "at": self.at}

    def witnessed(self) -> dict[str, Any]:
        """What a witness signs: the head without its time."""
        return {"origin": self.origin, "size": self.size, "root": b64(self.root)}


@dataclass(frozen=True, slots=True)
class Countersignature:
    """A witness's word that it saw this head and that it continues the head it saw before."""

    witness: str
    key: str
    signature: str

    def document(self) -> dict[str, str]:
        """As it stands on the wire."""
        return {"witness": self.witness, "key": self.key, "signature": self.signature}


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A head, the hub's signature and the countersignatures."""

    checkpoint: Checkpoint
    signature: str
    witnesses: tuple[Countersignature, ...] = ()

    def document(self) -> dict[str, Any]:
        """As it stands on the wire, in a receipt and in an export."""
        witnesses = [each.document() for each in self.witnesses]
        return {"checkpoint": self.checkpoint.document(), "signature": self.signature, "witnesses": witnesses}


class Equivocation(Forged):
    """The hub showed two histories. `earlier` and `later` are the two signed heads: they are the evidence."""

    def __init__(self, earlier: SignedCheckpoint, later: SignedCheckpoint, why: str) -> None:
        super().__init__(
            "ALARM: the ledger of the hub is not the one seen before.",
            why=why,
            todo="Keep both checkpoints, stop sending, and tell the head teacher and the LA's data protection officer.",
        )
        self.earlier = earlier
        self.later = later


def _field(document: Mapping[str, Any], name: str, kind: type) -> Any:
    value = document.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Unreadable(f"The checkpoint has no {name} that can be read.")
    return value


def read_checkpoint(document: Mapping[str, Any]) -> SignedCheckpoint:
    """The signed head written as `SignedCheckpoint.document` writes it. Raises Unreadable; proves nothing by itself."""
    if set(document) != {"checkpoint", "signature", "witnesses"}:
        raise Unreadable("A checkpoint has checkpoint, signature and witnesses, and nothing else.")
    head = _field(document, "checkpoint", dict)
    if set(head) != {"origin", "size", "root", "at"} or _field(head, "size", int) < 0:
        raise Unreadable("A checkpoint's head has origin, size, root and at, and nothing else.")
    root = unb64(head["root"], "The checkpoint's root", 32)
    checkpoint = Checkpoint(_field(head, "origin", str), head["size"], root, _field(head, "at", str))
    witnesses = tuple(_read_countersignature(each) for each in _field(document, "witnesses", list))
    return SignedCheckpoint(checkpoint, _field(document, "signature", str), witnesses)


def _read_countersignature(document: Any) -> Countersignature:
    if not isinstance(document, dict) or set(document) != {"witness", "key", "signature"}:
        raise Unreadable("A countersignature has witness, key and signature, and nothing else.")
    return Countersignature(*(_field(document, name, str) for name in ("witness", "key", "signature")))


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> SignedCheckpoint:
    """The hub's signature of its head."""
    return SignedCheckpoint(checkpoint, sign("checkpoint", checkpoint.document(), key))


def check_checkpoint(signed: SignedCheckpoint, key: Ed25519PublicKey) -> None:
    """Raises Forged when the hub's signature does not hold."""
    check("checkpoint", signed.checkpoint.document(), signed.signature, key, f"checkpoint {signed.checkpoint.size}")


def countersign(checkpoint: Checkpoint, witness: str, key: Ed25519PrivateKey) -> Countersignature:
    """A witness's signature of a head. Call only after `continues`."""
    return Countersignature(witness, public_text(key), sign("witness", checkpoint.witnessed(), key))


def check_countersignature(checkpoint: Checkpoint, given: Countersignature) -> None:
    """Raises Forged when the countersignature is not this head's by the key it names.
    Whether to trust that key is the caller's.
    """
    check("witness", checkpoint.witnessed(), given.signature, public_key(given.key), f"witness {given.witness}")


def with_witness(signed: SignedCheckpoint, given: Countersignature) -> SignedCheckpoint:
    """The head with one more countersignature, checked; a second one of the same witness replaces its first."""
    check_countersignature(signed.checkpoint, given)
    others = tuple(each for each in signed.witnesses if each.witness != given.witness)
    return replace(signed, witnesses=(*others, given))


def continues(earlier: SignedCheckpoint, later: SignedCheckpoint, proof: Sequence[bytes]) -> None:
    """Raises Equivocation unless `proof` shows that the later head's ledger begins with the earlier one's, line for
    line.

    Both heads must already have been checked against the hub's key, so that what is raised is evidence.
    """
    old, new = earlier.checkpoint, later.checkpoint
    if old.origin != new.origin:
        raise Equivocation(earlier, later, f"It calls itself {new.origin!r}, and {old.origin!r} before.")
    if new.size < old.size:
        raise Equivocation(earlier, later, f"It had {old.size} lines and now has {new.size}: its tail was cut off.")
    if old.size == 0:
        return
    if not verify_consistency(old.size, new.size, proof, old.root, new.root):
        raise Equivocation(earlier, later, f"Its first {old.size} lines are not those that were there before.")
