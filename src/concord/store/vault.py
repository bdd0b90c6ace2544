"""Files as they were sent, sealed to the hub's key, by the hash of what is inside."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pyrage

from concord.core.agreement.model import Permit
from concord.store.models import SealedFile


def keep(permit: Permit, content: bytes, recipient: str, now: datetime, retention: str) -> SealedFile:
    """Keep a file: sealed, under the hash of its content. The same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    sealed = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(recipient)])
    kept, _ = SealedFile.objects.get_or_create(
        sha256=digest, defaults={"sealed": sealed, "size": len(content), "kept": now, "retention": retention}
    )
    return kept


def fetch(permit: Permit, file: SealedFile, identity: str) -> bytes:
    """The content, byte for byte as it was sent. A seal that does not open to its hash is a fault of ours."""
    content: bytes = pyrage.decrypt(bytes(file.sealed), [pyrage.x25519.Identity.from_str(identity)])
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise RuntimeError(f"sealed file {file.sha256[:12]} does not hold what its name says")
    return content
