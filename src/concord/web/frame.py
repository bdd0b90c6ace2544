"""What stands round every page: the LA's name, who is signed in, and where they can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from concord.desk import standings


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `la`, `person`, `nav` (label, address, here), `demo`."""
    person = getattr(request, "user", None)
    signed_in = person is not None and person.is_authenticated
    links = _links(person) if signed_in else []
    return {
        "la": standings.agreement().terms.authority,
        "person": person if signed_in else None,
        "nav": [{"text": text, "href": href, "active": _here(request.path, href)} for text, href in links],
        "demo": settings.CONFIG.demo,
    }


def _here(path: str, href: str) -> bool:
    return path == href if href == "/" else path.startswith(href)


def _links(person: Any) -> list[tuple[str, str]]:
    from concord.desk.people import side_of

    if side_of(person.role) == "establishment":
        return [
            ("Home", "/"),
            ("Returns", "/returns"),
            ("Agreement", "/agreement"),
            ("Who looked at our pupils", "/who-looked"),
            ("Guidance", "/guidance"),
        ]
    return [
        ("Home", "/"),
        ("Progress", "/progress"),
        ("Conflicts", "/conflicts"),
        ("Pupils", "/pupils"),
        ("Agreements", "/agreements"),
        ("Ledger", "/ledger"),
        ("Clauses", "/clauses"),
    ]
