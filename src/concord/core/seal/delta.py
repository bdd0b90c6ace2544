"""What changed in the regular feed: the records to put and to drop, and the digest of the whole set before and after.

Records are hashed under a key of the courier's own (pupils' records can be guessed, so a bare hash would tell them),
which travels inside the sealed file. The hub works out both digests from the records it holds: a delta that was lost
or applied twice is noticed at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from typing import Any, Final

from concord.core.seal.canonical import canonical, read_canonical
from concord.core.seal.signature import Forged, b64, unb64
from concord.core.trouble import Trouble, Unreadable

FORM: Final = "concord-delta/1"
Record = Mapping[str, str]


class WrongBase(Trouble):
    """The set held is not the one the delta starts from: the whole set must be sent."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Changes to the set of one kind. `whole` means that `put` is the whole set, whatever was held before."""

    kind: str
    key: bytes
    base: str
    digest: str
    whole: bool
    put: Mapping[str, Record] = field(default_factory=dict)
    drop: tuple[str, ...] = ()


def record_hash(key: bytes, ident: str, record: Record) -> bytes:
    """Keyed BLAKE2b-256 of the record's canonical JSON with its id."""
    return blake2b(canonical({"id": ident, "record": record}), key=key, digest_size=32).digest()


def set_digest(hashes: Mapping[str, bytes]) -> str:
    """SHA-256, in hex, over the hashes in the order of their ids; of nothing, for an empty set."""
    return sha256(b"".join(hashes[ident] for ident in sorted(hashes))).hexdigest()


def compare(
    kind: str, key: bytes, records: Mapping[str, Record], held: Mapping[str, bytes]
) -> tuple[Delta | None, dict[str, bytes]]:
    """The delta from the hashes the hub holds to the records now (None where nothing changed), and the new hashes."""
    hashes = {ident: record_hash(key, ident, record) for ident, record in records.items()}
    put = {ident: record for ident, record in records.items() if held.get(ident) != hashes[ident]}
    drop = tuple(sorted(held.keys() - hashes.keys()))
    if held and not put and not drop:
        return None, hashes
    return Delta(kind, key, set_digest(held), set_digest(hashes), not held, put, drop), hashes


def write_delta(delta: Delta) -> bytes:
    """The delta as canonical JSON Lines."""
    head = {"form": FORM, "kind": delta.kind, "key": b64(delta.key), "base": delta.base, "digest": delta.digest}
    lines: list[Mapping[str, Any]] = [{**head, "whole": delta.whole}]
    lines += [{"put": {"id": ident, "record": delta.put[ident]}} for ident in sorted(delta.put)]
    lines += [{"drop": {"id": ident}} for ident in sorted(delta.drop)]
    return b"".join(canonical(line) + b"\n" for line in lines)


def read_delta(content: bytes) -> Delta:
    """The delta as `write_delta` wrote it. Raises Unreadable naming the line."""
    if not content.endswith(b"\n"):
        raise Unreadable("The delta is cut short.", todo="Send it again.")
    first, *rest = content.split(b"\n")[:-1]
    head = read_canonical(first, "The delta's first line")
    if set(head) != {"form", "kind", "key", "base", "digest", "whole"} or head["form"] != FORM:
        raise Unreadable(
            f"The file is not a delta of the form {FORM}.", todo="Bring courier and hub to the same version."
        )
    put: dict[str, Record] = {}
    drop: dict[str, None] = {}
    for number, line in enumerate(rest, 2):
        _take(read_canonical(line, f"Line {number} of the delta"), number, put, drop)
    words = (str(head["kind"]), unb64(head["key"], "The delta's key", 32), str(head["base"]), str(head["digest"]))
    return Delta(*words, head["whole"] is True, put, tuple(drop))


def _take(line: Mapping[str, Any], number: int, put: dict[str, Record], drop: dict[str, None]) -> None:
    verb, body = next(iter(line.items()), ("", None))
    body = body if isinstance(body, dict) else {}
    ident = body.get("id")
    if len(line) != 1 or not isinstance(ident, str) or ident in put or ident in drop:
        raise Unreadable(f"Line {number} of the delta is no change, or one of the same record again.", line=number)
    if verb == "put" and set(body) == {"id", "record"} and _is_record(body["record"]):
        put[ident] = body["record"]
    elif verb == "drop" and set(body) == {"id"}:
        drop[ident] = None
    else:
        raise Unreadable(f"Line {number} of the delta is neither a put nor a drop.", line=number)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def apply(delta: Delta, held: Mapping[str, Record]) -> dict[str, Record]:
    """The set after the delta. Raises WrongBase when `held` is not its base, Forged when the result is not what it
    says.
    """
    if delta.whole:
        after = dict(delta.put)
    else:
        if _digest(delta.key, held) != delta.base:
            raise WrongBase("The records held are not those the delta starts from.", todo="Send the whole set.")
        after = {**{ident: record for ident, record in held.items() if ident not in delta.drop}, **delta.put}
    if _digest(delta.key, after) != delta.digest:
        raise Forged("The delta does not lead to the set it says.", todo="Send the whole set.")
    return after


def _digest(key: bytes, records: Mapping[str, Record]) -> str:
    return set_digest({ident: record_hash(key, ident, record) for ident, record in records.items()})


def changed_hashes(delta: Delta, hashes: Mapping[str, bytes]) -> Iterable[tuple[str, bytes | None]]:
    """(id, hash) of each record put, (id, None) of each dropped: what a courier keeps once the hub has it."""
    yield from ((ident, hashes[ident]) for ident in delta.put)
    yield from ((ident, None) for ident in delta.drop)
