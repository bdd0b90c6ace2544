from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

import small_hub
from desk.emergency.emergency_kit import person
from small_hub import HERE, THERE, census, someone


@pytest.fixture
def roll(hub: None) -> list[dict[str, str]]:
    """Three pupils of HERE and one of THERE, in the register."""
    pupils = [someone(number) for number in range(4)]
    small_hub.load(census(pupils[:3]), HERE)
    small_hub.load(census(pupils[3:], THERE), THERE)
    return pupils


@pytest.fixture
def pupil_id() -> Callable[[dict[str, str]], uuid.UUID]:
    def find(row: dict[str, str]) -> uuid.UUID:
        (found,) = small_hub.owner_rows("SELECT id FROM pupil WHERE upn = %s", row["UPN"])[0]
        return uuid.UUID(str(found))

    return find


@pytest.fixture
def worker(roll: list[dict[str, str]]) -> Any:
    """A social worker with no case at all."""
    return person("social_worker")


@pytest.fixture
def manager(roll: list[dict[str, str]]) -> Any:
    return person("mi_manager")
