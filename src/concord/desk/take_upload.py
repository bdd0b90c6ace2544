"""A courier's sealed file arrives in pieces, is opened, and becomes a version of a return; the receipt is given when
all is durable."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from django.utils import timezone

from concord.core.agreement.model import Permit
from concord.core.seal import merkle
from concord.core.seal.envelope import open_stream
from concord.core.seal.manifest import Manifest, check_manifest, read_manifest
from concord.core.seal.receipt import make_receipt
from concord.core.trouble import Trouble, Unreadable
from concord.desk import gate, keys, receive_feed, receive_return, standings
from concord.desk.couriers import actor_of, origin, public_key_of
from concord.store import ledger, tree, uploads
from concord.store.models import Courier, Upload

LARGEST = 256 * 1024 * 1024
FEED = "orchestra-feed"


class WrongOffset(Trouble):
    """The piece does not begin where the last one ended. `offset` is where it must."""

    def __init__(self, offset: int) -> None:
        super().__init__("This piece does not begin where the last one ended.", todo=f"Go on from byte {offset}.")
        self.offset = offset


class Spoilt(Trouble):
    """The bytes changed on their way: the courier sends them once more."""

    reason = "digest"


class TooMuch(Trouble):
    """More bytes than were announced."""

    http = 413


class NoSuchUpload(Trouble):
    """The hub does not know the upload: the courier begins it again under the same key."""

    http = 404


def begin(courier: Courier, manifest: dict[str, Any], signature: str) -> Upload:
    """Open an upload, or find it again by its idempotency key. The gate is asked before a byte is taken."""
    stated = check_manifest(manifest, signature, public_key_of(courier))
    _check(courier, stated)
    found = uploads.known(courier, stated.key)
    if found is not None:
        if read_manifest(found.manifest).sha256() != stated.sha256():
            raise Trouble("Another file was announced under this key.", todo="Give each file a key of its own.")
        return found
    _in_order(courier, stated)
    _permitted(courier, stated)
    return uploads.open_upload(courier, manifest, signature, timezone.now())


def _check(courier: Courier, stated: Manifest) -> None:
    """A manifest speaks for its own courier, and names a flow by which files of its kind travel."""
    mine = (standings.agreement().terms.authority.number, courier.establishment_id, str(courier.id))
    if (stated.la, stated.establishment, stated.courier) != mine:
        raise Trouble(
            "The file's manifest names another authority, establishment or courier.", todo="Enrol this courier again."
        )
    kind = stated.collection.removeprefix(receive_feed.PREFIX)
    flows = receive_return.FLOWS if kind == stated.collection else {FEED} if kind in receive_feed.KINDS else set()
    if stated.flow not in flows:
        raise Trouble(
            f"A file of {stated.collection!r} does not travel by the flow {stated.flow!r}.",
            todo="Bring this courier to the hub's version.",
        )
    if stated.sealed_size > LARGEST:
        raise TooMuch(f"The file is larger than {LARGEST // 2**20} MiB.", todo="Ask the authority how to send it.")


def _in_order(courier: Courier, stated: Manifest) -> None:
    if stated.sequence <= uploads.last_sequence(courier, stated.flow, stated.collection):
        raise Trouble("A later file of this kind is here already.", why="Files are taken in the order of their seals.")


def _permitted(courier: Courier, stated: Manifest) -> Any:
    return gate.ask(
        actor_of(courier), stated.flow, establishments=[courier.establishment_id], categories=_categories(stated)
    )


def _categories(stated: Manifest) -> list[str]:
    """A return moves whole; a kind of the regular feed moves who it is about and its own category."""
    kind = stated.collection.removeprefix(receive_feed.PREFIX)
    if kind == stated.collection:
        return ["return"]
    return ["identity", "enrolment", "address"] if kind == "pupils" else ["identity", kind]


def piece(courier: Courier, upload_id: uuid.UUID, offset: int, content: bytes) -> int:
    """Take the next bytes; where the next piece begins. The courier's standing is looked at for every piece (clause
    7(c))."""
    found = _find(courier, upload_id)
    if found.state == "stopped":
        _permitted(courier, read_manifest(found.manifest))
        _stopped()
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


def _stopped() -> NoReturn:
    raise NoSuchUpload("This upload was stopped when the agreement ended.", todo="Begin it again under a new key.")


def _find(courier: Courier, upload_id: uuid.UUID) -> Upload:
    found = uploads.find(courier, upload_id)
    if found is None:
        raise NoSuchUpload("There is no such upload.", todo="Begin it again.")
    return found


def state(courier: Courier, upload_id: uuid.UUID) -> Upload:
    return _find(courier, upload_id)


def finish(courier: Courier, upload_id: uuid.UUID) -> dict[str, Any]:
    """Open the seal, keep the file and give the receipt; asked again, the same receipt.

    What cannot be taken is refused whole, and nothing of it is kept.
    """
    found = _find(courier, upload_id)
    stated = read_manifest(found.manifest)
    if found.receipt:
        return dict(found.receipt)
    if found.state == "stopped":
        _permitted(courier, stated)
        _stopped()
    if found.state == "open":
        _take(courier, found, stated)
    return _receipt(found, stated)


def _take(courier: Courier, found: Upload, stated: Manifest) -> None:
    if found.offset != found.size:
        raise WrongOffset(found.offset)
    try:
        content = _opened(courier, found, stated)
        permit = _permitted(courier, stated)
        _keep(permit, courier, found, _arrived(stated, content))
    except _Taken:
        pass
    except Trouble:
        uploads.start_again(found)
        raise


def _opened(courier: Courier, found: Upload, stated: Manifest) -> bytes:
    sealed, opened = uploads.whole(found), io.BytesIO()
    if hashlib.sha256(sealed).hexdigest() != stated.sealed_sha256:
        raise Spoilt("The bytes that arrived are not those that were announced.", todo="Send the file once more.")
    mine = {"identity": keys.seal_identity(), "key": public_key_of(courier)}
    open_stream(io.BytesIO(sealed), opened, found.manifest, found.signature, **mine)
    return opened.getvalue()


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A file that was opened and read: the deed's name, what it is about, and what keeps it."""

    stated: Manifest
    deed: str
    about: str
    keep: Callable[[Permit], dict[str, Any]]


