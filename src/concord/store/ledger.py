"""The ledger in the database: append, read, and the tree over it. Nothing here changes or deletes a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

from concord.core.seal.canonical import canonical_lines
from concord.core.seal.ledger import GENESIS, chain_hash, leaf_hash
from concord.store import quick
from concord.store.models import LedgerLine

Line = Mapping[str, Any]


def _append(alias: str, lines: Sequence[Line]) -> int:
    bodies = canonical_lines([{**line, "n": -1} for line in lines])  # the database gives the place
    # One text for all: canonical JSON has no line break, and a driver spells an array out far more slowly.
    return int(quick.rows("SELECT ledger_append(string_to_array(%s, E'\\n'))", [bodies[:-1].decode()], alias)[0][0])


def append(lines: Sequence[Line]) -> int:
    """Write lines durably, in a transaction of their own through the ledger's own role; the last line's number.

    A decision is written like this before anything is done about it: written inside the transaction it may abort, it
    would vanish with it.
    """
    if connections["default"].in_atomic_block:
        raise RuntimeError("a decision is asked for before a transaction begins, or its line could wait for itself")
    return _append("ledger", lines)


def append_within(lines: Sequence[Line]) -> int:
    """Write lines in the transaction of the deed they tell of: both are there, or neither. Call it last."""
    connection = connections["default"]
    if not connection.in_atomic_block:
        raise RuntimeError("a deed and its line belong in one transaction")
    return _append("default", lines)


def about(laestab: str) -> QuerySet[LedgerLine]:
    """Lines that concern an establishment, newest first. A line about every establishment (`*`) concerns each."""
    return LedgerLine.objects.filter(laestabs__overlap=[laestab, "*"]).order_by("-seq")


def between(start: datetime, end: datetime) -> QuerySet[LedgerLine]:
    return LedgerLine.objects.filter(at__gte=start, at__lt=end).order_by("seq")


def bodies() -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """Every line: number, canonical body, leaf and chain hash, in order, a batch at a time."""
    with transaction.atomic(using="default"):
        rows: Iterable[tuple[int, str, bytes | memoryview, bytes | memoryview]] = (
            LedgerLine.objects.order_by("seq").values_list("seq", "body", "leaf", "chain")
        ).iterator(chunk_size=5000)
        for seq, body, leaf, chain in rows:
            yield seq, body.encode(), bytes(leaf), bytes(chain)


def broken_link() -> int | None:
    """The first line whose place or chain value does not follow from its text and the line before; None if all do."""
    link = GENESIS
    for place, (seq, body, _, chain) in enumerate(bodies()):
        link = chain_hash(link, leaf_hash(body))
        if seq != place or chain != link:
            return place
    return None


def unsound(begin: int, end: int) -> int | None:
    """The first line of [begin, end) whose leaf is not the hash of its text; None if all are."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT min(seq) FROM ledger_line WHERE seq >= %s AND seq < %s "
            "AND leaf <> sha256('\\x00'::bytea || convert_to(body, 'UTF8'))",
            [begin, end],
        )
        row = cursor.fetchone()
    return None if row[0] is None else int(row[0])


def tally(laestab: str) -> list[tuple[str, str, str, str, int]]:
    """How many lines concern an establishment, by role, purpose, deed and answer."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT body::jsonb->>'role', coalesce(body::jsonb->>'purpose', ''), coalesce(body::jsonb->>'deed', ''), "
            "answer, count(*) FROM ledger_line WHERE laestabs && ARRAY[%s, '*']::varchar[] GROUP BY 1, 2, 3, 4",
            [laestab],
        )
        return [tuple(row) for row in cursor.fetchall()]


def entry_of_manifest(sha256: str) -> dict[str, Any] | None:
    """The entry of the deed that received the file of this manifest."""
    row = LedgerLine.objects.filter(kind="deed", manifest=sha256).order_by("seq").first()
    return dict(json.loads(row.body)) if row else None


def total(deed: str, fact: str) -> int:
    """The sum of one fact over every deed of a name."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum((body::jsonb->'facts'->>%s)::bigint), 0) FROM ledger_line "
            "WHERE kind = 'deed' AND body::jsonb->>'deed' = %s",
            [fact, deed],
        )
        return int(cursor.fetchone()[0])
