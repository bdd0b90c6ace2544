"""Ed25519 over canonical JSON, each kind of document under a name of its own, so that none can stand in for another."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concord.core.seal.canonical import canonical
from concord.core.trouble import Trouble, Unreadable

Kind = Literal["manifest", "checkpoint", "witness", "receipt", "statement"]
KEY_BYTES: Final = 32


class Forged(Trouble):
    """Bytes that are not what was signed, or not signed by whom they should be.
    Exit status 1: what was checked does not hold.
    """

    status = 1


def b64(raw: bytes) -> str:
    """Standard base64 with padding: the only spelling used on the wire."""
    return b64encode(raw).decode()


def unb64(text: object, what: str, length: int | None = None) -> bytes:
    """Bytes from base64, refusing every second spelling of them. Raises Unreadable."""
    try:
        raw = b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        raw = None
    if raw is None or b64(raw) != text or (length is not None and len(raw) != length):
        raise Unreadable(f"{what} is not base64" + (f" of {length} bytes." if length else "."))
    return raw


def new_key() -> Ed25519PrivateKey:
    """A signing key from the machine's own randomness."""
    return Ed25519PrivateKey.generate()


def public_text(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The public half, as it stands on the wire and in an export."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return b64(public.public_bytes_raw())


def public_key(text: object) -> Ed25519PublicKey:
    """The key written as `public_text` writes it. Raises Unreadable."""
    return Ed25519PublicKey.from_public_bytes(unb64(text, "The public key", KEY_BYTES))


def _said(kind: Kind, document: Mapping[str, Any]) -> bytes:
    return b"concord-" + kind.encode() + b"/1\n" + canonical(document)


def sign(kind: Kind, document: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """The signature of a document of one kind, base64."""
    return b64(key.sign(_said(kind, document)))


def check(kind: Kind, document: Mapping[str, Any], signature: object, key: Ed25519PublicKey, what: str) -> None:
    """Raises Forged when `signature` is not the key's signature of this document as this kind."""
    try:
        key.verify(unb64(signature, f"The signature of {what}", 64), _said(kind, document))
    except (InvalidSignature, Unreadable) as fault:
        raise Forged(
            f"The signature of {what} does not hold.",
            why="It was changed after signing, or signed by another key.",
            todo="Do not use it; ask the sender to send it again, and tell the LA's information governance team.",
        ) from fault
