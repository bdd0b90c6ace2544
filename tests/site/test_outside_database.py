"""A database server that runs elsewhere: the roles are made where they may be, and asked for where they may not."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from concord.core.trouble import Trouble
from concord.site.database import Outside
from concord.site.embedded import Embedded


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Embedded]:
    """A server that the hub did not start, without the hub's roles."""
    server = Embedded(tmp_path / "elsewhere", durable=False)
    with server:
        with psycopg.connect(server.dsn("admin", "postgres"), autocommit=True) as admin:
            admin.execute("DROP DATABASE concord WITH (FORCE)")
            admin.execute("DROP ROLE concord_app, concord_ledger, concord_owner")
        yield server
    server.destroy()


def _named(server: Embedded, rights: str = "") -> str:
    """A database of an owner with these rights; the owner's address."""
    word = secrets.token_hex(8)
    with psycopg.connect(server.dsn("admin", "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE ROLE council LOGIN {rights} PASSWORD '{word}'")
        admin.execute("CREATE DATABASE hub OWNER council")
    with psycopg.connect(server.dsn("admin", "hub"), autocommit=True) as admin:
        admin.execute("ALTER SCHEMA public OWNER TO council")
    return make_conninfo(server.dsn("admin", "hub"), user="council", password=word)


def _who(address: str) -> str:
    with psycopg.connect(address) as connection:
        return str(connection.execute("SELECT current_user").fetchone()[0])


def test_an_owner_who_may_make_roles_makes_them_once(elsewhere: Embedded, tmp_path: Path) -> None:
    owner = _named(elsewhere, "CREATEROLE")
    for _ in range(2):
        outside = Outside(owner, tmp_path, {})
        outside.prepare()
        assert [_who(outside.dsn(role)) for role in ("owner", "app", "ledger")] == [
            "council",
            "concord_app",
            "concord_ledger",
        ]
    with psycopg.connect(outside.dsn("app")) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("CREATE TABLE mine (x int)")
    assert (tmp_path / "outside-passwords.json").stat().st_mode & 0o777 == 0o600


def test_an_owner_who_may_not_is_told_which_settings_are_missing(elsewhere: Embedded, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"CONCORD_DATABASE_APP_URL and CONCORD_DATABASE_LEDGER_URL"):
        Outside(_named(elsewhere), tmp_path, {}).prepare()


def test_a_role_whose_password_is_wrong_is_named(elsewhere: Embedded, tmp_path: Path) -> None:
    owner = _named(elsewhere, "CREATEROLE")
    Outside(owner, tmp_path, {}).prepare()
    wrong = make_conninfo(owner, user="concord_app", password="another")
    with pytest.raises(Trouble, match=r"concord_app cannot sign in.*CONCORD_DATABASE_APP_URL"):
        Outside(owner, tmp_path, {"app": wrong}).prepare()


def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as told:
        Outside(f"postgresql://owner:canary@/hub?host={tmp_path}", tmp_path, {}).prepare()
    assert "CONCORD_DATABASE_URL" in told.value.todo
    assert "canary" not in str(told.value)
