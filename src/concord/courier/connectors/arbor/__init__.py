"""Arbor: its GraphQL interface.

`--from` names a settings file with `address`, `user` (the application's name) and `secret` (its token). A field the
account may not see comes back as status 200 with `errors`: that stops the feed, and the school is shown the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from concord.core.trouble import Unreadable
from concord.courier.connectors.feed import Feed, Plan, check_columns, gather, plans, with_upns
from concord.courier.connectors.web import Access, NoAccess, ask, client, document, read_access, text_at

_PAGE = 500
_MOST_PAGES = 10_000
_TODO = "Ask the school's administrator to allow this field to the LA's application in Arbor."


def read_feeds(settings: Path) -> Iterator[Feed]:
    """Every feed of the mapping. Raises NoAccess, LostColumns, Busy or Unreadable."""
    access = read_access(settings)
    yield from with_upns(read_feed(access, plan) for plan in plans("arbor"))


def read_feed(access: Access, plan: Plan) -> Feed:
    """One feed, whole."""
    names = {*plan.required, *plan.items.values()}
    rows: list[dict[str, str]] = []
    there: set[str] = set()
    with client(access, auth=httpx.BasicAuth(access.user, access.secret)) as door:
        for record in _records(door, plan):
            found = {name: text_at(record, name) for name in names}
            there |= {name for name, text in found.items() if text is not None}
            rows.append({name: text or "" for name, text in found.items()})
    if rows:
        check_columns(plan, there, f"Arbor's {plan.kind}", _TODO)
    return gather(plan, rows, f"Arbor's {plan.kind}")


def query(plan: Plan, page: int) -> str:
    """The GraphQL of one page: only names from the mapping stand in it."""
    names = sorted({*plan.required, *plan.items.values()})
    fields = " ".join(f"{name.replace('.', ' { ')}{' }' * name.count('.')}" for name in names)
    return f"{{ {plan.source}(page_size: {_PAGE}, page_num: {page}) {{ {fields} }} }}"


def _records(door: httpx.Client, plan: Plan) -> Iterator[dict[str, Any]]:
    for page in range(_MOST_PAGES):
        answer = ask("Arbor", door, "POST", "/graphql/query", json={"query": query(plan, page)})
        found = _rows(document("Arbor", answer), plan)
        yield from found
        if len(found) < _PAGE:
            return
    raise Unreadable("Arbor's pages do not end.", todo="Tell the supplier.")


def _rows(said: dict[str, Any], plan: Plan) -> list[dict[str, Any]]:
    if errors := said.get("errors"):
        words = (
            str(errors[0].get("message", ""))
            if isinstance(errors, list) and isinstance(errors[0], dict)
            else str(errors)
        )
        field = re.search(r"access to `([\w.]+)`", words)
        if field:
            raise NoAccess("Arbor", field[1], _TODO)
        raise Unreadable(
            "Arbor could not answer the query.", why=words[:200], todo="Tell the LA; its mapping may be out of date."
        )
    rows = (said.get("data") or {}).get(plan.source)
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise Unreadable(
            f"Arbor's answer has no {plan.source}.", why="Nothing of the feed was used.", todo="Try again."
        )
    return rows
