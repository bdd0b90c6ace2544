"""Wonde: JSON pages by cursor.

`--from` names a settings file with `address`, `school` (Wonde's id) and `secret` (the token). Pages by cursor, since
pages by number skip pupils when the MIS gains one meanwhile. A page without `data`, or one that says there is more
without saying where, stops the feed: a part of the pupils must never stand for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from concord.core.trouble import Unreadable
from concord.courier.connectors.feed import Feed, Plan, check_columns, gather, plans, with_upns
from concord.courier.connectors.web import Access, ask, client, document, read_access, same_host, text_at

_TODO = "Ask the school to approve these fields for the LA in Wonde."
_MOST_PAGES = 10_000


def read_feeds(settings: Path) -> Iterator[Feed]:
    """Every feed of the mapping. Raises NoAccess, LostColumns, Busy or Unreadable."""
    access = read_access(settings)
    yield from with_upns(read_feed(access, plan) for plan in plans("wonde"))


def read_feed(access: Access, plan: Plan) -> Feed:
    """One feed, whole."""
    names = {*plan.required, *plan.items.values()}
    rows: list[dict[str, str]] = []
    there: set[str] = set()
    for record in _records(access, plan):
        found = {name: text_at(record, name) for name in names}
        there |= {name for name, text in found.items() if text is not None}
        rows.append({name: text or "" for name, text in found.items()})
    if rows:
        check_columns(plan, there, f"Wonde's {plan.kind}", _TODO)
    return gather(plan, rows, f"Wonde's {plan.kind}")


def _records(access: Access, plan: Plan) -> Iterator[dict[str, Any]]:
    url: str | None = f"{access.address}/v1.0/schools/{access.school}/{plan.source}"
    with client(access, headers={"Authorization": f"Bearer {access.secret}"}) as door:
        for _ in range(_MOST_PAGES):
            page = document("Wonde", ask("Wonde", door, "GET", same_host(access, str(url))))
            yield from _data(page)
            url = _next(page)
            if url is None:
                return
    raise Unreadable("Wonde's pages do not end.", todo="Tell the supplier.")


def _data(page: dict[str, Any]) -> list[dict[str, Any]]:
    data = page.get("data")
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise Unreadable(
            "A page of Wonde's has no data.",
            why="Nothing of the feed was used.",
            todo="Try again; if it stays, tell the supplier.",
        )
    return data


def _next(page: dict[str, Any]) -> str | None:
    paging = (page.get("meta") or {}).get("pagination") or {}
    following = paging.get("next")
    if paging.get("more") and not following:
        raise Unreadable(
            "Wonde says there is more and not where.", why="Nothing of the feed was used.", todo="Try again."
        )
    return str(following) if following else None
