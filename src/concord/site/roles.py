"""The three roles of the database, and the passwords they sign in with.

The owner makes the tables and runs migrations. The application role serves pages and jobs: it owns nothing, and
row-level security binds it. The ledger role may only append to the ledger. The migrations grant what each may touch.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

Role = Literal["owner", "app", "ledger"]
ROLES: tuple[Role, ...] = ("owner", "app", "ledger")
DATABASE = "concord"
_LIMITS = {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "120s", "lock_timeout": "20s"}


def role_name(role: str) -> str:
    return f"concord_{role}"


def passwords(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The passwords kept in `path` (0600), made there in one step if the file does not exist yet."""
    if not path.exists():
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({name: secrets.token_urlsafe(32) for name in names}, file)
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def address(user: str, password: str, *, host: str, port: int, database: str) -> str:
    """A PostgreSQL URL; `host` may be the folder of a socket."""
    return f"postgresql://{quote(user)}:{quote(password)}@/{quote(database)}?host={quote(host, safe='')}&port={port}"


def make_roles(admin: psycopg.Connection[tuple[object, ...]], words: dict[str, str], roles: tuple[Role, ...]) -> None:
    """Make those of `roles` that the server lacks; none can make roles or databases, or pass row-level security."""
    have = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in roles:
        if role_name(role) in have:
            continue
        name = sql.Identifier(role_name(role))
        admin.execute(
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
            ).format(name, sql.Literal(words[role]))
        )
    for key, limit in _LIMITS.items():
        admin.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(role_name("app")), sql.Identifier(key), sql.Literal(limit)
            )
        )


def make_database(admin: psycopg.Connection[tuple[object, ...]], name: str, template: str = "template0") -> None:
    """Make a database that the owner role owns and nobody else may even connect to but the two other roles."""
    known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if known:
        return
    this, owner = sql.Identifier(name), sql.Identifier(role_name("owner"))
    others = sql.SQL(", ").join(sql.Identifier(role_name(role)) for role in ("app", "ledger"))
    made = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(this, owner, sql.Identifier(template))
    admin.execute(made)
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(this))
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(this, others))
    app = sql.Identifier(role_name("app"))
    admin.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(this, app))  # many rows at once, as in `store`


def give_schema(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """In the database itself: the owner role owns the schema and may hand a function over to the ledger role."""
    connection.execute("ALTER SCHEMA public OWNER TO concord_owner")
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute("GRANT USAGE ON SCHEMA public TO concord_app, concord_ledger")
    connection.execute("GRANT concord_ledger TO concord_owner")
