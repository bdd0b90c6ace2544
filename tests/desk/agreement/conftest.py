"""Two establishments, their people and the authority's, in a database of the test's own."""

from __future__ import annotations

import pytest

from desk.agreement.parties import Parties, gather


@pytest.fixture
def parties(database: object) -> Parties:
    """An academy and a maintained school without agreement; a head each, an MI manager, an MI officer."""
    return gather()
