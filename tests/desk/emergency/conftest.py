from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import small_hub
from desk.emergency.emergency_kit import Cast, cast
from desk.emergency.play import Play

_ABOVE = Path(__file__).resolve().parents[2] / "conftest.py"


@pytest.fixture
def people(hub: None) -> Cast:
    return cast()


@pytest.fixture(scope="module")
def stage(
    request: pytest.FixtureRequest,
    database_server: Any,
    migrated_template: str,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Cast]:
    """One hub for all the cases of a module, each of which puts everything back."""
    every = request.config.pluginmanager.get_plugins()
    above: Any = next(one for one in every if getattr(one, "__file__", "") == str(_ABOVE))
    with django_db_blocker.unblock():
        above._copy(database_server, migrated_template)
        small_hub.forget()
        small_hub.settle_in()
        yield cast()
        small_hub.forget()
        above._copy(database_server, migrated_template)


@pytest.fixture
def play(stage: Cast) -> Iterator[Play]:
    one = Play(stage)
    yield one
    one.over()
