"""Connections that the database server ended while nobody used them: let go before anything is asked on one."""

from __future__ import annotations

import select
from typing import Any

from django.db import connections


def let_go(**_: Any) -> None:
    """Close those of this thread. A server that ends a connection says so on it, and on an idle one nothing else is
    said: whether there is something to read is known without asking the server. A receiver of `request_started`."""
    for one in connections.all(initialized_only=True):
        if one.connection is not None and not one.in_atomic_block and _said_something(one.connection.fileno()):
            one.close()


def _said_something(socket: int) -> bool:
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))
