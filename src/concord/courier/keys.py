"""The courier's signing key: made on this machine at enrolment, never sent, readable by its owner only."""

from __future__ import annotations

import os
import stat
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.core.seal.signature import KEY_BYTES, b64, new_key, public_text, unb64
from concord.core.trouble import Trouble, Unreadable
from concord.courier.disk import write_durably
from concord.courier.home import Home


def make_key(home: Home) -> Ed25519PrivateKey:
    """The key in the folder, or a new one kept there before it is used."""
    if home.signing_key.exists():
        return read_key(home)
    key = new_key()
    write_durably(home.signing_key, b64(key.private_bytes_raw()).encode() + b"\n")
    return key


def read_key(home: Home) -> Ed25519PrivateKey:
    """The key. Raises Trouble when there is none, when it is not one, or when others could read it."""
    try:
        text = home.signing_key.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise Trouble(
            "This courier has no signing key.",
            why="It is not enrolled.",
            todo="`concord courier enrol --hub URL --token T`.",
        ) from fault
    if os.name != "nt" and stat.S_IMODE(home.signing_key.stat().st_mode) & 0o077:
        raise Trouble(
            "Others on this machine can read the signing key.",
            todo=f"`chmod 600 {home.signing_key}`, then tell the LA, who can revoke it.",
        )
    try:
        return Ed25519PrivateKey.from_private_bytes(unb64(text, "The signing key", KEY_BYTES))
    except Unreadable as fault:
        raise Unreadable("The signing key is damaged.", todo="Ask the LA for a new token and enrol again.") from fault


def fingerprint(key: Ed25519PrivateKey) -> str:
    """The public key's SHA-256 in groups, to read out over the telephone."""
    digest = sha256(unb64(public_text(key), "The key")).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))
