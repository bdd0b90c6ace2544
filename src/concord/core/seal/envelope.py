"""Files sealed with age to the LA's key, bound by a signed manifest to what they mean.

age proves that nothing in the file was changed, but not who wrote it nor what it is for: the manifest, signed by the
courier, does. The order of opening is fixed: signature, recipient, hash of the sealed bytes, decryption, hash of the
content; plaintext is let out only after the last.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, Protocol

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concord.core.seal.canonical import canonical, read_canonical
from concord.core.seal.manifest import Draft, Manifest, check_manifest, sign_manifest
from concord.core.seal.signature import Forged
from concord.core.trouble import Trouble, Unreadable

MAGIC: Final = b"concord-sealed/1\n"
_BLOCK: Final = 1 << 20
_HEAD: Final = 16_384


class _Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Sink(Protocol):
    def write(self, data: bytes, /) -> Any: ...


class _Meter:
    """Passes bytes through and keeps their hash and count: the shape pyrage reads from and writes to."""

    def __init__(self, inner: Any) -> None:
        self._inner, self._hash, self.size = inner, sha256(), 0

    def read(self, size: int = -1) -> bytes:
        return self._seen(self._inner.read(size))

    def write(self, data: bytes) -> int:
        self._inner.write(self._seen(bytes(data)))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""

    def _seen(self, data: bytes) -> bytes:
        self._hash.update(data)
        self.size += len(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@dataclass(frozen=True, slots=True)
class Seal:
    """The signed manifest that goes before the sealed bytes."""

    manifest: Manifest
    signature: str


def new_identity() -> tuple[str, str]:
    """(secret, recipient): an X25519 key pair of the LA, as age writes them."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient_of(identity: str) -> str:
    """The recipient to which this secret opens. Raises Unreadable."""
    return str(_identity(identity).to_public())


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError as fault:
        raise Unreadable("The opening key is not an age identity.", todo="Check the hub's key file.") from fault


def seal_stream(source: _Source, target: _Sink, draft: Draft, recipient: str, key: Ed25519PrivateKey) -> Seal:
    """Encrypts `source` into `target` a block at a time and returns the signed manifest.
    Raises Unreadable for a bad recipient.
    """
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as fault:
        raise Unreadable("The LA's key is not an age recipient.", todo="Enrol the courier again.") from fault
    content, sealed = _Meter(source), _Meter(target)
    pyrage.encrypt_io(content, sealed, [to])
    found = {"content_sha256": content.sha256, "content_size": content.size}
    found |= {"sealed_sha256": sealed.sha256, "sealed_size": sealed.size}
    manifest = Manifest(**{**asdict(draft), **found, "recipient": recipient})
    return Seal(manifest, sign_manifest(manifest, key))


def open_stream(
    sealed: IO[bytes],
    target: _Sink,
    manifest: Mapping[str, Any],
    signature: str,
    *,
    identity: str,
    key: Ed25519PublicKey,
) -> Manifest:
    """Writes the content of a sealed file to `target` and returns what it means.

    Nothing reaches `target` unless every check held. `sealed` is read twice and must allow seeking.
    Raises Forged or Unreadable.
    """
    stated = check_manifest(manifest, signature, key)
    check_sealed(sealed, stated, identity)
    with SpooledTemporaryFile(max_size=64 * _BLOCK) as held:
        _decrypt(sealed, held, stated, identity)
        held.seek(0)
        while block := held.read(_BLOCK):
            target.write(block)
    return stated


def check_sealed(sealed: IO[bytes], stated: Manifest, identity: str) -> None:
    """Raises Forged unless the bytes are those the manifest names and are sealed to this identity. Rewinds."""
    if stated.recipient != recipient_of(identity):
        raise Forged("The file is sealed to another authority's key.", todo="Check the courier's enrolment.")
    meter = _Meter(sealed)
    sealed.seek(0)
    while meter.read(_BLOCK):
        pass
    sealed.seek(0)
    if (meter.size, meter.sha256) != (stated.sealed_size, stated.sealed_sha256):
        raise _not_the_file("The sealed bytes are not those the courier signed for.")


def _decrypt(sealed: IO[bytes], held: _Sink, stated: Manifest, identity: str) -> None:
    meter = _Meter(held)
    try:
        pyrage.decrypt_io(sealed, meter, [_identity(identity)])
    except (pyrage.DecryptError, OSError) as fault:
        raise _not_the_file("The sealed file does not open with this key.") from fault
    if (meter.size, meter.sha256) != (stated.content_size, stated.content_sha256):
        raise _not_the_file("The content is not that which the courier signed for.")


def _not_the_file(what: str) -> Forged:
    return Forged(what, why="It was changed, cut short, added to or mixed up on its way.", todo="Send the file again.")


def seal(content: bytes, draft: Draft, recipient: str, key: Ed25519PrivateKey) -> bytes:
    """One self-contained sealed file: magic line, manifest line, signature line, age bytes.
    For mailboxes and small files.
    """
    sealed = BytesIO()
    made = seal_stream(BytesIO(content), sealed, draft, recipient, key)
    return b"".join((head(made), sealed.getvalue()))


def head(made: Seal) -> bytes:
    """The lines that stand before the age bytes in a self-contained sealed file."""
    return MAGIC + canonical({"manifest": made.manifest.document(), "signature": made.signature}) + b"\n"


def open_sealed(envelope: bytes, identity: str, key: Ed25519PublicKey) -> tuple[Manifest, bytes]:
    """What a self-contained sealed file means, and its content. Raises Forged or Unreadable, and then gives nothing."""
    stated, signature, sealed = split(envelope)
    content = BytesIO()
    manifest = open_stream(BytesIO(sealed), content, stated, signature, identity=identity, key=key)
    return manifest, content.getvalue()


def split(envelope: bytes) -> tuple[dict[str, Any], str, bytes]:
    """(manifest, signature, age bytes) of a self-contained sealed file, unproved. Raises Unreadable."""
    if not envelope.startswith(MAGIC):
        raise Unreadable("The file is not a sealed file.", todo="Choose the file as the courier made it.")
    end = envelope.find(b"\n", len(MAGIC), len(MAGIC) + _HEAD)
    if end < 0:
        raise Unreadable("The sealed file is cut short or its head is too long.")
    found = read_canonical(envelope[len(MAGIC) : end], "The sealed file's head")
    if set(found) != {"manifest", "signature"} or not isinstance(found["manifest"], dict):
        raise Unreadable("The sealed file's head has not a manifest and a signature.")
    return found["manifest"], str(found["signature"]), envelope[end + 1 :]


def seal_file(source: _Source, target: Path, draft: Draft, recipient: str, key: Ed25519PrivateKey) -> Seal:
    """Like `seal_stream`, into a file that is there whole and durable, or not at all.
    Raises Trouble when the disk is full.
    """
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as stream:
            made = seal_stream(source, stream, draft, recipient, key)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except (OSError, pyrage.EncryptError) as fault:
        part.unlink(missing_ok=True)
        raise Trouble(
            "The sealed file could not be written.", why=f"{fault}.", todo="Make room on the disk."
        ) from fault
    return made


def checked_recipient(text: object) -> str:
    """The recipient, when it is one. Raises Unreadable."""
    try:
        return str(pyrage.x25519.Recipient.from_str(str(text)))
    except pyrage.RecipientError as fault:
        raise Unreadable("The LA's key is not an age recipient.", todo="Tell the LA; nothing was sent.") from fault
