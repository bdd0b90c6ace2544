"""What a sealed file means: whose it is, under which flow it goes, and the hashes that tie the words to the bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concord.core.seal.canonical import canonical
from concord.core.seal.signature import check, sign
from concord.core.trouble import Unreadable

VERSION: Final = 1
_SHAPES: Final = {
    "la": r"[0-9]{3}",
    "establishment": r"[0-9]{3}/[0-9]{4}",
    "courier": r"[A-Za-z0-9_-]{1,64}",
    "flow": r"[a-z0-9][a-z0-9._-]{0,63}",
    "collection": r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}",
    "term": r"[A-Za-z0-9-]{0,16}",
    "name": r"[^\x00-\x1f\x7f/\\:\u202a-\u202e\u2066-\u2069]{1,160}",
    "content_sha256": r"[0-9a-f]{64}",
    "sealed_sha256": r"[0-9a-f]{64}",
    "recipient": r"age1[a-z0-9]{58}",
    "created": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "key": r"[A-Za-z0-9_-]{16,64}",
}
_LEAST: Final = {"version": VERSION, "content_size": 0, "sealed_size": 1, "sequence": 1}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a file before it is sealed.

    `la` is the LA number, `establishment` an LAEstab, `term` such as ``AUT-2026`` or empty, `name` the file's own
    name without folders, `sequence` counts this courier's files from 1, `created` is RFC 3339 in UTC, `key` is the
    idempotency key.
    """

    la: str
    establishment: str
    courier: str
    flow: str
    collection: str
    term: str
    name: str
    sequence: int
    created: str
    key: str


@dataclass(frozen=True, slots=True)
class Manifest(Draft):
    """A draft with what sealing found: hashes and sizes of the content and of the sealed bytes, and to whom it is
    sealed.
    """

    content_sha256: str = ""
    content_size: int = 0
    sealed_sha256: str = ""
    sealed_size: int = 0
    recipient: str = ""
    version: int = VERSION

    def document(self) -> dict[str, Any]:
        """As it stands on the wire; its canonical JSON is what is signed."""
        return asdict(self)

    def sha256(self) -> str:
        """The hash, in hex, by which the ledger line names this manifest."""
        return sha256(canonical(self.document())).hexdigest()


def read_manifest(document: Mapping[str, Any]) -> Manifest:
    """The manifest a document states, every field checked. Raises Unreadable naming the field; proves nothing by
    itself.
    """
    names = {each.name for each in fields(Manifest)}
    if set(document) != names:
        odd = ", ".join(sorted(names.symmetric_difference(document)))
        raise Unreadable(
            f"The manifest has not the fields of version {VERSION}: {odd}.", todo="Bring the courier up to date."
        )
    for name, least in _LEAST.items():
        value = document[name]
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise Unreadable(f"The manifest's {name} is not a number of at least {least}.")
    for name, shape in _SHAPES.items():
        if not isinstance(document[name], str) or not re.fullmatch(shape, document[name]):
            raise Unreadable(f"The manifest's {name} is not written as it should be.")
    if document["version"] != VERSION or not document["establishment"].startswith(document["la"]):
        raise Unreadable("The manifest is of another version, or of another authority's establishment.")
    return Manifest(**document)


def sign_manifest(manifest: Manifest, key: Ed25519PrivateKey) -> str:
    """The courier's signature, base64."""
    return sign("manifest", read_manifest(manifest.document()).document(), key)


def check_manifest(document: Mapping[str, Any], signature: object, key: Ed25519PublicKey) -> Manifest:
    """The manifest, after its signature held. Raises Forged or Unreadable."""
    check("manifest", document, signature, key, "the manifest")
    return read_manifest(document)
