"""Connections that the database server ended while nobody used them: let go before anything is asked on one."""

from __future__ import annotations

import select
import threading
import time
from typing import Any

from django.db import connections

QUIET = 1.0
"""Seconds: a connection that answered less long ago is taken to live."""
_here = threading.local()


def look(**_: Any) -> None:
    """Let go of what was lost while this thread was quiet. A receiver of `request_started`."""
    now = time.monotonic()
    if now - getattr(_here, "looked", 0.0) >= QUIET:
        let_go()
    _here.looked = now


def let_go() -> None:
    """Close those of this thread. A server that ends a connection says so on it, and on an idle one nothing else is
    said: whether there is something to read is known without asking the server."""
    for one in connections.all(initialized_only=True):
        if one.connection is not None and not one.in_atomic_block and _said_something(one.connection.fileno()):
            one.close()


def _said_something(socket: int) -> bool:
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))
