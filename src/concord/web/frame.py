"""What stands round every page: the LA's name, who is signed in, and where they can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from concord.desk import people, standings

# Text, address, and the flows whose partners may go there. Without a flow it is open to all who are signed in.
_LINKS = {
    "establishment": (
        ("Home", "/", ""),
        ("Returns", "/returns", "own-return"),
        ("Agreement", "/agreement", "agreement-life"),
        ("Discrepancies", "/discrepancies", "discrepancy"),
        ("Hidden records", "/hidden", "death-notice"),
        ("Who looked at our pupils", "/who-looked", "own-ledger"),
        ("People", "/people", "user-access"),
        ("Guidance", "/guidance", "guidance"),
        ("Clauses", "/clauses", ""),
    ),
    "support": (
        ("Home", "/", ""),
        ("Installations", "/installations", "remote-install"),
        ("Clauses", "/clauses", ""),
    ),
    "authority": (
        ("Home", "/", ""),
        ("Progress", "/progress", "county-progress"),
        ("Conflicts", "/conflicts", "conflict-settlement"),
        ("Discrepancies", "/discrepancies", "discrepancy"),
        ("Pupils", "/pupils", "professional-view"),
        ("Emergency access", "/emergency", "emergency-access"),
        ("Movers", "/movers", "transfer-tracking"),
        ("Hidden records", "/hidden", "death-notice adoption-notice hidden-record"),
        ("Agreements", "/agreements", "agreement-life"),
        ("Ledger", "/ledger", "audit"),
        ("People", "/people", "user-access"),
        ("Guidance", "/guidance", "county-progress"),
        ("Clauses", "/clauses", ""),
    ),
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `la`, `person`, `nav` (label, address, here), `demo`."""
    person = getattr(request, "user", None)
    signed_in = person is not None and person.is_authenticated
    return {
        "la": standings.agreement().terms.authority,
        "person": person if signed_in else None,
        "nav": [
            {"text": text, "href": href, "active": _here(request.path, href)}
            for text, href in (links(person.role) if person is not None and signed_in else [])
        ],
        "demo": settings.CONFIG.demo,
    }


def links(role: str) -> list[tuple[str, str]]:
    """Where a role can go: only pages of flows it takes part in."""
    allowed = standings.agreement().table.allowed
    every = _LINKS.get(people.side_of(role), (("Home", "/", ""), ("Clauses", "/clauses", "")))
    return [
        (text, href)
        for text, href, flows in every
        if not flows or any((flow, role) in allowed for flow in flows.split())
    ]


def _here(path: str, href: str) -> bool:
    return path == href if href == "/" else path == href or path.startswith(f"{href}/")
