"""What leaves with a return, before it is signed off; and the signed receipts, after."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import give_receipt, preview_return
from concord.desk.establishments import names_of
from concord.desk.give_receipt import Given
from concord.desk.preview_return import Group
from concord.web.access import flow
from concord.web.pages import return_parts, wording
from concord.web.pages.asking import asking, clause, side
from concord.web.parts.table import Cell, Column, Table

_COLUMNS = (
    Column("what", "What it proves"),
    Column("at", "When"),
    Column("file", "File"),
    Column("line", "Line of the ledger", numeric=True),
    Column("download", "Receipt"),
)


@flow("own-return")
def preview(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """Every data item that leaves, by kind of data and by clause."""
    shown, groups = preview_return.preview(asking(request), laestab, collection)
    context = return_parts.head(shown, laestab) | {
        "groups": [_group(one) for one in groups],
        "sign_off": f"/returns/{laestab}/{collection}/sign-off" if groups else "",
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/preview.html", context)


def _group(one: Group) -> dict[str, Any]:
    return {
        "clause": clause(one.clause),
        "purpose": f"{one.title}: {one.says}",
        "basis": f"{one.basis}; {one.purpose}",
        "recipients": one.recipients,
        "items": [wording.item(item) for item in one.items],
        "pupils": one.people,
    }


@flow("own-return", "return-approval")
def receipts(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """The receipts of a return: what was received and what was submitted."""
    found = give_receipt.receipts(asking(request), side(request), laestab, collection)
    at = f"/returns/{laestab}/{collection}/receipts"
    rows = [_row(one, at) for one in found]
    submitted = next((one for one in found if one.kind == "submitted"), None)
    context = {
        "title": "Receipts",
        "caption": f"{names_of([laestab]).get(laestab, laestab)} ({laestab}), {wording.collection(collection)}",
        "summary": _summary(submitted) if submitted else [],
        "lead": [
            "A receipt is signed by this hub and proves, without us, what you sent and when: keep it with your file.",
            f"It is checked with the command “concord receipt verify FILE --hub-key {give_receipt.hub_key()}”.",
        ],
        "table": Table(
            "Receipts, the newest first",
            _COLUMNS,
            rows,
            of=("receipt", "receipts"),
            nothing="There is none yet. A file sent by this site has one at once, a submitted return another.",
        ),
        "back": {"href": f"/returns/{laestab}/{collection}", "text": "Back to the return"},
    }
    return render(request, "pages/listing.html", context)


def _summary(one: Given) -> list[dict[str, object]]:
    return [
        {"key": "Submitted", "value": one.at},
        {"key": "Your reference", "value": one.reference},
        {"key": "Size", "value": f"{one.size:,} bytes"},
        {"key": "Fingerprint (SHA-256)", "value": one.sha256},
    ]


def _row(one: Given, at: str) -> list[object]:
    link = Cell("Download", href=f"{at}/{one.id}", about=f" the receipt {one.reference}")
    return [one.title, one.at, f"{one.version}, {one.name}", one.line, link]


@flow("own-return", "return-approval")
def document(request: HttpRequest, laestab: str, collection: str, number: int) -> HttpResponse:
    """One receipt as a file that `concord receipt verify` reads."""
    one = give_receipt.taken_away(asking(request), side(request), laestab, collection, number)
    content = json.dumps(one.document, ensure_ascii=False, indent=1) + "\n"
    name = f"receipt-{one.reference}.json"
    return HttpResponse(
        content, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
