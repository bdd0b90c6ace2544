"""One JSON text for one value: what is signed and hashed must have only one spelling.

Keys are sorted by code point, strings are NFC, there is no white space, no float and no number past 2^53 - 1
(the largest a JavaScript reader keeps exactly). Text beyond ASCII stands as itself in UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from unicodedata import is_normalized, normalize

import msgspec

from concord.core.trouble import Unreadable

LARGEST: Final = 2**53 - 1
_DEPTH: Final = 32
_encoder: Final = msgspec.json.Encoder(order="sorted")
_encode: Final = _encoder.encode


def canonical(document: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a document. Raises Unreadable for a float, a wide number, a lone surrogate or twin keys."""
    try:
        text = _encode(document) if _plain(document) else b"\xff"
        return text if text.isascii() else _encode(_clean(document, 0))
    except UnicodeEncodeError as fault:
        raise Unreadable("A text holds half of a surrogate pair.", todo="Send whole Unicode characters.") from fault


def canonical_lines(documents: Sequence[Mapping[str, Any]]) -> bytes:
    """The canonical JSON of each document, a line each; canonical JSON itself has no line break. Raises as `canonical`
    does."""
    with suppress(UnicodeEncodeError):  # the line that holds it is found below
        if all(map(_plain, documents)) and (text := _encoder.encode_lines(documents)).isascii():
            return text
    return b"".join([canonical(each) + b"\n" for each in documents])


def _plain(document: Any, storeys: int = 2) -> bool:
    """Whether a document of one or two storeys has only what has one spelling, once its text is ASCII: nearly every
    ledger line has, and a look at it costs less than a copy."""
    if type(document) is not dict or not storeys:
        return False
    for key, value in document.items():
        if type(key) is not str:
            return False
        kind = type(value)
        if kind is str or kind is bool or value is None:
            continue
        if kind is list:
            for item in value:
                if type(item) is not str:
                    return False
        elif kind is int:
            if not -LARGEST <= value <= LARGEST:
                return False
        elif not _plain(value, storeys - 1):
            return False
    return True


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _whole(value)
    if depth > _DEPTH:
        raise Unreadable(f"A document is nested more than {_DEPTH} deep.")
    if isinstance(value, Mapping):
        return _clean_object(value, depth)
    if isinstance(value, (list, tuple)):
        return [_clean(item, depth + 1) for item in value]
    raise Unreadable(f"A {type(value).__name__} has no canonical form.", todo="Write numbers with decimals as text.")


def _text(value: str) -> str:
    bare = str.__str__(value)  # of a word out of a fixed list, the word
    return bare if bare.isascii() or is_normalized("NFC", bare) else normalize("NFC", bare)


def _whole(value: int) -> int:
    if not -LARGEST <= value <= LARGEST:
        raise Unreadable("A number is too large to be kept exactly by every reader.", todo="Write it as text.")
    return int(value)


def _clean_object(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise Unreadable(f"The key {key!r} is not text.")
        name = _text(key)
        if name in cleaned:
            raise Unreadable(f"The key {name!r} stands twice.")
        cleaned[name] = _clean(item, depth + 1)
    return cleaned


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _never(text: str) -> Any:
    raise ValueError(f"{text} is not a whole number")


def read(text: bytes, what: str = "The document") -> dict[str, Any]:
    """A JSON object, read strictly: UTF-8, no key twice, no float, nothing after it. Raises Unreadable."""
    try:
        found = json.loads(text.decode(), object_pairs_hook=_once, parse_float=_never, parse_constant=_never)
    except (ValueError, RecursionError) as fault:
        raise Unreadable(f"{what} is not a JSON object that can be trusted.", why=f"{fault}.") from fault
    if not isinstance(found, dict):
        raise Unreadable(f"{what} is not a JSON object.")
    return found


def read_canonical(text: bytes, what: str = "The document") -> dict[str, Any]:
    """Like `read`, and the text must be the canonical spelling of what it says."""
    found = read(text, what)
    if canonical(found) != text:
        raise Unreadable(f"{what} is not in canonical form.", why="A second spelling could carry a second meaning.")
    return found
