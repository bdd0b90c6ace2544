"""The ledger as a file for an auditor: JSON Lines that prove themselves (`docs/ledger.md`).

A header; then each entry with its leaf; and each signed head directly after the last line it covers, so that a reader
needs one pass and next to no memory. Entry lines have a fixed frame, so the hashed bytes are a slice of the line and
need no parsing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from concord.core.seal.canonical import canonical
from concord.core.seal.checkpoint import SignedCheckpoint
from concord.core.seal.signature import public_text
from concord.core.trouble import Unreadable

FORM: Final = "concord-ledger/1"
OPENING: Final = b'{"entry":'
MIDDLE: Final = b',"leaf":"'
CLOSING: Final = b'"}\n'
HEAD_OPENING: Final = b'{"checkpoint":'
TAIL: Final = len(MIDDLE) + 64 + len(CLOSING)
"""Bytes of an entry's line after the entry itself, with its line end."""


def frame(line: bytes, leaf: bytes) -> bytes:
    """One entry's line of the export."""
    return b"".join((OPENING, line, MIDDLE, leaf.hex().encode(), CLOSING))


def write_export(
    target: IO[bytes],
    origin: str,
    key: Ed25519PublicKey,
    lines: Iterable[tuple[bytes, bytes]],
    checkpoints: Sequence[SignedCheckpoint],
) -> int:
    """Writes an export and returns its number of lines.

    `lines` gives (canonical line, leaf as it was recorded); `checkpoints` are in order of size, the last covering
    every line.
    Raises Unreadable for a line that cannot be framed. What does not hold is written as it is: the export is evidence.
    """
    target.write(canonical({"form": FORM, "key": public_text(key), "origin": origin}) + b"\n")
    waiting = sorted(checkpoints, key=lambda each: each.checkpoint.size)[::-1]
    size = 0
    _write_heads(target, waiting, size)
    for line, leaf in lines:
        if b"\n" in line:
            raise Unreadable(f"Line {size} of the ledger holds a line end.", todo="Verify the ledger in place instead.")
        target.write(frame(line, leaf))
        size += 1
        _write_heads(target, waiting, size)
    for head in waiting[::-1]:  # heads of lines that are gone: the verdict will say so
        target.write(canonical(head.document()) + b"\n")
    return size


def _write_heads(target: IO[bytes], waiting: list[SignedCheckpoint], size: int) -> None:
    while waiting and waiting[-1].checkpoint.size == size:
        target.write(canonical(waiting.pop().document()) + b"\n")
