"""Findings as a sheet to work through in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from concord.core.rules.books import rule_of
from concord.core.rules.rule import Finding

COLUMNS: Final = (
    "file",
    "establishment",
    "rule",
    "dfe_rule",
    "severity",
    "level",
    "pupil",
    "item",
    "line",
    "message",
    "advice",
    "explanation",
)
"""`explanation` is empty, for whoever works through the sheet."""
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: object) -> str:
    """The text of a cell that no spreadsheet takes for a formula: an apostrophe goes before what could start one."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def findings_sheet(rows: Iterable[tuple[str, str, Finding, int | None]]) -> str:
    """The sheet as CSV: (file, establishment, finding, line) a row; opens in a spreadsheet as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for file, establishment, finding, line in rows:
        told = _told(finding) | {"file": file, "establishment": establishment, "line": line}
        writer.writerow([safe(told.get(column)) for column in COLUMNS])
    return "\ufeff" + text.getvalue()


def _told(finding: Finding) -> dict[str, object]:
    names = ("rule", "dfe_rule", "severity", "level", "pupil", "item", "message")
    told: dict[str, object] = {name: getattr(finding, name) for name in names}
    return told | {"advice": rule_of(finding.rule).advice}
