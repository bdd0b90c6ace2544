"""The ledger's line and its two hashes.

A line is the canonical JSON of an entry, whose `n` is its place from 0. Its leaf is SHA-256(0x00 || line) (RFC 9162),
and each line's chain value is SHA-256(chain before || leaf), which starts from 32 zero bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from concord.core.seal.canonical import canonical
from concord.core.trouble import Unreadable

GENESIS: Final = bytes(32)


def ledger_line(entry: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed for an entry. Raises Unreadable when it has no place `n`."""
    place = entry.get("n")
    if not isinstance(place, int) or isinstance(place, bool) or place < 0:
        raise Unreadable("A ledger entry has no place.", todo="Give `n`, counted from 0.")
    return canonical(entry)


def leaf_hash(line: bytes) -> bytes:
    """SHA-256(0x00 || line), 32 bytes."""
    return sha256(b"\x00" + line).digest()


def chain_hash(before: bytes, leaf: bytes) -> bytes:
    """SHA-256(chain before || leaf), 32 bytes."""
    return sha256(before + leaf).digest()
