"""One file's way from the school to a receipt: sealed, offered, uploaded, received, done.
Each step is durable before the next.

Killed anywhere and run again it goes on where it stood. Every request may be repeated: the hub knows the file by its
key.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.core.seal.envelope import seal_file
from concord.core.seal.manifest import Draft
from concord.core.seal.receipt import verify_receipt
from concord.core.seal.signature import Forged, public_key
from concord.core.trouble import Trouble, Unreadable
from concord.courier.disk import sync_folder, write_durably
from concord.courier.enrolment import Enrolment
from concord.courier.home import Home
from concord.courier.hub import Gone, Hub, Refused, Rejected, WrongOffset
from concord.courier.journal import Change, Delivery, Journal
from concord.courier.witness import Witness

CHUNK: Final = 1 << 20
_UPLOADS: Final = "/api/courier/uploads"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent: a file as the MIS wrote it, or a delta. `term` such as ``AUT-2026`` or empty."""

    name: str
    content: bytes
    flow: str
    collection: str
    term: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is a version of."""
        return self.flow, self.collection, self.term


class Sender:
    """Sends for one enrolment. Use inside `Home.exclusive`."""

    def __init__(self, home: Home, enrolment: Enrolment, key: Ed25519PrivateKey, journal: Journal, hub: Hub) -> None:
        self._home, self._enrolment, self._key, self._journal, self._hub = home, enrolment, key, journal, hub
        self.witness = Witness(home, enrolment, key, hub)

    def sweep(self) -> None:
        """Removes sealed files that no delivery on its way needs: left by a kill before their row was written, or
        after their receipt.
        """
        needed = {self._spooled(each) for each in self._journal.open()}
        for path in self._home.spool.iterdir():
            if path not in needed:
                path.unlink(missing_ok=True)

    def post(self, parcel: Parcel) -> Delivery:
        """Sends a parcel unless its very content was the last version sent.
        Raises Refused, Rejected or Unreachable; it stays in the journal.
        """
        last = self._journal.last(parcel.subject)
        if last is not None and last.manifest.content_sha256 == sha256(parcel.content).hexdigest():
            return self.carry(last)
        if last is not None and last.state == "sealed":  # never taken up by the hub, and now there is a newer version
            self._journal.move(last, "superseded")
            self._spooled(last).unlink(missing_ok=True)
        elif last is not None:
            self.carry(last)
        return self.carry(self._seal(parcel))

    def resume(self) -> Iterable[tuple[Delivery, Trouble | None]]:
        """Carries on with everything on its way, oldest first; yields each with what stopped it."""
        for each in self._journal.open():
            try:
                yield self.carry(each), None
            except (Refused, Rejected) as fault:
                yield self._journal.one(each.sequence), fault

    def _seal(self, parcel: Parcel) -> Delivery:
        made, sequence = self._enrolment, self._journal.next_sequence()
        key = sha256(f"{made.courier}\n{sequence}\n{parcel.flow}\n".encode() + parcel.content).hexdigest()[:48]
        draft = Draft(
            la=made.la,
            establishment=made.establishment,
            courier=made.courier,
            flow=parcel.flow,
            collection=parcel.collection,
            term=parcel.term,
            name=parcel.name,
            sequence=sequence,
            created=dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            key=key,
        )
        sealed = seal_file(BytesIO(parcel.content), self._home.spool / f"{key}.age", draft, made.recipient, self._key)
        sync_folder(self._home.spool)
        return self._journal.add(sealed.manifest, sealed.signature, parcel.changes)

    def carry(self, delivery: Delivery) -> Delivery:
        """Takes a delivery from where it stands to `done`."""
        try:
            while delivery.state != "done":
                delivery = self._step(delivery)
        except Refused as refused:
            self._journal.note(delivery, refusal=refused.refusal)
            raise
        except Rejected as rejected:
            self._fail(delivery, rejected)
            raise
        return delivery

    def _fail(self, delivery: Delivery, rejected: Rejected) -> None:
        if delivery.state == "received":
            return  # the file is safe at the hub: only the witnessing was rejected
        if rejected.reason == "base":
            self._journal.forget(delivery.manifest.collection)
        self._journal.move(delivery, "failed", failure=str(rejected))
        self._spooled(delivery).unlink(missing_ok=True)

    def _step(self, delivery: Delivery) -> Delivery:
        if delivery.state == "sealed":
            return self._offer(delivery)
        if delivery.state == "offered":
            return self._upload(delivery)
        return self._close(delivery)

    def _offer(self, delivery: Delivery) -> Delivery:
        asked = {"manifest": delivery.manifest.document(), "signature": delivery.signature}
        answer = self._hub.post(_UPLOADS, asked)
        upload = answer.get("upload")
        if not isinstance(upload, str) or not upload.replace("-", "").isalnum():
            raise Unreadable("The hub gave the upload no name.", todo="Tell the LA.")
        return self._journal.move(delivery, "offered", upload=upload, refusal="")

    def _upload(self, delivery: Delivery) -> Delivery:
        where = f"{_UPLOADS}/{delivery.upload}"
        try:
            offset = _offset(self._hub.get(where), delivery)
            with _open(self._spooled(delivery)) as stream:
                while offset < delivery.manifest.sealed_size:
                    stream.seek(offset)
                    offset = self._put(where, offset, stream.read(CHUNK), delivery)
            receipt = self._hub.post(f"{where}/finish", {})
        except Gone:  # the hub let the upload lapse: it knows the file by its key and gives it a place again
            return self._journal.move(delivery, "sealed", upload="")
        except Rejected as rejected:
            return self._put_right(delivery, rejected)
        self._check(receipt, delivery)
        return self._journal.move(delivery, "received", receipt=receipt, failure="")

    def _put_right(self, delivery: Delivery, rejected: Rejected) -> Delivery:
        """Bytes spoilt on their way are sent once more; any other rejection stands."""
        if rejected.reason != "digest" or delivery.failure:
            raise rejected
        return self._journal.move(delivery, "offered", failure=str(rejected))

    def _put(self, where: str, offset: int, chunk: bytes, delivery: Delivery) -> int:
        if not chunk:
            raise Trouble(
                "The sealed file is shorter than its manifest says.", todo="Check the disk, and send the file again."
            )
        try:
            return _offset(self._hub.patch(where, offset, chunk), delivery)
        except WrongOffset as stands:
            if stands.offset > delivery.manifest.sealed_size:
                raise Unreadable("The hub holds more bytes than were sent.", todo="Tell the LA.") from stands
            return stands.offset

    def _check(self, receipt: dict[str, Any], delivery: Delivery) -> None:
        """A receipt that does not prove this very file is no receipt: nothing is marked as received on its word."""
        found = verify_receipt(receipt, public_key(self._enrolment.hub_key))
        if found.manifest != delivery.manifest or found.checkpoint.checkpoint.origin != self._enrolment.origin:
            raise Forged(
                "The hub's receipt is for another file.", todo="Tell the LA; the file is kept and will be sent again."
            )

    def _close(self, delivery: Delivery) -> Delivery:
        """Keeps the receipt as a file, countersigns its head, and lets the sealed file go."""
        receipt = delivery.receipt or {}
        text = json.dumps(receipt, indent=1, sort_keys=True, ensure_ascii=False).encode()
        write_durably(self._home.receipts / f"{delivery.sequence:06}.json", text + b"\n")
        self.witness.take(receipt["checkpoint"], may_be_older=True)
        self._spooled(delivery).unlink(missing_ok=True)
        return self._journal.move(delivery, "done")

    def _spooled(self, delivery: Delivery) -> Path:
        return self._home.spool / f"{delivery.manifest.key}.age"


def _offset(answer: dict[str, Any], delivery: Delivery) -> int:
    offset = answer.get("offset")
    if not isinstance(offset, int) or not 0 <= offset <= delivery.manifest.sealed_size:
        raise Unreadable("The hub does not say how much it has.", todo="Tell the LA.")
    return offset


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as fault:
        raise Rejected(
            {
                "what": "A sealed file that was on its way is gone.",
                "why": f"{fault}.",
                "todo": "Run again to send it anew.",
            }
        ) from fault
