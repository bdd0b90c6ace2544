"""Files on their way while the agreement stops: couriers that send piece after piece until they are refused."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from concord.core.seal.manifest import Manifest
from concord.desk import agreements, gate, keys, take_upload
from concord.desk.agreements import Step
from concord.store import uploads
from concord.store.models import Courier, Upload

PIECE = 4096
SIZE = 64 * 1024 * 1024


@dataclass
class Sender:
    """One courier's file under way. `taken`: when each piece was acknowledged; `refused`: the gate's last word."""

    courier: Courier
    upload: Upload
    taken: list[float] = field(default_factory=list)
    refused: gate.Refused | None = None
    fault: BaseException | None = None

    def send(self, stop: Callable[[], bool]) -> None:
        """Send until refused, or until told to stop."""
        offset = 0
        try:
            while not stop():
                offset = take_upload.piece(self.courier, self.upload.pk, offset, b"x" * PIECE)
                self.taken.append(time.perf_counter())
        except gate.Refused as no:
            self.refused = no
        except BaseException as fault:  # what a thread says otherwise is lost
            self.fault = fault
        finally:
            connections.close_all()


def begin(courier: Courier, flow: str, collection: str = "SC-AUT-2026") -> Upload:
    """An upload that is announced and has no piece yet."""
    stated = Manifest(
        la="886",
        establishment=courier.establishment_id,
        courier=str(courier.pk),
        flow=flow,
        collection=collection,
        term="AUT-2026",
        name="return.xml",
        sequence=1,
        created="2026-10-02T03:04:05Z",
        key=secrets.token_hex(16),
        content_sha256="0" * 64,
        content_size=SIZE,
        sealed_sha256="0" * 64,
        sealed_size=SIZE,
        recipient=keys.seal_recipient(),
    )
    return uploads.open_upload(courier, stated.document(), "", timezone.now())


@dataclass(frozen=True)
class Race:
    """What came of one suspension with files under way. Times in seconds of one clock; bytes of all the files."""

    asked: float
    committed: float
    last_taken: float
    held_at_the_line: int
    held_at_the_end: int
    senders: list[Sender]


def suspend_while_sending(actor: Any, laestab: str, senders: list[Sender], evidence: str, ahead: float) -> Race:
    """Start the senders, let them run `ahead` seconds, suspend, and wait until every one is refused."""
    done = threading.Event()
    threads = [threading.Thread(target=one.send, args=(done.is_set,)) for one in senders]
    for thread in threads:
        thread.start()
    wait_until(lambda: all(one.taken or one.refused or one.fault for one in senders))
    time.sleep(ahead)
    seen: list[int] = []
    asked = time.perf_counter()
    step = Step("suspended", agreements.party_of(actor), evidence=evidence)
    agreements.record_all(actor, laestab, [step], lambda permit, deed, events: seen.append(held(senders)))
    committed = time.perf_counter()
    wait_until(lambda: all(one.refused or one.fault for one in senders))
    done.set()
    for thread in threads:
        thread.join()
    last = max(one.taken[-1] for one in senders)
    return Race(asked, committed, last, seen[0], held(senders), senders)


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.perf_counter() + seconds
    while not holds() and time.perf_counter() < end:
        time.sleep(0.0005)


def held(senders: list[Sender]) -> int:
    """The bytes of the senders' files that the hub holds, as committed."""
    mine = Upload.objects.filter(pk__in=[one.upload.pk for one in senders])
    return int(mine.aggregate(all=Sum("offset"))["all"] or 0)
