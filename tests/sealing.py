"""Keys, drafts and small ledgers for the tests of the seal."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from concord.core.seal.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    countersign,
    sign_checkpoint,
    with_witness,
)
from concord.core.seal.export import write_export
from concord.core.seal.ledger import leaf_hash, ledger_line
from concord.core.seal.manifest import Draft
from concord.core.seal.merkle import Tree
from concord.core.seal.signature import new_key

HUB = new_key()
COURIER = new_key()
ORIGIN = "hub.example/886"


def draft(**changes: object) -> Draft:
    stated: dict[str, object] = {
        "la": "886",
        "establishment": "886/2001",
        "courier": "c-1",
        "flow": "census-copy",
        "collection": "SC",
        "term": "AUT-2026",
        "name": "8862001_SC3_886LL26_001.xml",
        "sequence": 1,
        "created": "2026-10-02T03:04:05Z",
        "key": "k" * 32,
    }
    return Draft(**{**stated, **changes})  # type: ignore[arg-type]


def lines(count: int, salt: str = "") -> list[bytes]:
    return [ledger_line({"n": n, "verb": "view", "who": f"u{n % 7}{salt}"}) for n in range(count)]


def head(written: list[bytes], size: int, key=HUB, witness=None) -> SignedCheckpoint:
    root = Tree(map(leaf_hash, written[:size])).root()
    signed = sign_checkpoint(Checkpoint(ORIGIN, size, root, "2026-10-02T03:04:05Z"), key)
    return with_witness(signed, countersign(signed.checkpoint, "c-1", witness)) if witness else signed


def export(path: Path, written: list[bytes], heads: list[SignedCheckpoint], leaves=None, key=HUB) -> Path:
    target = BytesIO()
    recorded = leaves or [leaf_hash(line) for line in written]
    write_export(target, ORIGIN, key.public_key(), zip(written, recorded, strict=True), heads)
    path.write_bytes(target.getvalue())
    return path
