"""A real Chromium for tests: Debian's, driven by Playwright, with axe-core read from `node_modules`.

Its fixtures `browser` and `page` are every test's (`tests/conftest.py`); modules that use them are marked `journey`.
Pages keep their content security policy: a violation of it, an error in a script or a failed request fails the test
that saw it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's own thread

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(os.environ.get("CONCORD_PICTURES", ROOT / "build" / "pictures"))
CHROMIUM = os.environ.get("CONCORD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module: while it lives an event loop runs in the worker, in which other tests could start none."""
    if not CHROMIUM:
        pytest.skip("not run: Chromium is not installed (apt-get install chromium, or set CONCORD_CHROMIUM)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page, 1280 wide, that complains at its end of what went wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/London")
    opened = context.new_page()
    wrong = watch(opened)
    yield opened
    context.close()
    assert not wrong, wrong


def watch(page: Page) -> list[str]:
    """A list that fills with script errors, refused by policy or not, and with requests that failed."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("requestfailed", lambda asked: wrong.extend(_lost(asked)))
    return wrong


def _lost(asked: Request) -> list[str]:
    """A request that failed; one that the test itself left behind by going elsewhere is none."""
    return [] if "ERR_ABORTED" in str(asked.failure) else [f"request: {asked.url} {asked.failure}"]


def _told(violations: list[dict[str, Any]]) -> str:
    lines = []
    for one in violations:
        places = "; ".join(" ".join(map(str, node["target"])) for node in one["nodes"][:3])
        lines.append(f"{one['id']} ({one['impact']}): {one['help']} — {places}")
    return "\n".join(lines)


def assert_accessible(page: Page, *, without: tuple[str, ...] = ()) -> None:
    """No violation of WCAG 2.2 AA, or of axe's best practice, that axe-core can see; `without` names rules left out,
    with reason."""
    if not AXE.is_file():
        pytest.skip("not run: axe-core is not installed (npm ci)")
    options = {"runOnly": {"type": "tag", "values": WCAG}, "rules": {name: {"enabled": False} for name in without}}
    found = _axe(page, options)
    violations = [one for one in found["violations"] if not _upload(one)]
    assert not violations, _told(violations)


def _axe(page: Page, options: dict[str, Any], *, again: bool = True) -> dict[str, Any]:
    """What axe finds on the page that is there at the end: one that goes away under it is not the one to look at."""
    page.wait_for_load_state()
    try:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    except Error as gone:
        if not again or ("documentElement" not in gone.message and "context was destroyed" not in gone.message):
            raise
        return _axe(page, options, again=False)
    return found


def _upload(violation: dict[str, Any]) -> bool:
    """GOV.UK Frontend names its upload button by the label, a comma and the button's words; axe misses the comma in
    the words."""
    nodes = violation["nodes"]
    return violation["id"] == "label-content-name-mismatch" and all(
        "govuk-file-upload-button" in one["html"] for one in nodes
    )


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways (WCAG 2.2, 1.4.10, at the width of the window)."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"the page is {wide} pixels wider than its window: {_widest(page)}"


def _widest(page: Page) -> str:
    found: str = page.evaluate(
        """() => { const edge = document.documentElement.clientWidth;
        return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > edge + 0.5)
        .slice(-3).map((e) => e.tagName + "." + e.getAttribute("class")).join("; ") }"""
    )
    return found


def shoot(page: Page, name: str, width: int | None = None) -> Path:
    """A picture of the whole page, at `width` pixels if given; where it is kept."""
    if width:
        page.set_viewport_size({"width": width, "height": 900})
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}-{width or 'now'}.png"
    page.screenshot(path=path, full_page=True)
    return path
