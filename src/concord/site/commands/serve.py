"""Serves the hub's pages and API until it is told to stop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from concord.core.trouble import Trouble

if TYPE_CHECKING:
    from concord.site.config import Config

app = typer.Typer(
    add_completion=False,
    help="Serve the hub's pages and API, on this machine alone unless the settings say otherwise. Ctrl-C stops it.\n\n"
    "Example: concord serve --port 8800",
)


@app.callback(invoke_without_command=True)
def serve(
    port: Annotated[int, typer.Option(help="Port; CONCORD_PORT where it is not given.", min=0, max=65535)] = 0,
    worker: Annotated[bool, typer.Option("--worker", help="Work on the queue too, in a process beside it.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document once it listens: address, processes.")
    ] = False,
) -> None:
    from concord.core.agreement.load import load
    from concord.site.config import config, make_private
    from concord.site.database import hub
    from concord.site.front_end import build

    settings = config()
    with hub():
        _check_migrated()
        build(load(settings.agreement).terms.authority.accent)
        make_private(settings.home / "static")
        with _worker_beside() if worker else nullcontext():
            run(settings, port or settings.port, as_json=as_json)


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker of its own process: without one, a file that somebody sends would never be checked."""
    beside = subprocess.Popen([sys.executable, "-m", "concord.site.command", "worker"])
    try:
        yield
    finally:
        beside.terminate()
        beside.wait(timeout=20)


def run(settings: Config, port: int, *, as_json: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, letting requests under way end. Call inside `site.database.hub`."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _check_free(settings.bind, port)
    server = Granian(
        "concord.site.wsgi:application",
        address=settings.bind,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.processes,
        blocking_threads=settings.threads,
        websockets=False,
        workers_kill_timeout=15,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    server.on_startup(lambda: _tell(settings, port, as_json))
    os.environ["PYTHONPATH"] = os.pathsep.join(part for part in sys.path if part)  # for processes that are spawned
    try:
        server.serve()
    except SystemExit as leaving:  # Granian says 1 when it was interrupted, which is how it is meant to end
        if leaving.code not in (0, 1, None):
            raise


def _tell(settings: Config, port: int, as_json: bool) -> None:
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    address = f"http://{host}:{port}/"
    if as_json:
        sys.stdout.write(json.dumps({"address": address, "processes": settings.processes}) + "\n")
        sys.stdout.flush()
    else:
        typer.echo(f"Serving {address}  (Ctrl-C stops it)", err=True)


def _check_free(bind: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((bind, port))
        except OSError as fault:
            raise Trouble(
                f"The pages cannot be served on {bind} port {port}.",
                why=fault.strerror or "",
                todo="Stop what uses it, or choose another port with CONCORD_PORT.",
            ) from None


def _check_migrated() -> None:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connections.close_all()
    if missing:
        raise Trouble(
            "The database is not at this version yet.",
            why=f"{len(missing)} migrations are missing.",
            todo="concord migrate",
        )
