"""Pulled plugs on either side of the couriers' door: every file is received once, with one line and one receipt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

import httpx
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from concord.courier import send
from concord.courier.journal import Journal
from concord.courier.run import run, station
from concord.courier.terms import read_terms
from concord.desk import take_upload
from concord.store.models import Courier, Upload
from small_hub import agree, census, connect, deeds, enrolled, owner_rows, run_courier, someone


class Killed(BaseException):
    """Stands for the process ending here: nothing after it runs."""


class Steps:
    """Counts every act that leaves a trace, and ends the program at the n-th: what would clean up is dead too."""

    def __init__(self, at: int) -> None:
        self.at, self.count, self.names = at, 0, []

    def around(self, act: Callable, name: str) -> Callable:
        def acted(*args, **kwargs):
            self.step(f"before {name}")
            made = act(*args, **kwargs)
            self.step(f"after {name}")
            return made

        return acted

    def step(self, name: str) -> None:
        self.count += 1
        self.names.append(name)
        if self.count >= self.at:
            raise Killed(name)


@pytest.fixture
def unchecked(monkeypatch):
    """The rules and the terms are read once: here only the sending is tested, a hundred times over."""
    monkeypatch.setattr("concord.courier.run.check_return", lambda ret: None)
    monkeypatch.setattr("concord.courier.run.read_terms", cache(read_terms))


@pytest.fixture
def home(hub, tmp_path, unchecked):
    return enrolled(tmp_path / "courier")


def _export(folder: Path, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "return.xml"
    path.write_bytes(census([someone(number)]))
    return path


def _received() -> list[tuple[str, int]]:
    """Every file kept, with how many versions it is."""
    return owner_rows("SELECT file_id, count(*) FROM return_version GROUP BY 1")


# -- the courier is killed ---------------------------------------------------------------------------------------------


def _kill_courier(home, path: Path, at: int) -> Steps:
    """Killed around each request and each entry in its journal; the disk's own steps are the courier's tests'."""
    steps, line = Steps(at), httpx.WSGITransport(app=get_wsgi_application())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "handle_request", steps.around(line.handle_request, "request"))
        patch.setattr(Journal, "add", steps.around(Journal.add, "journal add"))
        patch.setattr(Journal, "move", steps.around(Journal.move, "journal move"))
        with suppress(Killed), station(home, connect(line)) as open_station:
            run(open_station, [path])
    return steps


def test_the_courier_killed_at_every_step_and_run_again_has_sent_once(home, tmp_path, monkeypatch):
    monkeypatch.setattr(send, "CHUNK", 900)
    at, steps = 0, None
    while steps is None or steps.count >= at:
        at += 1
        path = _export(tmp_path / "exports", at)
        steps = _kill_courier(home, path, at)
        report = run_courier(home, path)
        assert report.status == 0, (steps.names[-1], report.document())
        assert len(_received()) == at, steps.names[-1]
    assert at > 20
    assert {count for _, count in _received()} == {1}
    assert len(deeds("return received")) == len(list(home.receipts.glob("*.json"))) == at
    assert owner_rows("SELECT count(*) FROM upload_piece") == [(0,)]


# -- the hub is killed -------------------------------------------------------------------------------------------------


class _BeforeFinish(httpx.BaseTransport):
    """Brings the courier up to the moment in which the hub is asked to finish."""

    def __init__(self) -> None:
        self.inner = httpx.WSGITransport(app=get_wsgi_application())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/finish"):
            raise Killed
        return self.inner.handle_request(request)


def _kill_hub(upload: Upload, at: int) -> Steps:
    """Ask to finish; the hub ends before its n-th call of the database, commits among them, or after the last."""
    steps, courier, commit = Steps(at), Courier.objects.get(), BaseDatabaseWrapper._commit

    def watched(execute, sql, params, many, context):
        steps.step(sql[:60])
        return execute(sql, params, many, context)

    def committing(connection):
        steps.step("commit")
        return commit(connection)

    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(BaseDatabaseWrapper, "_commit", committing)
        for alias in ("default", "ledger"):
            stack.enter_context(connections[alias].execute_wrapper(watched))
        try:
            take_upload.finish(courier, upload.id)
            steps.step("answer")
        except (Killed, ProgrammingError):  # a commit that never came leaves the driver in a transaction
            assert steps.count >= at, steps.names
    for alias in ("default", "ledger"):
        connections[alias].close()  # as a new process would
    return steps


def _each_kill(home, offer: Callable[[int], object], kept: Callable[[], int], deed: str) -> int:
    """Kill the hub at every call in turn, ask again as the courier does, and hold what must hold; how many calls."""
    at, steps = 0, None
    while steps is None or steps.count >= at:
        at += 1
        with suppress(Killed):
            offer(at)
        upload = Upload.objects.filter(receipt__isnull=True).get()
        steps = _kill_hub(upload, at)
        report = run_courier(home)
        assert report.status == 0, (steps.names[-1], report.document())
        assert kept() == at, steps.names[-1]
        told = [line for line in deeds(deed) if line["manifest"] == take_upload.read_manifest(upload.manifest).sha256()]
        assert len(told) == 1, steps.names[-1]
        first = Upload.objects.get(pk=upload.pk).receipt
        assert first == take_upload.finish(Courier.objects.get(), upload.pk)
    return at


def test_the_hub_killed_at_every_call_and_asked_again_has_one_version_one_line_one_receipt(home, tmp_path):
    def offer(number: int) -> object:
        return run_courier(home, _export(tmp_path / "exports", number), line=connect(_BeforeFinish()))

    calls = _each_kill(home, offer, lambda: len(_received()), "return received")
    assert calls > 30
    assert {count for _, count in _received()} == {1}
    waiting = owner_rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'validate_return'")
    assert waiting == [(calls,)]


def test_the_hub_killed_at_every_call_of_a_delta_has_applied_it_once(home):
    from concord.courier.connectors.feed import Feed

    agree("886/2001")

    def offer(number: int) -> object:
        records = {f"U{one}|1": {"UPN": f"U{one}", "Priority": "1", "ContactSurname": "X"} for one in range(number)}
        return run_courier(home, feeds=[Feed("contacts", records)], line=connect(_BeforeFinish()))

    def kept() -> int:
        return owner_rows("SELECT count FROM feed_set")[0][0]

    assert _each_kill(home, offer, kept, "feed received") > 30


# -- two at once -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tries", [4])
def test_a_finish_asked_for_many_times_at_once_keeps_one(home, tmp_path, tries):
    from concurrent.futures import ThreadPoolExecutor

    with suppress(Killed):
        run_courier(home, _export(tmp_path / "exports", 1), line=connect(_BeforeFinish()))
    upload, courier = Upload.objects.get(), Courier.objects.get()

    def finish(_: int) -> object:
        try:
            return take_upload.finish(courier, upload.id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(tries) as pool:
        receipts = list(pool.map(finish, range(tries)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(_received()) == len(deeds("return received")) == 1
