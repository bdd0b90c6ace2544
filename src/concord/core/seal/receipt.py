"""The hub's receipt for a file: its ledger entry, the proof that the entry is in the ledger, and the signed head it
is proved against.

With the hub's public key, and the file if it is still there, anybody can check one without the hub: `concord receipt
verify`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concord.core.seal.checkpoint import SignedCheckpoint, check_checkpoint, read_checkpoint
from concord.core.seal.ledger import leaf_hash, ledger_line
from concord.core.seal.manifest import Manifest, read_manifest
from concord.core.seal.merkle import verify_inclusion
from concord.core.seal.signature import Forged, b64, check, sign, unb64
from concord.core.trouble import Unreadable

FORM: Final = "concord-receipt/1"
_FIELDS: Final = {"form", "manifest", "entry", "proof", "checkpoint", "signature"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that held: what was received, its line in the ledger, and the head that covers it."""

    manifest: Manifest
    entry: Mapping[str, Any]
    checkpoint: SignedCheckpoint
    file: str
    """What was checked of the file itself: ``content``, ``sealed`` or ``not given``."""


def make_receipt(
    manifest: Manifest, entry: Mapping[str, Any], proof: Sequence[bytes], head: SignedCheckpoint, key: Ed25519PrivateKey
) -> dict[str, Any]:
    """The receipt the hub gives, and gives again when asked again.

    `entry` is the ledger entry, whose `manifest` must be `Manifest.sha256()`, `courier` and `establishment` the
    manifest's, and whose `n` the proof is for. Raises Unreadable when it is not.
    """
    said = {
        "form": FORM,
        "manifest": manifest.document(),
        "entry": dict(entry),
        "proof": [b64(each) for each in proof],
        "checkpoint": head.document(),
    }
    _bound(manifest, entry)
    return {**said, "signature": sign("receipt", said, key)}


def _bound(manifest: Manifest, entry: Mapping[str, Any]) -> None:
    stated = (manifest.sha256(), manifest.courier, manifest.establishment)
    if tuple(entry.get(name) for name in ("manifest", "courier", "establishment")) != stated:
        raise Unreadable("The ledger entry is not that of the manifest.", todo="Ask the LA for the receipt again.")


def verify_receipt(receipt: Mapping[str, Any], hub_key: Ed25519PublicKey, file: bytes | None = None) -> Receipt:
    """What a receipt proves. `file` may be the content or the sealed bytes.
    Raises Forged or Unreadable saying which part does not hold.
    """
    if set(receipt) != _FIELDS or receipt["form"] != FORM:
        raise Unreadable(
            f"The file is not a receipt of the form {FORM}.", todo="Choose a receipt as the courier kept it."
        )
    said = {name: value for name, value in receipt.items() if name != "signature"}
    check("receipt", said, receipt["signature"], hub_key, "the receipt")
    manifest = read_manifest(_object(receipt["manifest"]))
    entry, head = _object(receipt["entry"]), read_checkpoint(_object(receipt["checkpoint"]))
    _bound(manifest, entry)
    check_checkpoint(head, hub_key)
    _included(entry, receipt["proof"], head)
    return Receipt(manifest, entry, head, _check_file(manifest, file))


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("The receipt has a part that is not what it should be.")
    return value


def _included(entry: Mapping[str, Any], proof: Any, head: SignedCheckpoint) -> None:
    if not isinstance(proof, list):
        raise Unreadable("The receipt has no proof.")
    path = [unb64(each, "A step of the proof", 32) for each in proof]
    line = ledger_line(entry)
    if not verify_inclusion(leaf_hash(line), entry["n"], head.checkpoint.size, path, head.checkpoint.root):
        raise Forged(
            f"Line {entry['n']} is not in the ledger under this checkpoint.",
            why="The proof does not lead from the entry to the signed root.",
            todo="Keep the receipt and tell the LA's data protection officer.",
        )


def _check_file(manifest: Manifest, file: bytes | None) -> str:
    if file is None:
        return "not given"
    found = (sha256(file).hexdigest(), len(file))
    for kind, stated in (
        ("content", (manifest.content_sha256, manifest.content_size)),
        ("sealed", (manifest.sealed_sha256, manifest.sealed_size)),
    ):
        if found == stated:
            return kind
    raise Forged("The file is not the one this receipt is for.", todo=f"Look for {manifest.name!r} as it was sent.")
