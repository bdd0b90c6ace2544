"""The ground of an agreement's life: a hub whose agreement can be amended and that is begun again, and couriers."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from house.not_run import not_run
from journeys.ground import Ground, Visit, _answers, _ready
from journeys.kit import CHROMIUM, ROOT
from journeys.life_stage import LIFE

AMENDMENT = """
[[version]]
id = "1.2"
dated = "24 November 2026"
role = "management information officer"
reason = "An amendment of the journey"
since = {today}
[version.changes]
"2d" = "The feed is told of in another order"
"""


@dataclass
class Life:
    """The hub of one life: served, amended, begun again; and the school-side program beside it."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]
    ground: Ground
    seen: set[object] = field(default_factory=set)

    def amend(self) -> None:
        """The authority writes a new version into its agreement; the hub runs on it from its next start."""
        text = self.home / "agreement" / "agreement.toml"
        head, mark, rest = text.read_text(encoding="utf-8").partition("\n# --- the legal framework")
        text.write_text(head + AMENDMENT.format(today=today()) + mark + rest, encoding="utf-8")
        stop(self.process)
        self.process = subprocess.Popen(command("concord.site.command", "serve", "--worker"), env=self.env())
        until = time.monotonic() + 60
        while not _answers(self.ground.address):
            assert time.monotonic() < until, "the hub did not come up again"
            time.sleep(0.2)

    def env(self) -> dict[str, str]:
        return environment(self.home, self.port)

    def courier(self, laestab: str, *words: str) -> tuple[int, Any]:
        """The school's own program, in a process of its own; its exit status, and what it says as JSON."""
        order = command("concord.site.command", "courier", *words, "--home", str(self.at(laestab) / "own"), "--json")
        ran = subprocess.run(order, env=plain(), capture_output=True, text=True, timeout=120, check=False)
        assert "Traceback" not in ran.stderr, ran.stderr
        return ran.returncode, json.loads(ran.stdout) if ran.stdout.strip() else ran.stderr

    def at(self, laestab: str) -> Path:
        return self.home / laestab.replace("/", "")

    def hand(self, *words: str) -> None:
        """Work at desks that is no part of this journey."""
        order = command("journeys.life_stage", *words)
        ran = subprocess.run(order, env=self.env(), capture_output=True, text=True, timeout=120, check=False)
        assert ran.returncode == 0, ran.stderr

    def messages(self) -> list[str]:
        """Every message that left, or would have."""
        return [path.read_text(encoding="utf-8") for path in sorted((self.home / "mail").glob("*"))]


def command(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def plain() -> dict[str, str]:
    """An environment without a word about any hub: as on a school's machine."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CONCORD_", "DJANGO_"))}
    return kept | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests")))}


def environment(home: Path, port: int) -> dict[str, str]:
    own = {"CONCORD_HOME": str(home), "CONCORD_PORT": str(port), "CONCORD_PROCESSES": "1", "CONCORD_DEMO": "true"}
    return plain() | own | {"CONCORD_AGREEMENT": str(home / "agreement")}


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def life() -> Iterator[Life]:
    if not CHROMIUM:
        not_run("Chromium is not here")
    from concord.core.shelf import shelf
    from concord.site.embedded import Embedded, _free_port

    home, port = Path(tempfile.mkdtemp(prefix=f"concord-life-{os.getuid()}-")), _free_port()
    shutil.copytree(shelf("agreements") / "kent-2022", home / "agreement")
    begun: list[Life] = []
    try:
        with (home / "stage.log").open("w+b") as told:
            order = command("journeys.life_stage")
            process = subprocess.Popen(order, env=environment(home, port), stdout=told, stderr=told)
            address = f"http://127.0.0.1:{port}"
            begun.append(Life(home, port, process, Ground(address=address, **_ready(process, told, address))))
            yield begun[0]
    finally:
        stop(begun[0].process if begun else process)
        Embedded(home / "database").destroy()
        shutil.rmtree(home, ignore_errors=True)


class Party(Visit):
    """A party to the agreement. A page that was looked at in the same state and with the same parts is not held to the
    rules for all a second time."""

    def __init__(self, browser: Browser, life: Life) -> None:
        super().__init__(browser, life.ground)
        self._seen = life.seen

    def look(self, heading: str) -> Visit:
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        parts = self.page.locator("main h2, main h3, main .govuk-tag, main label, main th").all_inner_texts()
        mine = (heading, tuple(re.sub(r"\d+", "0", part) for part in parts))
        if mine in self._seen:
            return self
        self._seen.add(mine)
        return super().look(heading)


@contextmanager
def visit(browser: Browser, life: Life, role: str) -> Iterator[Visit]:
    one = Party(browser, life)
    yield one.sign_in(role)
    one.leave()


def today() -> date:
    """The day by London's clocks, as the hub counts."""
    return datetime.now(ZoneInfo("Europe/London")).date()


def page_of(laestab: str = LIFE, deed: str = "") -> str:
    return f"/agreement/{laestab}{'/' + deed if deed else ''}"
