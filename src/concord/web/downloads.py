"""A list taken away as CSV or XLSX. Text stays text: what begins like a formula is kept as words, and does nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter
from django.http import HttpResponse

from concord.core.trouble import Trouble

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def sheet(form: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The answer to a download link: `form` is csv or xlsx, `name` the file's own name without its ending."""
    if form == "csv":
        return _answer(_csv(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")
    if form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return _answer(_xlsx(columns, rows), f"{name}.xlsx", kind)
    raise Trouble("This list can be taken away as CSV or XLSX.", todo="Use the links below the list.")


def _answer(content: bytes, name: str, kind: str) -> HttpResponse:
    safe = "".join(one if one.isalnum() or one in "-_." else "-" for one in name)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{safe}"'})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """With a byte order mark, or Excel reads the names of many children wrongly."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        plain = [_plain(value) for value in row]
        writer.writerow([f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) else one for one in plain])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        page = book.add_worksheet("List")
        head = book.add_format({"bold": True})
        page.write_row(0, 0, columns, head)
        page.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, [_plain(value) for value in row])
        page.autofit()
    return out.getvalue()
