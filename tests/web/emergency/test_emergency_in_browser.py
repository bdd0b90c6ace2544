"""An emergency from the asking to the school's page, in a real browser: at both widths, and without a script."""

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

from concord.site.front_end import build
from desk.emergency.emergency_kit import WORDS, Cast
from desk.people.people_kit import code_of, give_app
from journeys.kit import assert_accessible, assert_fits, shoot, watch

pytestmark = [pytest.mark.journey, pytest.mark.database]
Enter = Callable[..., Client]


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
def site(people: Cast) -> Iterator[str]:
    build()
    server = make_server("127.0.0.1", 0, _closing(StaticFilesHandler(get_wsgi_application())), Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, bool]]:
    """A browser window, with a script and without; that a form or the gate said no is no fault of the page."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        timezone_id="Europe/London",
        java_script_enabled=request.param,
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong = watch(page)
    yield page, request.param
    context.close()
    assert [one for one in wrong if "responded with a status of 4" not in one] == []


class Seats:
    """One window in which several people sit down one after the other, and look at what they see."""

    def __init__(self, window: tuple[Page, bool], site: str, enter: Enter) -> None:
        (self.page, self.script), self.site, self.enter = window, site, enter

    def seat(self, name: str, path: str, *, proved: bool = True) -> None:
        ticket = self.enter(name, proved=proved).cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": ticket.key, "value": ticket.value, "url": self.site}])
        self.page.goto(f"{self.site}{path}")

    def look(self, heading: str, name: str) -> None:
        """The page is the one meant, is accessible and fits at both widths, and its picture is kept."""
        self.page.get_by_role("heading", level=1, name=heading).wait_for()
        for width in (320, 1280):
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.script:
                assert_accessible(self.page)
                assert_fits(self.page)
                shoot(self.page, f"emergency-{name}", width)

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()

    def says(self, *words: str) -> None:
        shown = self.page.locator("main").inner_text()
        assert [one for one in words if one not in shown] == [], shown


@pytest.fixture
def seats(window: tuple[Page, bool], site: str, enter: Enter) -> Seats:
    return Seats(window, site, enter)


def fill(page: Page, upn: str, words: str = WORDS) -> None:
    page.get_by_label("UPN").fill(upn)
    page.get_by_label("The child may be in danger now").check()
    page.get_by_label("What has happened").fill(words)


def test_from_the_asking_to_the_schools_page(seats: Seats, people: Cast) -> None:
    row = people.pupils[0]
    _ask(seats, people, row["UPN"])
    seats.seat("manager", "/")
    seats.page.get_by_role("link", name="Read and answer").click()
    seats.look("Access in an emergency", "answer")
    seats.says(row["Surname"], WORDS)
    seats.press("Agree: open the record")
    seats.says("the school is told")
    seats.seat("worker", "/emergency")
    seats.look("Access in an emergency", "mine")
    seats.page.locator("main table a, main td a, main th a").first.click()
    seats.look("Access in an emergency", "open")
    seats.page.get_by_role("button", name="Open the record").click()
    seats.look(f"{row['Forename']} {row['Surname']}", "record")
    seats.says("opened to you in an emergency")
    _school(seats, people)
    _review(seats, people)
    seats.seat("auditor", "/emergency/list")
    seats.look("Access in an emergency", "list")
    assert row["Surname"] not in seats.page.content()


def _ask(seats: Seats, people: Cast, upn: str) -> None:
    """Proved again by the page, one form half filled in, one name that fits nobody, and then the child."""
    person = people.people["worker"]
    give_app(person)
    seats.seat("worker", "/emergency", proved=False)
    seats.page.get_by_role("button", name="Ask for a record").click()
    seats.page.get_by_label("Code", exact=True).fill(code_of(person))
    seats.press("Continue")
    seats.look("Ask for a record in an emergency", "ask")
    seats.press("Ask a second person")
    seats.look("Ask for a record in an emergency", "ask-half")
    fill(seats.page, "Z999999999999")
    seats.press("Ask a second person")
    seats.look("Ask for a record in an emergency", "ask-nobody")
    seats.says("No record fits what you entered exactly")
    fill(seats.page, upn)
    seats.press("Ask a second person")
    seats.look("Access in an emergency", "wait")
    seats.says("Waits for a second person")


def _review(seats: Seats, people: Cast) -> None:
    """Closed by whoever agreed, and looked at by a third person."""
    seats.seat("manager", "/emergency/list")
    seats.page.locator("main table a, main td a, main th a").first.click()
    seats.press("Close the record now")
    seats.says("Closed before its time")
    seats.seat("dpo", "/emergency")
    seats.look("Access in an emergency", "to-review")
    seats.page.locator("main table a, main td a, main th a").first.click()
    seats.look("Access in an emergency", "review")
    seats.press("Keep the review")
    seats.look("Access in an emergency", "review-half")
    seats.page.get_by_label("There was an emergency").check()
    seats.page.get_by_label("How you know").fill("The police have confirmed it.")
    seats.press("Keep the review")
    seats.says("Reviewed by", "There was an emergency")


def _school(seats: Seats, people: Cast) -> None:
    seats.seat("head", "/")
    seats.look("What needs you", "head-home")
    seats.says("A record of your school was opened in an emergency")
    seats.page.get_by_role("link", name="Read it").click()
    seats.look("Access in an emergency", "head-notice")
    seats.says("Robin Mi Manager", "Robin Social Worker")
    seats.press("I have read it")
    seats.page.goto(f"{seats.site}/who-looked?which=emergency")
    seats.look("Who looked at our pupils", "head-who-looked")
    seats.says("Opened in an emergency", people.pupils[0]["Surname"])


def test_the_second_persons_page_and_the_way_there_from_a_record_that_is_not_shown(seats: Seats, people: Cast) -> None:
    """A social worker without cases, whose search is refused and to whom no record is shown."""
    people.ask(0)
    seats.seat("dpo", "/emergency")
    seats.look("Access in an emergency", "waiting")
    seats.seat("worker", "/pupils")
    seats.look("Find a pupil", "search")
    seats.page.get_by_label("Name, UPN or date of birth").fill("nobody")
    seats.page.get_by_label("Why you need to look").select_option("safeguarding")
    seats.press("Search")
    seats.look("The agreement does not allow this", "refusal")
    seats.says("access in an emergency")
    seats.page.goto(f"{seats.site}/pupils/{people.id_of(0)}")
    seats.look("You cannot see this record", "not-there")
    seats.page.locator("main").get_by_role("link", name="access in an emergency").click()
    seats.look("Access in an emergency", "mine-waiting")
    seats.page.locator("main table a, main td a, main th a").first.click()
    seats.press("Call it off")
    seats.says("Called off")
