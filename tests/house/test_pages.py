"""Every address of the hub says which flow it belongs to, or stands on a short list of open ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from concord.core.agreement.load import load
from concord.core.shelf import shelf

OPEN = {
    "",
    "sign-in",
    "sign-out",
    "sign-in/second-proof",
    "sign-in/with/<slug:provider>",
    "sign-in/with/<slug:provider>/back",
    "passkey/<slug:kind>",
    "passkey/<slug:kind>/answer",
    "passkey/invited",
    "passkey/invited/answer",
    "invitation",
    "invitation/<str:word>",
    "invitation/second-proof",
    "healthz",
    "accessibility",
    "privacy",
    "clauses",
    "clauses/<str:clause_id>",
    "guidance",
    "guidance/<collection:collection>",
    "api/openapi.json",
    "api/docs",
}
"""Pages that show nothing about anybody. A page is added here by a person who has thought about it."""

OWN = {
    "account",
    "account/access",
    "account/app",
    "account/app/remove",
    "account/password",
    "account/passkeys/new",
    "account/passkeys/<uuid:ref>/remove",
    "account/recovery-codes",
    "account/sessions/<uuid:ref>/end",
    "declaration",
    "installations",
    "passkey/new",
    "passkey/new/answer",
    "prove-again",
    "roles",
    "training",
}
"""Pages that show a signed-in person what is their own, or nothing about anybody: no flow of the agreement."""


def _addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, address)
        elif isinstance(one, URLPattern):
            yield address, one.callback


def _all() -> list[tuple[str, Any]]:
    found = list(_addresses(get_resolver("concord.site.urls").url_patterns))
    assert found, "the hub has no address yet"
    return found


def test_every_address_names_its_flow_or_is_open() -> None:
    silent = [
        address
        for address, view in _all()
        if not getattr(view, "flows", ())
        and not getattr(view, "open_page", False)
        and not getattr(view, "own_page", False)
    ]
    assert silent == []


def test_own_pages_are_the_ones_on_the_list_and_nothing_else_besides() -> None:
    own = {address: view for address, view in _all() if getattr(view, "own_page", False)}
    assert set(own) - OWN == set()
    assert [address for address, view in own.items() if hasattr(view, "flows") or hasattr(view, "open_page")] == []


def test_no_address_is_both_open_and_bound_to_a_flow() -> None:
    assert [address for address, view in _all() if hasattr(view, "flows") and getattr(view, "open_page", False)] == []


def test_open_pages_are_the_ones_on_the_list() -> None:
    opened = {address.rstrip("/") for address, view in _all() if getattr(view, "open_page", False)}
    assert opened - OPEN == set()


def test_every_flow_named_by_a_page_is_in_the_schedule() -> None:
    schedule = set(load(shelf("agreements") / "kent-2022").flows)
    named = {flow for _, view in _all() for flow in getattr(view, "flows", ())}
    assert named - schedule == set()
