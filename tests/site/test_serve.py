"""`concord serve`, as a user runs it: its own process, its own database, a real request."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from concord.site.embedded import Embedded
from house.source import ROOT


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A hub's home folder, taken away with its database wherever that had to lie."""
    yield tmp_path
    Embedded(tmp_path / "database").destroy()


def _concord(home: Path, *words: str) -> subprocess.Popen[str]:
    kept = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "CONCORD_HOME": str(home),
        "CONCORD_PROCESSES": "1",
    }
    command = [sys.executable, "-P", "-m", "concord.site.command", *words]
    return subprocess.Popen(command, cwd=home, env=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_serving_begins_on_loopback_answers_and_ends_when_told(home: Path) -> None:
    assert _concord(home, "migrate").wait(60) == 0
    port = _free_port()
    served = _concord(home, "serve", "--port", str(port), "--json")
    try:
        assert served.stdout
        told = json.loads(served.stdout.readline())
        assert told == {"address": f"http://127.0.0.1:{port}/", "processes": 1}
        answer = httpx.HTTPTransport(retries=20)
        with httpx.Client(transport=answer, timeout=20) as client:
            assert client.get(told["address"]).status_code < 500
        assert Embedded(home / "database").running()
        served.send_signal(signal.SIGTERM)
        rest, errors = served.communicate(timeout=30)
    finally:
        served.kill()
    assert (served.returncode, rest) == (0, ""), errors
    assert "Traceback" not in errors
    assert not Embedded(home / "database").running()


def test_a_database_that_is_behind_is_told_and_nothing_is_served(home: Path) -> None:
    served = _concord(home, "serve", "--port", str(_free_port()))
    output, errors = served.communicate(timeout=60)
    assert (served.returncode, output) == (2, "")
    assert "concord migrate" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("port", ["1", "busy"])
def test_a_port_that_cannot_be_had_is_told(port: str) -> None:
    from concord.core.trouble import Trouble
    from concord.site.commands.serve import _check_free

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1] if port == "busy" else 1
        if port == "1" and os.geteuid() == 0:
            _check_free("127.0.0.1", 1)  # root may
            return
        with pytest.raises(Trouble, match=f"port {number}"):
            _check_free("127.0.0.1", number)
