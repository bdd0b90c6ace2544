"""The Merkle tree over the ledger, in memory and caught up from the table; signed heads and their witnesses' word.

A head is signed over lines that follow from those signed before, and over no others: what was rewritten underneath is
refused here, before the hub puts its name to it.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from concord.core.seal.checkpoint import Checkpoint as Head
from concord.core.seal.checkpoint import SignedCheckpoint, check_checkpoint, read_checkpoint, sign_checkpoint
from concord.core.seal.ledger import GENESIS, chain_hash
from concord.core.seal.merkle import Tree
from concord.core.seal.signature import Forged
from concord.core.trouble import Trouble
from concord.store import ledger, ledger_check
from concord.store.models import Checkpoint, LedgerLine, WitnessSignature

BATCH = 50_000
_tree = Tree()
_link = GENESIS  # the chain value of the last line in the tree
_lock = threading.Lock()


class Altered(Trouble):
    """The lines as they stand are not those that were signed. `line` is where, as far as it is known."""

    http = 503

    def __init__(self, says: str, line: int | None = None) -> None:
        super().__init__(
            "The ledger is not as it was written, and nothing is signed.",
            why=says,
            todo="Keep the database as it is, and tell the auditor and the data protection officer.",
        )
        self.says, self.line = says, line


def caught_up() -> Tree:
    """The tree over every line there is now. Never inside a transaction: a line of it may yet be undone.

    Raises `Altered` where the last line known is gone or another, or a new one does not follow from it.
    """
    if connection.in_atomic_block:
        raise RuntimeError("the ledger's tree is asked for inside a transaction, whose lines may be undone")
    with _lock:
        while _take_batch():
            pass
        return _tree


def _take_batch() -> bool:
    """Take the lines after those known, the last of which is looked at once more; whether there may be others."""
    global _link
    size, link = _tree.size, _link
    rows = LedgerLine.objects.filter(seq__gte=max(size - 1, 0)).order_by("seq").values_list("seq", "leaf", "chain")
    found = [(seq, bytes(leaf), bytes(chain)) for seq, leaf, chain in rows[:BATCH]]
    if size:
        if not found or found[0] != (size - 1, _tree.node(0, size - 1), link):
            raise Altered(f"Line {size - 1} is gone, or is not the one that was read before.", size - 1)
        del found[0]
    for place, (seq, leaf, chain) in enumerate(found, size):
        link = chain_hash(link, leaf)
        if (seq, chain) != (place, link):
            raise Altered(f"Line {place} is missing, or does not follow from the line before it.", place)
    leaves = [leaf for _, leaf, _ in found]
    _tree.append(leaves[0]) if len(leaves) == 1 else _tree.extend(leaves)
    _link = link
    return len(leaves) >= BATCH - 1


def forget() -> None:
    """Start again from nothing: after a restore, or for another database in the same process."""
    global _tree, _link
    with _lock:
        _tree, _link = Tree(), GENESIS


def sign_head(origin: str, key: Ed25519PrivateKey) -> SignedCheckpoint:
    """Sign the ledger as it is now; a head already signed at this size is given again, so that there are never two.

    Raises `Altered`, and keeps the alarm, where the lines do not continue those of the last signed head.
    """
    try:
        return _sign(origin, key)
    except Altered as fault:
        ledger_check.keep(False, _tree.size, fault.line, fault.says)
        raise


def _sign(origin: str, key: Ed25519PrivateKey) -> SignedCheckpoint:
    heads = Checkpoint.objects.using("ledger")
    last = heads.order_by("-size").first()  # before the lines are read, so that none of its own can be missing by haste
    tree = caught_up()
    size, root = tree.size, tree.root()
    if last is not None:
        _must_continue(tree, last, key)
    if last is None or last.size < size:
        if (line := ledger.unsound(last.size if last else 0, size)) is not None:
            raise Altered(f"Line {line} was changed: it is not the line its hash was made of.", line)
        at = datetime.now(UTC)
        head = Head(origin, size, root, at.isoformat(timespec="seconds").replace("+00:00", "Z"))
        signed = sign_checkpoint(head, key)
        heads.bulk_create([Checkpoint(size=size, root=root, at=at, note=signed.document())], ignore_conflicts=True)
    return read_checkpoint(heads.get(size=size).note)


def _must_continue(tree: Tree, last: Checkpoint, key: Ed25519PrivateKey) -> None:
    """The lines are those of the last signed head, and more: else somebody rewrote what the hub has signed for."""
    if tree.size < last.size:
        raise Altered(f"Lines {tree.size} to {last.size - 1} are missing: a head over them was signed.", tree.size)
    signed = read_checkpoint(last.note)
    head = signed.checkpoint
    try:
        check_checkpoint(signed, key.public_key())
    except Forged as fault:
        raise Altered(f"The last head, of {last.size} lines, does not bear this hub's signature.") from fault
    if (head.size, head.root) != (last.size, bytes(last.root)) or tree.root(last.size) != head.root:
        begins, ends = _first_unlike(tree)
        raise Altered(f"A line from {begins} to {ends - 1} was rewritten: the head of {ends} lines is another.", begins)


def _first_unlike(tree: Tree) -> tuple[int, int]:
    """Between which two signed heads the first line lies that is not as it was signed."""
    before = 0
    for size, root in Checkpoint.objects.order_by("size").values_list("size", "root"):
        if size and tree.root(size) != bytes(root):
            return before, size
        before = size
    return 0, before


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
