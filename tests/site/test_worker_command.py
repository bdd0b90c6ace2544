"""The worker: jobs are done once, a failed one is kept with its reason, and a dead worker's is taken again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace

import pytest
from django.db import connections, transaction

import small_hub
from concord.desk import validate_return
from concord.site.commands import worker
from concord.site.embedded import Embedded
from concord.store import jobs
from small_hub import as_owner, owner_rows, send, sound


@pytest.fixture
def hub(database: Embedded) -> Iterator[Embedded]:
    small_hub.forget()
    small_hub.settle_in()
    yield database
    small_hub.forget()


def _through() -> int:
    return worker.work_through(lambda done, total: None)


def _statuses() -> list[tuple[str, int]]:
    return owner_rows("SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = 'validate_return'")


def _breaking(monkeypatch, message: str) -> None:
    def broken(*args: object) -> None:
        raise ValueError(message)

    monkeypatch.setattr(validate_return, "_check", broken)


def test_a_job_is_there_exactly_when_its_transaction_committed_and_is_done_once(hub):
    with suppress(ZeroDivisionError), transaction.atomic():
        jobs.later("validate_return", version=1, laestab="886/2001")
        raise ZeroDivisionError
    assert jobs.waiting() == 0
    send(sound())
    assert (_through(), _through()) == (1, 0)
    assert _statuses() == [("succeeded", 1)]
    assert jobs.faults() == []


def test_a_failed_job_is_kept_with_its_reason_and_without_data(hub, monkeypatch, capsys):
    send(sound())
    _breaking(monkeypatch, "the disk is full\nDETAIL: Key (upn)=(A823432120001)")
    done = _through()
    assert jobs.failed() != []
    assert worker._told(done, True) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["done"], len(said["failed"])) == (0, 1)
    assert said["failed"][0]["verb"] == "validate_return"
    assert said["failed"][0]["reason"] == "ValueError: the disk is full"
    assert worker._told(done, False) == 1
    assert "the disk is full" in capsys.readouterr().err
    assert owner_rows("SELECT state FROM collection_return") == [("received",)]


def test_a_failed_job_is_tried_again_safely_and_its_reason_goes(hub, monkeypatch):
    send(sound())
    with monkeypatch.context() as patch:
        _breaking(patch, "the disk is full")
        _through()
    assert asyncio.run(worker.try_again()) == 1
    _through()
    assert (jobs.failed(), jobs.faults()) == ([], [])
    assert owner_rows("SELECT state FROM collection_return") == [("loaded",)]
    assert worker._told(1, True) == 0


def test_a_job_taken_by_a_worker_that_died_is_taken_again(hub):
    send(sound())
    with as_owner() as cursor:
        cursor.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') "
            "RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
        )
    _through()
    assert [status for status, _ in _statuses()] == ["succeeded"]
    assert owner_rows("SELECT state FROM collection_return") == [("loaded",)]


def test_a_job_of_a_worker_that_lives_is_left_to_it(hub):
    send(sound())
    with as_owner() as cursor:
        cursor.execute(
            "WITH alive AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id) "
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = alive.id FROM alive"
        )
    _through()
    assert [status for status, _ in _statuses()] == ["doing"]


def test_a_check_that_was_done_and_not_told_of_is_not_done_twice(hub):
    version = send(sound())
    validate_return.validate(version.pk, "886/2001")
    _through()
    assert [status for status, _ in _statuses()] == ["succeeded"]
    assert owner_rows("SELECT count(*) FROM return_event WHERE verb = 'check'") == [(1,)]


HOUR = 3600
MINUTE = 8 * 60
"""Within the ten minutes in which the clock's hourly job is still put in when it was missed."""


def _clock(monkeypatch, hours: int) -> None:
    at = time.time() // HOUR * HOUR + hours * HOUR + MINUTE
    monkeypatch.setattr("procrastinate.periodic.time", SimpleNamespace(time=lambda: at))


def _hourly() -> list[tuple[str]]:
    worker._let_go_of_the_lost()
    return owner_rows("SELECT status::text FROM procrastinate_jobs WHERE task_name = 'look_at_agreements'")


@asynccontextmanager
async def _staying() -> AsyncIterator[None]:
    stays = asyncio.create_task(worker._forever())
    try:
        yield
        assert not stays.done()
    finally:
        stays.cancel()
        await asyncio.gather(stays, return_exceptions=True)


async def _until_done(count: int) -> None:
    async with asyncio.timeout(30):
        while [status for (status,) in await asyncio.to_thread(_hourly)] != ["succeeded"] * count:
            await asyncio.sleep(0.1)


def _cut_every_connection(server: Embedded) -> None:
    name = connections["owner"].settings_dict["NAME"]
    with server._connect() as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def test_what_the_clock_begins_is_put_in_by_the_worker_that_stays_alone(hub, monkeypatch):
    async def one() -> None:
        async with _staying():
            await _until_done(1)

    _clock(monkeypatch, 0)
    send(sound())
    assert (_through(), _through(), _hourly()) == (1, 0, [])
    asyncio.run(one())


def test_a_database_that_began_anew_costs_the_worker_no_job(hub, monkeypatch):
    def again() -> None:
        _cut_every_connection(hub)
        worker._let_go_of_the_lost()
        jobs.later("look_at_agreements", timestamp=0)

    async def on_and_on() -> None:
        async with _staying():
            for count in (2, 3):
                await asyncio.to_thread(again)
                await _until_done(count)

    async def by_the_clock(count: int) -> None:
        async with _staying():
            await _until_done(count)

    for count in (1, 4):
        _clock(monkeypatch, count)
        asyncio.run(by_the_clock(count))
        _cut_every_connection(hub)
        if count == 1:
            asyncio.run(on_and_on())
    worker._let_go_of_the_lost()
    assert jobs.faults() == []
