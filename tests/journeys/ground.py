"""The ground the journeys walk on: one hub with a story behind it, in a process, a home and a port of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as BrowserTimeout

from house.not_run import not_run
from journeys.kit import CHROMIUM, ROOT, assert_accessible, assert_fits, watch

READY = 120
"""Seconds the story may take on a busy machine."""


@dataclass(frozen=True)
class Ground:
    """Where the hub is, who can sign in, and the establishment whose return is still to be corrected."""

    address: str
    laestab: str
    file: str
    word: str
    people: dict[str, str]
    codes: dict[str, list[str]]
    odd_upn: str
    upns: dict[str, str] = field(default_factory=dict)

    def at(self, path: str) -> str:
        return f"{self.address}{path}"

    @property
    def own_return(self) -> str:
        return self.at(f"/returns/{self.laestab}/SC-AUT-2026")


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """The hub, up and serving; gone with everything it kept when the run is over."""
    yield from staged("journeys.stage")


def staged(module: str) -> Iterator[Ground]:
    """The hub as a module of this folder sets it up."""
    if not CHROMIUM:
        not_run("Chromium is not here")
    home = Path(tempfile.mkdtemp(prefix=f"concord-journey-{os.getuid()}-"))
    with (home / "stage.log").open("w+b") as told, _stage(home, told, module) as (address, process):
        yield Ground(address=address, **_ready(process, told, address))
    from concord.site.embedded import Embedded

    Embedded(home / "database").destroy()
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _stage(
    home: Path, told: IO[bytes], module: str = "journeys.stage"
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CONCORD_", "DJANGO_"))}
    own = {"CONCORD_HOME": str(home), "CONCORD_PORT": str(port), "CONCORD_PROCESSES": "1"}
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests")))
    command = [sys.executable, "-m", module]
    process = subprocess.Popen(command, env=kept | own | {"PYTHONPATH": path}, stdout=told, stderr=told)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _ready(process: subprocess.Popen[bytes], told: IO[bytes], address: str) -> dict[str, Any]:
    """What the stage says of itself, once its pages answer."""
    until = time.monotonic() + READY
    while time.monotonic() < until and process.poll() is None:
        told.seek(0)
        lines = [line for line in told.read().decode(errors="replace").splitlines() if line.startswith('{"laestab"')]
        if lines and _answers(address):
            said: dict[str, Any] = json.loads(lines[0])
            return said
        time.sleep(0.3)
    told.seek(0)
    raise AssertionError(f"the hub did not come up:\n{told.read().decode(errors='replace')[-3000:]}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/sign-in", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Visit:
    """One person in one browser window of their own. Every page that is looked at is held to the rules for all."""

    def __init__(self, browser: Browser, ground: Ground, *, script: bool = True) -> None:
        self.ground = ground
        self._context = browser.new_context(
            viewport={"width": 1280, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
            java_script_enabled=script,
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(15_000)
        self._script = script
        self._wrong = watch(self.page)

    def sign_in(self, role: str) -> Visit:
        self.page.goto(self.ground.at("/sign-in"))
        self.page.get_by_label("E-mail address").fill(self.ground.people[role])
        self.page.get_by_label("Password", exact=True).fill(self.ground.word)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.get_by_label("Code", exact=True).fill(self.ground.codes[role].pop())
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        return self

    def open(self, path: str, *, status: int = 200) -> Visit:
        answer = self.page.goto(self.ground.at(path))
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        return self

    def look(self, heading: str) -> Visit:
        """The page is the one meant, is accessible, fits a telephone, and nothing went wrong on it."""
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        if self._script:
            assert_accessible(self.page)
            self.page.set_viewport_size({"width": 320, "height": 800})
            assert_fits(self.page)
            self.page.set_viewport_size({"width": 1280, "height": 900})
        wrong = [
            one for one in self._wrong if "Failed to load resource: the server responded with a status of 4" not in one
        ]
        assert not wrong, wrong
        return self

    def says(self, *words: str) -> Visit:
        """The page's own part holds these words, as a person sees them."""
        shown = self.page.locator("main").inner_text()
        for one in words:
            assert one in shown, f"“{one}” is not on {self.page.url}:\n{shown[:1500]}"
        return self

    def press(self, name: str) -> Visit:
        return self._click("button", name)

    def follow(self, name: str) -> Visit:
        return self._click("link", name)

    def _click(self, kind: Literal["button", "link"], name: str) -> Visit:
        try:
            self.page.locator("main").get_by_role(kind, name=name).first.click()
        except BrowserTimeout as late:
            shown = self.page.locator("main").inner_text()[:1500]
            raise AssertionError(f"no {kind} “{name}” on {self.page.url}:\n{shown}") from late
        return self

    def back(self) -> Visit:
        self.page.get_by_role("navigation", name="Back").get_by_role("link").click()
        return self

    def leave(self) -> None:
        self._context.close()
