"""Files on their way in, in pieces, as the database holds them: a piece acknowledged is a piece kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast

from concord.store.models import Courier, Upload, UploadPiece


def known(courier: Courier, key: str) -> Upload | None:
    return Upload.objects.filter(courier=courier, idempotency=key).first()


def open_upload(courier: Courier, manifest: dict[str, Any], signature: str, now: datetime) -> Upload:
    """A new upload, or the one of the same key that another request opened at the same moment."""
    found, _ = Upload.objects.get_or_create(
        courier=courier,
        idempotency=manifest["key"],
        defaults={"manifest": manifest, "signature": signature, "size": manifest["sealed_size"], "begun": now},
    )
    return found


def find(courier: Courier, upload: uuid.UUID) -> Upload | None:
    return Upload.objects.filter(courier=courier, pk=upload).first()


def alone(courier: Courier) -> None:
    """Until the transaction ends, no other file of this courier is taken: it is one after another."""
    Courier.objects.select_for_update().get(pk=courier.pk)


def lock(upload: Upload) -> Upload:
    return Upload.objects.select_for_update().get(pk=upload.pk)


def add_piece(upload: Upload, offset: int, content: bytes) -> int:
    """Keep a piece that begins at `offset`; the new offset. Two at once: the second finds the offset moved on."""
    with transaction.atomic():
        held = lock(upload)
        if held.offset != offset:
            return held.offset
        UploadPiece.objects.create(upload=held, offset=offset, content=content)
        held.offset = offset + len(content)
        held.save(update_fields=["offset"])
        return held.offset


def find_offset(upload: Upload) -> int:
    """Where the next piece begins now."""
    return Upload.objects.values_list("offset", flat=True).get(pk=upload.pk)


def stop(laestab: str, flows: Iterable[str]) -> list[Upload]:
    """Let go of what has half arrived of these flows: its pieces go, and it cannot be gone on with."""
    found = list(Upload.objects.filter(courier__establishment=laestab, state="open", manifest__flow__in=list(flows)))
    UploadPiece.objects.filter(upload__in=found).delete()
    Upload.objects.filter(pk__in=[one.pk for one in found]).update(state="stopped")
    return found


def under_way(laestab: str, flows: Iterable[str]) -> list[Upload]:
    """What has begun to arrive of these flows and is not whole."""
    return list(Upload.objects.filter(courier__establishment=laestab, state="open", manifest__flow__in=list(flows)))


def whole(upload: Upload) -> bytes:
    return b"".join(bytes(piece) for piece in upload.pieces.order_by("offset").values_list("content", flat=True))


def close(upload: Upload) -> None:
    """The file is kept elsewhere now: its pieces go."""
    upload.state = "finished"
    upload.save(update_fields=["state"])
    upload.pieces.all().delete()


def keep_receipt(upload: Upload, receipt: dict[str, Any]) -> dict[str, Any]:
    """Keep the receipt, unless one was kept already: there is never a second one."""
    with transaction.atomic():
        held = lock(upload)
        if not held.receipt:
            held.receipt = receipt
            held.save(update_fields=["receipt"])
        return dict(held.receipt)


def start_again(upload: Upload) -> None:
    """What arrived is not what was announced: its pieces go, and it is sent anew from the first byte."""
    with transaction.atomic():
        held = lock(upload)
        if held.state == "open":
            held.pieces.all().delete()
            held.offset = 0
            held.save(update_fields=["offset"])


def last_sequence(courier: Courier, flow: str, collection: str) -> int:
    """The highest sequence number of the files received of this courier, flow and collection; 0 before the first."""
    done = Upload.objects.filter(
        courier=courier, state="finished", manifest__flow=flow, manifest__collection=collection
    )
    return int(done.aggregate(last=Max(Cast("manifest__sequence", BigIntegerField())))["last"] or 0)
