"""A hub with three establishments, and clients that come in as people do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import LazySettings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Browser, Page

import small_hub
from concord.site.front_end import build
from concord.store.models import Person
from desk.people.people_kit import PASSWORD, code_of
from journeys.kit import watch


@pytest.fixture
def hub(database: object) -> Iterator[None]:
    small_hub.forget()
    small_hub.settle_in()
    yield
    small_hub.forget()


@pytest.fixture
def enter(hub: None) -> Callable[[Person], Client]:
    """A client that has signed in through the pages: password, then the code of the app."""

    def make(person: Person) -> Client:
        client = Client()
        assert client.post("/sign-in", {"email": person.email, "password": PASSWORD}).status_code == 302
        answer = client.post("/sign-in/second-proof", {"code": code_of(person)})
        assert answer.status_code == 302, answer.content
        return client

    return make


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page that complains at its end of what went wrong on it; that a form or the gate said no is no fault."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/London")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    wrong = watch(opened)
    yield opened
    context.close()
    assert [one for one in wrong if "responded with a status of 4" not in one] == []


class Server(ThreadingMixIn, WSGIServer):
    """One thread a connection: a browser opens some that it never uses."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at the pages."""


@pytest.fixture
def address(hub: None, settings: LazySettings) -> Iterator[str]:
    """The hub, served by its name on a free port, since a passkey belongs to a name."""
    build()
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
