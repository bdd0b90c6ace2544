"""One event of an agreement at a time, and nothing moves while it is written: the order that both can later prove.

With it the print of all that decides how agreements stand: the same print, the same standing.
"""

from __future__ import annotations

from collections.abc import Iterable

from concord.store import quick

_KEY = 7202
_PRINT = "SELECT agreements_print(%s::text[], %s::int)"


def alone(laestab: str) -> None:
    """Until the transaction ends, nobody else changes how this agreement stands, or moves anything under it."""
    quick.rows("SELECT pg_advisory_xact_lock(%s::int, hashtext(%s))", [_KEY, laestab])


def steady(laestabs: Iterable[str]) -> str:
    """Until the transaction ends, these establishments' agreements stand as they stand now; many may ask at once. Their
    print as it is once they are held."""
    return _print(laestabs, _KEY)


def fingerprint(laestabs: Iterable[str]) -> str:
    """32 hex digits over these establishments' own facts and every event recorded of them up to this statement."""
    return _print(laestabs, None)


def _print(laestabs: Iterable[str], key: int | None) -> str:
    found = quick.row(_PRINT, [sorted(laestabs), key])
    assert found is not None  # noqa: S101 - a function's value is one row
    return str(found[0])
