from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

import small_hub
from small_hub import HERE, THERE, census, someone


@pytest.fixture
def roll(hub: None) -> list[dict[str, str]]:
    """Six pupils of HERE, loaded into the register by a return."""
    pupils = [someone(number) for number in range(6)]
    small_hub.load(census(pupils))
    return pupils


@pytest.fixture
def pupil_id() -> Callable[[str], uuid.UUID]:
    """The id of a UPN, as the application finds it in the scope of everything; KeyError where it cannot."""

    def find(upn: str) -> uuid.UUID:
        from concord.store.models import Pupil

        with small_hub.seeing(HERE, THERE, "LA"):
            found = Pupil.objects.filter(upn=upn).values_list("id", flat=True).first()
        if found is None:
            raise KeyError(upn)
        return found

    return find
