"""Which establishments pupils are at, without a word about the pupils: what the gate must know before it can decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from concord.store import quick


def whereabouts(pupils: Iterable[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """Establishments of each pupil that there is; a hidden pupil is one that there is not."""
    found = quick.rows("SELECT id, laestabs FROM pupil_whereabouts(%s::uuid[])", [list(pupils)])
    return {pupil: frozenset(places) for pupil, places in found}
