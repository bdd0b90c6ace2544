"""One event of an agreement at a time, and nothing moves while it is written: the order that both can later prove."""

from __future__ import annotations

from collections.abc import Iterable

from concord.store import quick

_KEY = 7202


def alone(laestab: str) -> None:
    """Until the transaction ends, nobody else changes how this agreement stands, or moves anything under it."""
    quick.rows("SELECT pg_advisory_xact_lock(%s::int, hashtext(%s))", [_KEY, laestab])


def steady(laestabs: Iterable[str]) -> None:
    """Until the transaction ends, these establishments' agreements stand as they stand now; many may ask at once."""
    sql = "SELECT pg_advisory_xact_lock_shared(%s::int, hashtext(one)) FROM unnest(%s::text[]) AS one"
    quick.rows(sql, [_KEY, sorted(laestabs)])
