"""A database that begins anew between two requests: the next page is drawn as if nothing had been."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connections, transaction
from django.test import Client

from concord.site.embedded import Embedded
from concord.store import lost, quick
from web.pages.conftest import Enter

ASKED = "SELECT 1"


@pytest.fixture
def client(enter: Enter) -> Iterator[Client]:
    yield enter("mi_officer")
    lost.let_go()


def _cut_every_connection(server: Embedded) -> None:
    """Every client's, and wait until the server has ended them: it is told, and does so in its own time."""
    name = connections["default"].settings_dict["NAME"]
    everybody = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
    with server._connect() as connection:
        until = time.monotonic() + 10
        while connection.execute(everybody, [name]).fetchone() != (0,):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_page_is_drawn_after_the_database_began_anew(
    client: Client, database: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost, "QUIET", 0.0)
    for _ in range(3):
        assert client.get("/progress").status_code == 200
        assert client.post("/prove-again", {"code": "no"}).status_code < 500
        _cut_every_connection(database)


def test_a_connection_that_lives_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lost, "QUIET", 0.0)
    assert client.get("/progress").status_code == 200
    alive = connections["default"].connection
    assert client.get("/progress").status_code == 200
    assert connections["default"].connection is alive


def test_a_transaction_under_way_is_not_taken_up_on_another_connection(client: Client, database: Embedded) -> None:
    """Half of it is lost: it fails as a whole, and what comes after has a connection that lives."""

    def half_lost() -> None:
        with transaction.atomic():
            quick.rows(ASKED, [])
            _cut_every_connection(database)
            lost.let_go()
            quick.rows(ASKED, [])

    with pytest.raises(OperationalError):
        half_lost()
    lost.let_go()
    assert quick.row(ASKED, []) == (1,)
