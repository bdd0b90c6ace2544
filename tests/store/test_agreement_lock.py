"""Who waits for an agreement to be held sees how it stands once it is held, not how it stood before."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.utils import timezone

import small_hub
from concord.store import agreement_lock
from concord.store.models import AgreementEvent
from small_hub import HERE, THERE, as_owner


@pytest.fixture
def hub(database: object) -> Iterator[None]:
    small_hub.forget()
    small_hub.settle_in(HERE, THERE)
    yield
    small_hub.forget()


def _held(found: list[str]) -> None:
    with transaction.atomic():
        found.append(agreement_lock.steady([HERE]))
    connection.close()


def _waits() -> bool:
    with as_owner() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_the_print_is_taken_after_the_lock_was_given(hub: None) -> None:
    before, found = agreement_lock.fingerprint([HERE]), []
    waiting = threading.Thread(target=_held, args=(found,))
    with transaction.atomic():
        agreement_lock.alone(HERE)
        waiting.start()
        until = time.monotonic() + 10
        while not _waits():
            assert time.monotonic() < until
            time.sleep(0.02)
        now = timezone.now()
        AgreementEvent.objects.create(
            establishment_id=HERE, kind="suspended", on=now.date(), recorded=now, party="authority", by="somebody"
        )
    waiting.join(10)
    assert found == [agreement_lock.fingerprint([HERE])]
    assert found != [before]


def test_the_print_is_of_the_establishments_asked_for_alone(hub: None) -> None:
    assert agreement_lock.fingerprint([HERE]) != agreement_lock.fingerprint([THERE])
    assert agreement_lock.fingerprint([HERE, THERE]) == agreement_lock.fingerprint([THERE, HERE])
