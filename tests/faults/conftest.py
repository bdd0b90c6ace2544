from __future__ import annotations

from collections.abc import Iterator

import pytest

import small_hub


@pytest.fixture
def hub(database: object) -> Iterator[None]:
    """A hub with three establishments and nothing else, on a database of the test's own."""
    small_hub.forget()
    small_hub.settle_in()
    yield
    small_hub.forget()
