"""Where in its file a finding stands, worked out only when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from concord.core.returns.document import kind_of, lines_of
from concord.core.returns.reading import guarded
from concord.core.trouble import Unreadable

Spot = tuple[str, int, str]
"""Table, row (as in its frame) and item; an empty item is the row's own element."""


def locate(content: bytes, table: str, row: int, item: str) -> int | None:
    """The line of an item, or of its row where the item is not sent; None where there is no such row, or no XML."""
    return locate_many(content, [(table, row, item)])[table, row, item]


def locate_many(content: bytes, spots: Iterable[Spot]) -> Mapping[Spot, int | None]:
    """The lines of many at once: one pass over the file, however many they are."""
    wanted = list(dict.fromkeys(spots))
    try:
        text = guarded(content)
        lines = lines_of(text, kind_of(text), {(table, row) for table, row, _ in wanted})
    except Unreadable:
        return dict.fromkeys(wanted)
    return {spot: _line(lines.get(spot[:2], {}), spot[2]) for spot in wanted}


def _line(of_row: Mapping[str, int], item: str) -> int | None:
    return of_row.get(item, of_row.get(""))
