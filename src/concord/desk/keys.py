"""The hub's own keys: what files are sealed to, what receipts and checkpoints are signed with."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    """The key in this file, made on first use; readable by the hub's own user alone."""
    path = Path(settings.CONFIG.keys_folder) / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".{name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
        try:
            os.link(fresh, path)  # the first to finish wins; the other uses what is there
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


@lru_cache(maxsize=1)
def seal_identity() -> str:
    """The age identity that opens what couriers seal."""
    return _kept("seal.age", lambda: str(pyrage.x25519.Identity.generate()).encode()).decode().strip()


@lru_cache(maxsize=1)
def seal_recipient() -> str:
    return str(pyrage.x25519.Identity.from_str(seal_identity()).to_public())


@lru_cache(maxsize=1)
def signing_key() -> Ed25519PrivateKey:
    """The Ed25519 key of receipts and checkpoints."""
    fresh = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return Ed25519PrivateKey.from_private_bytes(_kept("signing.key", lambda: fresh))


@lru_cache(maxsize=1)
def pseudonym_key() -> bytes:
    """The key of the stand-ins by which the ledger names pupils."""
    return _kept("pseudonym.key", lambda: secrets.token_bytes(32))


@lru_cache(maxsize=1)
def hidden_key() -> bytes:
    """The key of the stand-ins by which a hidden pupil is recognised: a backup without it tells nothing of them."""
    return _kept("hidden.key", lambda: secrets.token_bytes(32))


@lru_cache(maxsize=1)
def proof_key() -> bytes:
    """The key that seals what people prove with: secrets of authenticator apps, marks of recovery codes."""
    return _kept("proof.key", lambda: secrets.token_bytes(32))
