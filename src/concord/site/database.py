"""Which database server the hub uses: the embedded one in the home folder, or one that runs elsewhere."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from concord.core.trouble import Trouble
from concord.site.config import Config, config, make_private
from concord.site.embedded import Embedded
from concord.site.roles import ROLES, Role, make_roles, passwords, role_name

_MADE: tuple[Role, ...] = ("app", "ledger")


class Outside:
    """A server that runs elsewhere, reached as the owner of its database (`CONCORD_DATABASE_URL`).

    The application and ledger roles are made by the owner where it may make roles; where it may not, their addresses
    are settings too.
    """

    def __init__(self, owner: str, home: Path, given: dict[str, str]) -> None:
        self._owner = owner
        self._kept = home / "outside-passwords.json"
        self._given = given

    def dsn(self, role: Role | str) -> str:
        """The address for a role: `owner`, `app` or `ledger`, as a PostgreSQL connection string."""
        if role in ("owner", "admin"):
            return self._owner
        if self._given.get(role):
            return self._given[role]
        return make_conninfo(self._owner, user=role_name(role), password=passwords(self._kept, _MADE)[role])

    def environment(self) -> dict[str, str]:
        return {f"CONCORD_{role.upper()}_DSN": self.dsn(role) for role in ROLES}

    def prepare(self) -> None:
        """Make what the server lacks. Raises Trouble where it cannot be reached or the roles cannot be made."""
        missing = [role for role in _MADE if not self._given.get(role)]
        try:
            with psycopg.connect(self._owner, autocommit=True, connect_timeout=10) as owner:
                self._make(owner, missing)
        except psycopg.OperationalError as fault:
            raise Trouble("The database server did not answer.", why=str(fault).strip(), todo=_todo("URL")) from None
        for role in _MADE:
            self._try(role)

    def _make(self, owner: psycopg.Connection[tuple[object, ...]], missing: list[Role]) -> None:
        try:
            if missing:
                make_roles(owner, passwords(self._kept, _MADE), tuple(missing))
            for role in missing:
                owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(self._name(), _name_of(role)))
                owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(_name_of(role)))
            owner.execute("GRANT concord_ledger TO CURRENT_USER")
        except psycopg.errors.InsufficientPrivilege as fault:
            raise Trouble(
                "The owner of the database may not make the hub's roles.",
                why=str(fault).strip(),
                todo="Have concord_app and concord_ledger made, then set " + " and ".join(map(_setting, missing)) + ".",
            ) from None

    def _name(self) -> sql.Identifier:
        return sql.Identifier(str(conninfo_to_dict(self._owner).get("dbname") or "postgres"))

    def _try(self, role: Role) -> None:
        try:
            psycopg.connect(self.dsn(role), connect_timeout=10).close()
        except psycopg.OperationalError as fault:
            raise Trouble(
                f"The database's role {role_name(role)} cannot sign in.",
                why=str(fault).strip(),
                todo=_todo(role.upper() + "_URL"),
            ) from None


def _name_of(role: Role) -> sql.Identifier:
    return sql.Identifier(role_name(role))


def _setting(role: str) -> str:
    return f"CONCORD_DATABASE_{role.upper()}_URL"


def _todo(name: str) -> str:
    return f"Set CONCORD_DATABASE_{name}; `concord settings` shows what is set."


@contextlib.contextmanager
def database(settings: Config | None = None) -> Iterator[Embedded | Outside]:
    """The hub's database server, running, with its three addresses in the environment for `concord.site.settings`.

    Use it before Django is set up. An embedded server stops with its last user.
    """
    chosen = settings or config()
    make_private(chosen.home)
    with contextlib.ExitStack() as stack:
        server: Embedded | Outside
        if chosen.database_url:
            server = Outside(chosen.database_url.get_secret_value(), chosen.home, _given(chosen))
            server.prepare()
        else:
            server = stack.enter_context(Embedded(chosen.home / "database", programs=chosen.postgres))
        os.environ.update(server.environment())
        yield server


@contextlib.contextmanager
def hub(settings: Config | None = None) -> Iterator[Embedded | Outside]:
    """`database`, with Django set up on it: what a command that works on the hub begins with."""
    with database(settings) as server:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.site.settings")
        import django

        django.setup()
        yield server


def _given(chosen: Config) -> dict[str, str]:
    pairs = (("app", chosen.database_app_url), ("ledger", chosen.database_ledger_url))
    return {role: secret.get_secret_value() for role, secret in pairs if secret}
