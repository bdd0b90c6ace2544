"""The agreement's pages in a real browser: accessible, at every width, by form and by keyboard, each party in turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page

from concord.core.agreement.model import Actor
from concord.site.front_end import build
from desk.agreement.parties import ACADEMY, NOTICE, Parties, in_days, sign
from journeys.kit import WIDTHS, assert_accessible, assert_fits, shoot

pytestmark = [pytest.mark.journey, pytest.mark.database]
AT = f"/agreement/{ACADEMY}"
Enter = Callable[[Actor], Client]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at the pages."""


def _closing(app: Any) -> Any:
    """The hub, leaving no connection behind with a thread that ends."""

    def call(environ: Any, start: Any) -> Any:
        try:
            return app(environ, start)
        finally:
            connections.close_all()

    return call


@pytest.fixture
def site(parties: Parties) -> Iterator[str]:
    build()
    server = make_server("127.0.0.1", 0, _closing(StaticFilesHandler(get_wsgi_application())), Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def seated(site: str, enter: Enter, page: Page) -> Callable[[Actor], Page]:
    """The page with a person signed in."""

    def seat(actor: Actor) -> Page:
        ticket = enter(actor).cookies[settings.SESSION_COOKIE_NAME]
        page.context.clear_cookies()
        page.context.add_cookies([{"name": ticket.key, "value": ticket.value, "url": site}])
        return page

    return seat


def test_a_head_reads_and_signs_and_an_officer_confirms(
    site: str, seated: Callable[[Actor], Page], parties: Parties
) -> None:
    head = seated(parties.head)
    head.goto(f"{site}{AT}")
    assert_accessible(head)
    day = in_days(200)
    head.get_by_label("Position you hold").fill("Head teacher")
    head.get_by_label("ICO registration number").fill("ZA123456")
    for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        head.get_by_role("group", name="The last day of the registration").get_by_label(label).fill(str(number))
    head.locator("input[type=file]").set_input_files({"name": "n.txt", "mimeType": "text/plain", "buffer": NOTICE})
    head.get_by_label("I sign for the establishment").check()
    head.get_by_role("button", name="Sign the agreement").click()
    head.get_by_text("You have signed").wait_for()
    officer = seated(parties.officer)
    officer.goto(f"{site}{AT}/privacy-notice")
    assert_accessible(officer)
    officer.get_by_label("Yes, I have read it").check()
    officer.get_by_role("button", name="Save your answer").click()
    officer.get_by_text("The privacy notice is confirmed").wait_for()
    manager = seated(parties.manager)
    manager.goto(f"{site}{AT}/countersign")
    assert_accessible(manager)
    manager.get_by_role("button", name="Countersign").click()
    manager.get_by_role("alert").get_by_text("The agreement is in force").wait_for()
    assert_accessible(manager)


@pytest.mark.parametrize(
    "address",
    ["", "/suspend", "/give-notice", "/install", "/ico", "/what-if?case=suspend", "/run-off", "/privacy-notice"],
)
def test_each_page_is_accessible_and_fits_every_width(
    site: str, seated: Callable[[Actor], Page], parties: Parties, address: str
) -> None:
    sign(parties)
    head = seated(parties.head)
    head.goto(f"{site}{AT}{address}")
    assert_accessible(head)
    for width in WIDTHS:
        head.set_viewport_size({"width": width, "height": 900})
        assert_fits(head)
        shoot(head, f"agreement{address.partition('?')[0].replace('/', '-')}", width)


def test_a_form_sent_empty_says_what_is_missing_accessibly(
    site: str,
    browser: Browser,
    enter: Enter,
    parties: Parties,
) -> None:
    """In a context of its own: the answer 400 is meant, and the page of this room counts it as a fault."""
    sign(parties)
    ticket = enter(parties.head).cookies[settings.SESSION_COOKIE_NAME]
    context = browser.new_context()
    context.add_cookies([{"name": ticket.key, "value": ticket.value, "url": site}])
    head = context.new_page()
    head.goto(f"{site}{AT}/suspend")
    head.get_by_role("button", name="Suspend now").click()
    head.get_by_role("alert").get_by_text("Say what happened").wait_for()
    assert_accessible(head)
    context.close()