def _arrived(stated: Manifest, content: bytes) -> _Arrived:
    if stated.collection.startswith(receive_feed.PREFIX):
        kind = stated.collection.removeprefix(receive_feed.PREFIX)
        feed = partial(receive_feed.keep, laestab=stated.establishment, kind=kind, content=content)
        return _Arrived(stated, "feed received", f"{kind} {stated.establishment}", feed)
    arriving = receive_return.read(content, stated.name, stated.establishment)
    if f"{stated.collection}-{stated.term}" != arriving.collection.id:
        raise Unreadable(
            f"The file is a return to {arriving.collection.id} and was announced as {stated.collection} {stated.term}.",
            todo="Send it again as it came from the MIS.",
        )
    return _Arrived(stated, "return received", f"{arriving.collection.id} {stated.establishment}", _return(arriving))


def _return(arriving: receive_return.Arriving) -> Callable[[Permit], dict[str, Any]]:
    def keep(permit: Permit) -> dict[str, Any]:
        version = receive_return.keep(permit, arriving, "courier")
        return {"version": version.number, "sha256": version.file_id, "bytes": len(arriving.content)}

    return keep


class _Taken(Exception):  # noqa: N818 - no fault: another request has kept the file meanwhile, and written its line
    pass


def _keep(permit: Permit, courier: Courier, found: Upload, arrived: _Arrived) -> None:
    """Keep what arrived, close the upload and write the line, all or nothing. Two at once: the second finds it kept."""
    stated = arrived.stated
    with gate.act(permit, arrived.deed, arrived.about) as deed:
        uploads.alone(courier)
        taken = uploads.lock(found)
        if taken.state == "finished":
            raise _Taken
        if taken.state != "open":
            _stopped()
        _in_order(courier, stated)
        deed.facts |= arrived.keep(permit)
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
