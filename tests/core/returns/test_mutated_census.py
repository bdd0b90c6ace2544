"""A census with a row in every table, spoilt in eight thousand ways: read whole or refused, and never by half."""

from __future__ import annotations

import pytest
from mutating import BATCHES, batch, fully, hold

from concord.core.returns import write


@pytest.mark.parametrize("seed", range(BATCHES))
def test_a_mutated_census_is_read_whole_or_refused_and_never_by_half(seed: int) -> None:
    files = batch(0.4)
    fast, refused = hold(write(fully()), seed, files)
    assert min(fast, refused) > files // 50
