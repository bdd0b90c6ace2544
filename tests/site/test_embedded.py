"""The embedded database is a real server with real locks, and comes back from whatever happens to it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from concord.core.trouble import Trouble
from concord.site.embedded import Embedded
from house.not_run import not_run

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Embedded]]:
    servers: list[Embedded] = []

    def make(folder: str = "database", **options: object) -> Embedded:
        servers.append(Embedded(tmp_path / folder, **options))
        return servers[-1]

    yield make
    for server in servers:
        server.destroy()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """One server for the tests that leave it as it was."""
    server = Embedded(tmp_path_factory.mktemp("shared") / "database", durable=False)
    with server:
        yield server
    server.destroy()


def _one(dsn: str, words: str) -> object:
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        row = connection.execute(words).fetchone()
    return row[0] if row else None


def _killed(server: Embedded) -> int:
    """Kill the server as a crash would, and wait until nobody answers."""
    number = server.pid()
    assert number
    os.kill(number, signal.SIGKILL)
    until = time.monotonic() + 5
    while server.running() and time.monotonic() < until:
        time.sleep(0.01)
    return number


def test_a_durable_server_writes_through_and_checks_its_pages(made: Callable[..., Embedded]) -> None:
    with made() as server:
        shown = {
            name: _one(server.dsn("app"), f"SHOW {name}")
            for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "server_encoding")
        }
    assert shown == dict.fromkeys(shown, "on") | {"server_encoding": "UTF8"}


def test_each_role_may_do_its_own_part_and_no_more(shared: Embedded) -> None:
    admin = shared.dsn("admin")
    rights = "SELECT bool_or(rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole) FROM pg_roles WHERE rolname = "
    assert [_one(admin, f"{rights}'concord_{role}'") for role in ("owner", "app", "ledger")] == [False] * 3
    with psycopg.connect(shared.dsn("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE mine (x int)")
    for role in ("app", "ledger"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _one(shared.dsn(role), "CREATE TABLE theirs (x int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _one(shared.dsn(role), "SELECT * FROM mine")


def test_nobody_signs_in_without_the_password(shared: Embedded) -> None:
    wrong = shared.dsn("app").replace("concord_app:", "concord_app:x")
    over_loopback = f"host=127.0.0.1 port={shared.dsn('app').rpartition('=')[2]} dbname=concord user=concord_owner"
    for address in (wrong, f"{over_loopback} password=guess", over_loopback):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address, connect_timeout=5)


def test_passwords_are_readable_by_their_owner_alone(shared: Embedded) -> None:
    assert (shared.folder / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert shared.data.stat().st_mode & 0o077 == 0


def test_what_was_committed_is_there_after_the_server_was_killed(made: Callable[..., Embedded]) -> None:
    server = made()
    server.start()
    with psycopg.connect(server.dsn("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    address, number = server.dsn("owner"), _killed(server)
    server.start()
    assert server.pid() != number
    assert server.dsn("owner") == address, "whoever knew the address still knows it"
    assert _one(address, "SELECT answer FROM kept") == 42


def test_a_process_id_left_behind_that_is_somebody_elses_now_is_not_believed(made: Callable[..., Embedded]) -> None:
    server = made(durable=False)
    server.start()
    _killed(server)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    assert not server.running()
    server.start()
    assert server.pid() != os.getpid()
    assert _one(server.dsn("app"), "SELECT 1") == 1


def test_the_last_to_leave_stops_the_server(made: Callable[..., Embedded]) -> None:
    first, second = made(durable=False), made(durable=False)
    first.start()
    second.start()
    assert first.pid() == second.pid()
    first.leave()
    assert second.running()
    second.leave()
    assert not second.running()


def test_many_that_start_at_once_get_one_server(made: Callable[..., Embedded]) -> None:
    servers = [made(durable=False) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(Embedded.start, servers))
    assert len({server.pid() for server in servers}) == 1
    assert [_one(server.dsn("app"), "SELECT 1") for server in servers] == [1] * 6


def test_making_the_data_may_be_cut_short(made: Callable[..., Embedded]) -> None:
    server = made(durable=False)
    server.folder.mkdir()
    left = server.place / "data.new"
    (left / "base").mkdir(parents=True)
    (left / "PG_VERSION").write_text("18\n")
    server.start()
    assert _one(server.dsn("app"), "SELECT current_database()") == "concord"


def test_a_folder_whose_name_is_too_long_for_a_socket_works(made: Callable[..., Embedded]) -> None:
    with made("a rather long name with spaces and an é " * 3, durable=False) as server:
        assert _one(server.dsn("app"), "SELECT 1") == 1


def test_data_of_another_version_are_left_alone_with_words(made: Callable[..., Embedded]) -> None:
    server = made(durable=False)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Trouble, match=r"made by PostgreSQL 14.*CONCORD_POSTGRES"):
        server.start()


def test_a_statement_and_its_values_never_reach_the_log(shared: Embedded) -> None:
    with psycopg.connect(shared.dsn("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE pupil (upn text PRIMARY KEY)")
        owner.execute("INSERT INTO pupil VALUES ('CANARY-UPN')")
        for words in ("INSERT INTO pupil VALUES ('CANARY-UPN')", "SELECT 'CANARY-UPN'::int"):
            with pytest.raises(psycopg.Error):
                owner.execute(words)
    log = (shared.data / "server.log").read_text()
    assert "duplicate key" in log
    assert "CANARY-UPN'" not in log.replace('integer: "CANARY-UPN"', "")
    assert "(upn)=(CANARY" not in log


def test_a_copy_of_a_database_has_the_same_locks(shared: Embedded) -> None:
    shared.make_database("copy", "concord")
    assert _one(shared.dsn("app", "copy"), "SELECT current_user::text") == "concord_app"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        _one(shared.dsn("app", "copy"), "CREATE TABLE theirs (x int)")
    shared.drop_database("copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        _one(shared.dsn("app", "copy"), "SELECT 1")


def test_the_systems_own_postgresql_works_in_its_place(made: Callable[..., Embedded]) -> None:
    if not DEBIAN:
        not_run("the system's PostgreSQL is not installed here")
    with made(programs=DEBIAN[-1]) as server:
        assert str(_one(server.dsn("app"), "SHOW server_version")).startswith(DEBIAN[-1].parent.name)


def test_a_folder_without_programs_is_refused_with_what_to_do(made: Callable[..., Embedded], tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="was not found in"):
        made(programs=tmp_path).start()
