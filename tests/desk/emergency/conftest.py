from __future__ import annotations

import pytest

from desk.emergency.emergency_kit import Cast, cast


@pytest.fixture
def people(hub: None) -> Cast:
    return cast()
