"""The ledger as a file: every line, every signed head with its witnesses. `core.seal.verify` proves it off line."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from concord.core.seal.checkpoint import read_checkpoint
from concord.core.seal.export import write_export
from concord.store import ledger, tree


def write(path: Path, origin: str, key: Ed25519PublicKey) -> int:
    """Write the whole ledger as it stands; how many lines."""
    heads = [read_checkpoint(head) for head in tree.heads()]
    with path.open("wb") as file:
        return write_export(file, origin, key, ((body, leaf) for _, body, leaf, _ in ledger.bodies()), heads)
