from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import small_hub

_ABOVE = Path(__file__).resolve().parent.parent / "conftest.py"


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest,
    database_server: Any,
    migrated_template: str,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Any]:
    """One world for the whole matrix, on a database of its own: the matrix's cells look, and change nothing."""
    from matrix.world import build

    every = request.config.pluginmanager.get_plugins()
    above: Any = next(one for one in every if getattr(one, "__file__", "") == str(_ABOVE))
    with django_db_blocker.unblock():
        above._copy(database_server, migrated_template)
        small_hub.forget()
        yield build()
        small_hub.forget()
        above._copy(database_server, migrated_template)
