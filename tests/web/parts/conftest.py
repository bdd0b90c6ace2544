from __future__ import annotations

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import LazySettings
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings
from django.urls import clear_url_caches

from concord.site.front_end import build
from web.parts import gallery_settings

_OURS = (
    "ROOT_URLCONF",
    "MIDDLEWARE",
    "TEMPLATES",
    "ALLOWED_HOSTS",
    "WHITENOISE_AUTOREFRESH",
    "CONTENT_SECURITY_POLICY",
)


class Server(ThreadingMixIn, WSGIServer):
    """One thread a connection: a browser opens some that it never uses."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at the pages."""


@pytest.fixture(scope="module")
def gallery_site() -> Iterator[None]:
    """The gallery in place of the hub, for as long as a module of its tests runs: the next test may be of the hub."""
    build()
    with override_settings(**{name: getattr(gallery_settings, name) for name in _OURS}):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture
def gallery(gallery_site: None, settings: LazySettings) -> Client:
    """A client of the gallery."""
    return Client()


@pytest.fixture(scope="module")
def address(gallery_site: None) -> Iterator[str]:
    """The gallery, served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
