"""A statement both parties hold: what stopped and when, signed by the hub, checked without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from concord.core.seal.signature import check, public_text, sign
from concord.core.trouble import Unreadable


def make_statement(document: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """The document with the hub's signature over its canonical form, and the key to check it by."""
    return {"statement": dict(document), "signature": sign("statement", document, key), "key": public_text(key)}


def check_statement(given: Mapping[str, Any], key: Ed25519PublicKey) -> dict[str, Any]:
    """The document, if this key signed it. `key` is the hub's as its couriers know it, never the one in the file.

    Raises Forged, or Unreadable for what is no statement.
    """
    document = given.get("statement")
    if not isinstance(document, Mapping) or set(given) != {"statement", "signature", "key"}:
        raise Unreadable("This is not a statement of the hub.", todo="Choose the JSON file from the agreement's page.")
    check("statement", document, given["signature"], key, "the statement")
    return dict(document)
