"""A courier's sealed file arrives in pieces, is opened, and becomes a version of a return; the receipt is given when
all is durable."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.utils import timezone

from concord.core.agreement.model import Permit
from concord.core.seal import merkle
from concord.core.seal.envelope import open_stream
from concord.core.seal.manifest import Manifest, check_manifest, read_manifest
from concord.core.seal.receipt import make_receipt
from concord.core.trouble import Trouble
from concord.desk import gate, keys, receive_feed, receive_return
from concord.desk.couriers import actor_of, origin, public_key_of
from concord.store import ledger, tree, uploads
from concord.store.models import Courier, Upload

LARGEST = 256 * 1024 * 1024


class WrongOffset(Trouble):
    """The piece does not begin where the last one ended. `offset` is where it must."""

    def __init__(self, offset: int) -> None:
        super().__init__("This piece does not begin where the last one ended.", todo=f"Go on from byte {offset}.")
        self.offset = offset


class TooMuch(Trouble):
    """More bytes than were announced."""

    http = 413


class NoSuchUpload(Trouble):
    """The hub does not know the upload: the courier begins it again under the same key."""

    http = 404


def begin(courier: Courier, manifest: dict[str, Any], signature: str) -> Upload:
    """Open an upload, or find it again by its idempotency key. The gate is asked before a byte is taken."""
    stated = check_manifest(manifest, signature, public_key_of(courier))
    if (stated.establishment, stated.courier) != (courier.establishment_id, str(courier.id)):
        raise Trouble("The file's manifest names another establishment or courier.", todo="Enrol this courier again.")
    if stated.sealed_size > LARGEST:
        raise Trouble(f"The file is larger than {LARGEST // 2**20} MiB.", todo="Ask the authority how to send it.")
    found = uploads.known(courier, stated.key)
    if found is not None:
        if read_manifest(found.manifest).sha256() != stated.sha256():
            raise Trouble("Another file was announced under this key.", todo="Give each file a key of its own.")
        return found
    if stated.sequence <= uploads.last_sequence(courier, stated.flow, stated.collection):
        raise Trouble("A later file of this kind is here already.", why="Files are taken in the order of their seals.")
    _permitted(courier, stated)
    return uploads.open_upload(courier, stated.key, manifest, signature, stated.sealed_size, timezone.now())


def _permitted(courier: Courier, stated: Manifest) -> Any:
    return gate.ask(
        actor_of(courier), stated.flow, establishments=[courier.establishment_id], categories=_categories(stated)
    )


def _categories(stated: Manifest) -> list[str]:
    """A return moves whole; a kind of the regular feed moves its own category."""
    kind = stated.collection.removeprefix(receive_feed.PREFIX)
    return (
        ["return"]
        if kind == stated.collection
        else ["identity", *({kind} & {"contacts", "attendance", "suspensions", "sen", "fsm"})]
    )


def piece(courier: Courier, upload_id: uuid.UUID, offset: int, content: bytes) -> int:
    """Take the next bytes; where the next piece begins. The courier's standing is looked at for every piece (clause
    7(c))."""
    found = _find(courier, upload_id)
    if found.state == "stopped":
        _permitted(courier, read_manifest(found.manifest))
        raise NoSuchUpload("This upload was stopped when the agreement ended.", todo="Begin it again under a new key.")
    if found.state != "open":
        raise Trouble("This upload is finished.", todo="Ask for its receipt.")
    if offset != found.offset:
        raise WrongOffset(found.offset)
    if offset + len(content) > found.size:
        raise TooMuch(f"The file was announced with {found.size} bytes.", todo="Announce it again with its own size.")
    with gate.steady(courier.establishment_id):
        if gate.still(actor_of(courier), found.manifest["flow"], courier.establishment_id):
            return uploads.add_piece(found, offset, content)
    _permitted(courier, read_manifest(found.manifest))  # refuses, in so many words; or it was lifted this moment
    return uploads.find_offset(found)


def _find(courier: Courier, upload_id: uuid.UUID) -> Upload:
    found = uploads.find(courier, upload_id)
    if found is None:
        raise NoSuchUpload("There is no such upload.", todo="Begin it again.")
    return found


def state(courier: Courier, upload_id: uuid.UUID) -> Upload:
    return _find(courier, upload_id)


def finish(courier: Courier, upload_id: uuid.UUID) -> dict[str, Any]:
    """Open the seal, keep the return and give the receipt; asked again, the same receipt."""
    found = _find(courier, upload_id)
    if found.receipt:
        return dict(found.receipt)
    if found.offset != found.size:
        raise WrongOffset(found.offset)
    stated = read_manifest(found.manifest)
    opened = io.BytesIO()
    try:
        open_stream(
            io.BytesIO(uploads.whole(found)),
            opened,
            found.manifest,
            found.signature,
            identity=keys.seal_identity(),
            key=public_key_of(courier),
        )
    except Trouble:
        uploads.start_again(found)
        raise
    permit = _permitted(courier, stated)
    if stated.collection.startswith(receive_feed.PREFIX):
        _take_feed(permit, found, stated, opened.getvalue())
    else:
        _take_return(permit, found, stated, receive_return.read(opened.getvalue(), stated.name, stated.establishment))
    return _receipt(found, stated)


def _take_return(permit: Permit, found: Upload, stated: Manifest, arriving: receive_return.Arriving) -> None:
    with gate.act(permit, "return received", f"{arriving.collection.id} {stated.establishment}") as deed:
        taken = uploads.lock(found)
        if taken.state == "open":
            version = receive_return.keep(permit, arriving, "courier")
            deed.facts |= {"version": version.number, "sha256": stated.content_sha256, "bytes": stated.content_size}
            uploads.close(taken)
        deed.extra |= _of(stated)


def _take_feed(permit: Permit, found: Upload, stated: Manifest, content: bytes) -> None:
    kind = stated.collection.removeprefix(receive_feed.PREFIX)
    with gate.act(permit, "feed received", f"{kind} {stated.establishment}") as deed:
        taken = uploads.lock(found)
        if taken.state == "open":
            deed.facts |= receive_feed.keep(permit, stated.establishment, kind, content)
            uploads.close(taken)
        deed.extra |= _of(stated)


def _of(stated: Manifest) -> dict[str, str]:
    return {"manifest": stated.sha256(), "courier": stated.courier, "establishment": stated.establishment}


def _receipt(found: Upload, stated: Manifest) -> dict[str, Any]:
    """Made from the ledger's own line of the arrival, so that a hub killed in between gives it when asked again."""
    entry = ledger.entry_of_manifest(stated.sha256())
    if entry is None:
        raise RuntimeError(f"upload {found.id} is kept and has no line")
    head = tree.sign_head(origin(), keys.signing_key())
    lines = tree.caught_up()
    proof = merkle.inclusion_path(lines.node, entry["n"], head.checkpoint.size)
    receipt = make_receipt(stated, entry, proof, head, keys.signing_key())
    return uploads.keep_receipt(found, receipt)
