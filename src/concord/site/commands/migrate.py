"""Bring the database to this version."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

app = typer.Typer(help="Bring the database to this version.\n\nExample: concord migrate")


@app.callback(invoke_without_command=True)
def migrate(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document: the migrations applied.")] = False,
) -> None:
    """Bring the database to this version, as the role that owns its tables."""
    from concord.site.database import database

    with database():
        applied = bring_up()
    if as_json:
        import json

        typer.echo(json.dumps({"applied": applied}))
    else:
        typer.echo(f"{len(applied)} migrations applied." if applied else "The database is up to date.")


def bring_up() -> list[str]:
    """Apply what is missing, with Django set up on the addresses in the environment; the names of what was applied."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def empty(server: Any) -> None:
    """Make the hub's database anew, with nothing in it: for the demonstration, which begins from nothing."""
    import psycopg

    with psycopg.connect(server.dsn("owner"), autocommit=True) as owner:
        owner.execute("DROP SCHEMA IF EXISTS public CASCADE")
        owner.execute("CREATE SCHEMA public")
        owner.execute("GRANT USAGE ON SCHEMA public TO concord_app, concord_ledger")
