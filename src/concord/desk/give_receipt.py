"""A signed receipt for a file that came by the page, and for a return that was submitted (clause 4(d)).

It is of the same form as a courier's and proved the same way: `concord receipt verify`. The manifest is kept by the
deed's own transaction, and the receipt made from the deed's ledger line; a hub killed in between makes it when asked.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from concord.core.agreement.model import Actor, Permit
from concord.core.seal import merkle
from concord.core.seal.manifest import Manifest, read_manifest
from concord.core.seal.receipt import make_receipt
from concord.core.seal.signature import public_text
from concord.core.trouble import Trouble
from concord.desk import gate, keys, standings
from concord.desk.couriers import origin
from concord.desk.own_return import FLOWS
from concord.store import ledger, returns, threads, tree
from concord.store.models import ReturnReceipt, ReturnVersion

PAGE = "page"
"""Stands in a manifest where a courier's id stands: the file came through the hub's own page."""
KINDS = {"received": "The file arrived", "submitted": "The return was signed off and submitted"}
_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\:\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt as it is listed; `document` is what is taken away."""

    id: int
    kind: str
    version: int
    at: datetime
    line: int
    sha256: str
    size: int
    name: str
    document: dict[str, Any]

    @property
    def title(self) -> str:
        return KINDS[self.kind]

    @property
    def reference(self) -> str:
        """What people quote: the collection, the establishment and the ledger's line."""
        stated = self.document["manifest"]
        return f"{stated['collection']}-{stated['establishment'].replace('/', '')}-{self.line}"


def promised(permit: Permit, version: ReturnVersion, kind: str) -> dict[str, str]:
    """What the deed's ledger line must say for a receipt to be made of it; called inside the deed."""
    manifest = _manifest(permit, version)
    threads.promise(permit, version, kind, manifest.document(), manifest.sha256())
    return {"manifest": manifest.sha256(), "courier": PAGE, "establishment": manifest.establishment}


def _manifest(permit: Permit, version: ReturnVersion) -> Manifest:
    of, sealed = version.of, bytes(version.file.sealed)
    collection = of.collection
    stated = Manifest(
        la=standings.agreement().terms.authority.number,
        establishment=of.establishment_id,
        courier=PAGE,
        flow=permit.flow,
        collection=collection,
        term=collection.partition("-")[2],
        name=_UNFIT.sub("-", version.name)[:160] or "return",
        sequence=version.number,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        key=permit.ref,
        content_sha256=version.file_id,
        content_size=version.file.size,
        sealed_sha256=hashlib.sha256(sealed).hexdigest(),
        sealed_size=len(sealed),
        recipient=keys.seal_recipient(),
    )
    return read_manifest(stated.document())


def receipts(actor: Actor, side: str, laestab: str, collection: str) -> list[Given]:
    """The receipts of a return, newest first; one that was promised and not made yet is made now."""
    permit = gate.ask(actor, FLOWS[side], establishments=[laestab], categories=["return"])
    with gate.act(permit, "receipts shown", f"{collection} {laestab}"):
        of = returns.find(permit, laestab, collection)
        kept = threads.receipts(permit, of) if of else []
    return [_given(permit, one) for one in kept]


def taken_away(actor: Actor, side: str, laestab: str, collection: str, number: int) -> Given:
    """One receipt of a return, to be kept by the establishment."""
    for one in receipts(actor, side, laestab, collection):
        if one.id == number:
            return one
    raise Trouble("There is no such receipt.", todo="Open the receipts of the return again.")


def _given(permit: Permit, kept: ReturnReceipt) -> Given:
    document = dict(kept.receipt) if kept.receipt else threads.keep_receipt(permit, kept, _made(kept))
    stated, entry = document["manifest"], document["entry"]
    return Given(
        kept.pk,
        kept.kind,
        kept.version.number,
        datetime.fromisoformat(entry["at"]),
        entry["n"],
        stated["content_sha256"],
        stated["content_size"],
        stated["name"],
        document,
    )


def _made(kept: ReturnReceipt) -> dict[str, Any]:
    entry = ledger.entry_of_manifest(kept.sha256)
    if entry is None:
        raise RuntimeError(f"receipt {kept.pk} is promised and its deed has no line")
    head = tree.sign_head(origin(), keys.signing_key())
    proof = merkle.inclusion_path(tree.caught_up().node, entry["n"], head.checkpoint.size)
    return make_receipt(read_manifest(kept.manifest), entry, proof, head, keys.signing_key())


def hub_key() -> str:
    """The public key a receipt is verified with, as text."""
    return public_text(keys.signing_key().public_key())
