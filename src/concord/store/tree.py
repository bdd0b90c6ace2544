"""The Merkle tree over the ledger, in memory and caught up from the table; signed heads and their witnesses' word."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from concord.core.seal.checkpoint import Checkpoint as Head
from concord.core.seal.checkpoint import SignedCheckpoint, read_checkpoint, sign_checkpoint
from concord.core.seal.merkle import Tree
from concord.store.models import Checkpoint, LedgerLine, WitnessSignature

_tree = Tree()
_lock = threading.Lock()


def caught_up() -> Tree:
    """The tree over every line there is now. Never inside a transaction: a line of it may yet be undone."""
    if connection.in_atomic_block:
        raise RuntimeError("the ledger's tree is asked for inside a transaction, whose lines may be undone")
    with _lock:
        while True:
            leaves = (
                LedgerLine.objects.filter(seq__gte=_tree.size).order_by("seq").values_list("leaf", flat=True)[:50_000]
            )
            batch = [bytes(leaf) for leaf in leaves]
            if not batch:
                return _tree
            _tree.extend(batch) if len(batch) > 1 else _tree.append(batch[0])


def forget() -> None:
    """Start again from nothing: after a restore, or for another database in the same process."""
    global _tree
    with _lock:
        _tree = Tree()


def sign_head(origin: str, key: Ed25519PrivateKey) -> SignedCheckpoint:
    """Sign the ledger as it is now; a head already signed at this size is given again, so that there are never two."""
    tree = caught_up()
    size, root = tree.size, tree.root()
    kept = Checkpoint.objects.using("ledger").filter(size=size).first()
    if kept is None:
        at = datetime.now(UTC)
        head = Head(origin, size, root, at.isoformat(timespec="seconds").replace("+00:00", "Z"))
        signed = sign_checkpoint(head, key)
        Checkpoint.objects.using("ledger").bulk_create(
            [Checkpoint(size=size, root=root, at=at, note=signed.document())], ignore_conflicts=True
        )
        kept = Checkpoint.objects.using("ledger").get(size=size)
    return read_checkpoint(kept.note)


def latest() -> dict[str, Any] | None:
    """The last signed head, with its witnesses, as it stands on the wire."""
    kept = Checkpoint.objects.order_by("-size").first()
    if kept is None:
        return None
    return {**kept.note, "witnesses": [one.note for one in kept.witnesses.all()]}


def heads() -> list[dict[str, Any]]:
    """Every signed head with its witnesses, oldest first."""
    return [
        {**kept.note, "witnesses": [one.note for one in kept.witnesses.all()]}
        for kept in Checkpoint.objects.prefetch_related("witnesses").order_by("size")
    ]


def keep_witness(size: int, courier: UUID, note: dict[str, Any]) -> None:
    WitnessSignature.objects.using("ledger").bulk_create(
        [WitnessSignature(checkpoint_id=size, courier=courier, note=note, at=datetime.now(UTC))], ignore_conflicts=True
    )


def head_of_size(size: int) -> SignedCheckpoint | None:
    """The head signed at a size, if one was."""
    kept = Checkpoint.objects.filter(size=size).first()
    return read_checkpoint(kept.note) if kept else None
