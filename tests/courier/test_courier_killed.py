"""Killed at every step, and run again: sent once, nothing lost."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from concord.courier import disk, send
from concord.courier.enrolment import enrol
from concord.courier.home import Home
from concord.courier.journal import Journal
from concord.courier.run import run, station
from conftest import connecting
from pretend_hub import TOKEN, Line, PretendHub


class Killed(BaseException):
    """Stands for the process ending here: nothing after it runs."""


class Steps:
    """Counts every act that leaves a trace, before and after it, and ends the program at the n-th."""

    def __init__(self, at: int) -> None:
        self.at, self.count, self.names = at, 0, []

    def around(self, act, name):
        def acted(*args, **kwargs):
            self._step(f"before {name}")
            made = act(*args, **kwargs)
            self._step(f"after {name}")
            return made

        return acted

    def _step(self, name: str) -> None:
        self.count += 1
        self.names.append(name)
        if self.count == self.at:
            raise Killed(name)


def _instrument(monkeypatch, steps: Steps, line: Line) -> None:
    monkeypatch.setattr(line, "handle_request", steps.around(line.handle_request, "request"))
    monkeypatch.setattr(Journal, "add", steps.around(Journal.add, "journal add"))
    monkeypatch.setattr(Journal, "move", steps.around(Journal.move, "journal move"))
    monkeypatch.setattr(send, "seal_file", steps.around(send.seal_file, "seal"))
    monkeypatch.setattr(send, "write_durably", steps.around(send.write_durably, "write"))
    monkeypatch.setattr(disk.os, "fsync", steps.around(disk.os.fsync, "fsync"))
    monkeypatch.setattr(Path, "replace", steps.around(Path.replace, "rename"))
    monkeypatch.setattr(Path, "unlink", steps.around(Path.unlink, "unlink"))


def _round(home, hub, path, at):
    """One killed run and one whole run; gives the steps the killed run took."""
    steps, line = Steps(at), Line(hub)
    with pytest.MonkeyPatch.context() as patch:
        _instrument(patch, steps, line)
        with suppress(Killed), station(home, connecting(hub, line=line)) as open_station:
            run(open_station, [path])
    with station(home, connecting(hub)) as open_station:
        report = run(open_station, [path])
    assert report.status == 0, report.document()
    return steps


def test_killed_at_any_step_and_run_again_the_file_is_received_once(enrolled, hub, export, monkeypatch, unchecked):
    monkeypatch.setattr(send, "CHUNK", 900)
    at, steps = 0, None
    while steps is None or steps.count >= at:
        at += 1
        path = export(f"{at:03}")
        steps = _round(enrolled, hub, path, at)
        assert [content for _, content in hub.accepted].count(path.read_bytes()) == 1, steps.names[-1]
        assert list(enrolled.spool.iterdir()) == []
        assert len(list(enrolled.receipts.glob("*.json"))) == len(hub.accepted) == at
    assert at > 30
    sequences = [held.manifest["sequence"] for held in hub.uploads.values() if held.receipt]
    assert len(set(sequences)) == len(sequences)


def test_killed_at_any_step_of_enrolment_it_can_be_done_again(tmp_path, unchecked):
    at, steps = 0, None
    while steps is None or steps.count >= at:
        at += 1
        hub, home = PretendHub(), Home(tmp_path / str(at))
        steps, line = Steps(at), Line(hub)
        with pytest.MonkeyPatch.context() as patch:
            _instrument(patch, steps, line)
            with suppress(Killed):
                enrol(home, "http://127.0.0.1:1", TOKEN, connecting(hub, line=line))
        if not home.enrolment.exists():
            enrol(home, "http://127.0.0.1:1", TOKEN, connecting(hub))
        with station(home, connecting(hub)) as open_station:
            assert run(open_station, []).status == 0
    assert at > 8


class _Door(BaseHTTPRequestHandler):
    """The pretend hub on a real socket; kills the courier's process before or after its n-th request."""

    def _do(self) -> None:
        server = self.server
        server.count += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = f"http://127.0.0.1:{server.server_port}{self.path}"
        if server.count == server.before:
            os.kill(server.victim.pid, signal.SIGKILL)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, said = server.hub.answer(self.command, url, headers, body)
        if server.count == server.after:
            os.kill(server.victim.pid, signal.SIGKILL)
            return
        content = httpx.Response(status, json=said).content
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = _do  # noqa: N815 - the library's names

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def door():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.hub, server.count, server.before, server.after, server.victim = PretendHub(), 0, 0, 0, None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _process(door, *words):
    source = Path(__file__).parents[2] / "src"
    command = [
        sys.executable,
        "-c",
        "import sys; from concord.site.command import main; sys.exit(main())",
        "courier",
        *words,
    ]
    door.victim = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(source)}, stdout=-1, stderr=-1)
    out, err = door.victim.communicate(timeout=60)
    return door.victim.returncode, out, err


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_real_process_killed_while_the_hub_takes_its_finish_sends_once(door, home, export, moment):
    address, folder, path = f"http://127.0.0.1:{door.server_port}", ["--home", str(home.root)], export()
    assert _process(door, "enrol", "--hub", address, "--token", TOKEN, *folder)[0] == 0
    requests = ["status", "witness", "offer", "stands", "patch", "finish"]
    setattr(door, moment, door.count + len(requests))
    assert _process(door, "run", "--from", str(path), *folder)[0] == -signal.SIGKILL
    status, out, err = _process(door, "run", "--from", str(path), "--json", *folder)
    assert status == 0, err
    assert [content for _, content in door.hub.accepted] == [path.read_bytes()]
    assert b'"sent"' in out
