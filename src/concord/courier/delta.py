"""From a feed to a parcel: only what changed since what the hub holds."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.core.seal.delta import changed_hashes, compare, write_delta
from concord.core.trouble import Trouble
from concord.courier.connectors.feed import Feed
from concord.courier.journal import Journal
from concord.courier.send import Parcel
from concord.courier.terms import FEED

_LEAST_LEFT = 0.5


def delta_key(key: Ed25519PrivateKey) -> bytes:
    """The key under which this courier hashes records: bound to its signing key, and not leading back to it."""
    return sha256(b"concord-delta-key/1\n" + key.private_bytes_raw()).digest()


def delta_parcel(feed: Feed, key: Ed25519PrivateKey, journal: Journal, *, may_shrink: bool = False) -> Parcel | None:
    """The parcel of what changed in a feed, None where nothing did.

    Raises Trouble when more than half of the records are gone: a MIS that exported in part looks like that.
    """
    collection = f"feed.{feed.kind}"
    gone = journal.dropped(collection)
    feed = replace(feed, records={ident: record for ident, record in feed.records.items() if ident not in gone})
    held = journal.sent(collection)
    if not may_shrink and len(feed.records) < len(held) * _LEAST_LEFT:
        raise Trouble(
            f"The export of {feed.kind} has {len(feed.records)} records; the LA holds {len(held)}.",
            why="An export cut short would read as if these pupils had left. It was not sent.",
            todo="Check the export; if the records are indeed gone, run again with --may-shrink.",
        )
    delta, hashes = compare(feed.kind, delta_key(key), feed.records, held)
    if delta is None or not (delta.put or delta.drop):
        return None
    changes = tuple((collection, ident, mark) for ident, mark in changed_hashes(delta, hashes))
    return Parcel(f"{feed.kind}.delta.jsonl", write_delta(delta), FEED, collection, changes=changes)


def whole_parcel(feed: Feed) -> Parcel:
    """The whole of a feed as a parcel, for a preview: hashed under a key of zeros, and never to be sent."""
    delta, _ = compare(feed.kind, bytes(32), feed.records, {})
    return Parcel(f"{feed.kind}.delta.jsonl", write_delta(delta) if delta else b"", FEED, f"feed.{feed.kind}")
