"""Every page with its made-up context: nothing, one and many of what it lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from web.parts import sample_la as la
from web.parts import sample_school as school

FRAME: dict[str, Any] = {
    "la": {"name": "Wealdshire County Council", "contact": "data@wealdshire.example"},
    "nav": [
        {"text": "Home", "href": "/", "active": True, "count": 3},
        {"text": "Progress", "href": "#"},
        {"text": "Conflicts", "href": "#", "count": 212},
        {"text": "Pupils", "href": "#"},
        {"text": "Agreements", "href": "#"},
        {"text": "Ledger", "href": "#"},
    ],
    "person": {"name": "Ros Whitfield-Adeyemi", "role_words": "MI officer"},
    "demo": True,
}

PAGES: dict[str, tuple[str, Callable[[int], dict[str, Any]]]] = {
    "sign-in": ("pages/sign_in.html", la.sign_in),
    "home": ("pages/home.html", school.home),
    "return": ("pages/return.html", school.a_return),
    "findings": ("pages/findings.html", school.findings),
    "queries": ("pages/queries.html", school.queries),
    "preview": ("pages/preview.html", school.preview),
    "sign-off": ("pages/sign_off.html", school.sign_off),
    "receipt": ("pages/receipt.html", school.receipt),
    "board": ("pages/return_board.html", la.board),
    "desk": ("pages/conflict_desk.html", la.desk),
    "search": ("pages/pupil_search.html", la.search),
    "pupil": ("pages/pupil.html", la.pupil),
    "who-looked": ("pages/who_looked.html", school.who_looked),
    "refusal": ("pages/refusal.html", la.refusal),
    "trouble": ("pages/trouble.html", la.trouble),
    "agreement": ("pages/agreement.html", school.agreement),
    "clauses": ("pages/clauses.html", la.clauses),
    "clause": ("pages/clause.html", la.clause),
    "ledger": ("pages/ledger.html", la.ledger),
    "guidance": ("pages/guidance.html", la.guidance),
    "history": ("pages/history.html", la.history),
    "accessibility": ("pages/accessibility.html", la.accessibility),
    "sheet": ("pages/summary_sheet.html", school.sheet),
    "returns": ("pages/returns.html", school.returns),
    "agreements": ("pages/agreements.html", la.agreements),
    "la-return": ("pages/return.html", la.la_return),
    "404": ("404.html", la.plain),
    "500": ("500.html", la.plain),
    "403-csrf": ("403_csrf.html", la.plain),
}
AMOUNTS = {"nothing": 0, "one": 1, "many": 50}
