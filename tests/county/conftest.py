"""One small county, made once a process, and the same one half a year on."""

from __future__ import annotations

import pytest

from concord import county


@pytest.fixture(scope="session")
def kent() -> county.County:
    """Twelve establishments and 1,500 pupils at the autumn census."""
    return county.make(12, 1500, seed=7)


@pytest.fixture(scope="session")
def tidy() -> county.County:
    """The same county with nothing planted."""
    return county.make(12, 1500, seed=7, defects=0, untidy=0)


@pytest.fixture(scope="session")
def spring(kent: county.County) -> county.County:
    return kent.in_term("SPR-2027")
