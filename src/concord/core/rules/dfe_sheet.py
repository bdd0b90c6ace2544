"""DfE's yearly spreadsheet of validation rules, set beside ours.

The sheet tells numbers, words, severities and terms; it holds no expressions, so a rule that we have not is listed
as not executed. Nothing changes before the difference is accepted: then DfE's words, severities and terms are written
to a file of the LA's own, which `accepted` lays over the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from concord.core.rules.rule import Rule, Severity
from concord.core.trouble import Trouble, Unreadable

_NUMBER: Final = re.compile(r"^\s*(\d{1,4})\s*(Q?)\s*(?:\.0)?$", re.IGNORECASE)
_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("rule number", "rule no", "rule id", "error number", "number", "rule", "no", "sequence", "code"),
    "words": ("error message", "message", "error text", "description", "rule description", "validation rule"),
    "severity": ("severity", "error/query", "error or query", "type", "level of error", "status"),
    "terms": ("terms", "term", "applicable terms", "census"),
}
"""Headings by which each column is known, the surest first. DfE's own have changed from year to year [K]."""
_TERMS: Final = {"AUT": ("aut",), "SPR": ("spr",), "SUM": ("sum",)}
_LOOKED_THROUGH: Final = 25
"""Rows of a sheet in which its headings are looked for."""


@dataclass(frozen=True, slots=True)
class SheetRule:
    """One rule as DfE's sheet tells it. `terms` is empty where the sheet does not say."""

    number: str
    severity: Severity | None
    words: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What a sheet holds beside the rule book.

    `changed`: (our rule, DfE's) that differ in severity or terms · `worded`: those that differ in words alone ·
    `not_executed`: rules of the sheet that no rule of ours carries out · `not_in_sheet`: ours with a number of DfE's
    that the sheet does not hold.
    """

    changed: tuple[tuple[Rule, SheetRule], ...]
    worded: tuple[tuple[Rule, SheetRule], ...]
    not_executed: tuple[SheetRule, ...]
    not_in_sheet: tuple[Rule, ...]


def read_sheet(path: Path) -> list[SheetRule]:
    """The rules of an ODS or XLSX; `Unreadable` where it is neither or holds no table of rules."""
    rules = {rule.number: rule for rows in _sheets(path) for rule in _rules(rows)}
    if not rules:
        raise Unreadable(
            f"{path.name} holds no table of rules.",
            why="No sheet has a heading for the rule's number and one for its words.",
            todo="Give DfE's spreadsheet of validation rules as it was published.",
        )
    return list(rules.values())


def compare(sheet: Iterable[SheetRule], rules: Sequence[Rule]) -> Difference:
    """The sheet beside the rules of its collection."""
    told = {rule.number: rule for rule in sheet}
    ours = {number: rule for rule in rules if (number := rule.dfe_rule) and rule.code == number}
    pairs = [(ours[number], told[_same(number, told)]) for number in ours if _same(number, told)]
    seen = {dfe.number for _, dfe in pairs}
    carried = {number for number in (rule.dfe_rule for rule in rules) if number}
    return Difference(
        tuple(pair for pair in pairs if _differs(*pair)),
        tuple(pair for pair in pairs if not _differs(*pair) and pair[0].message != pair[1].words),
        tuple(rule for rule in told.values() if rule.number not in seen | carried),
        tuple(rule for number, rule in ours.items() if not _same(number, told)),
    )


def write_accepted(difference: Difference, path: Path) -> int:
    """Write DfE's words, severities and terms of the rules we execute; how many there are."""
    pairs = [*difference.changed, *difference.worded]
    text = "# Accepted from DfE's spreadsheet of validation rules: read over the rule book's own words.\n"
    text += "".join(_entry(rule, dfe) for rule, dfe in sorted(pairs, key=lambda pair: pair[0].code))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise Trouble(f"{path} could not be written.", why=str(fault), todo="Give a path you may write to.") from fault
    return len(pairs)


def _entry(rule: Rule, dfe: SheetRule) -> str:
    lines = [f'\n["{rule.code}"]', f"message = {_quoted(dfe.words)}"] if dfe.words else [f'\n["{rule.code}"]']
    lines += [f'number = "{dfe.number}"'] if dfe.number != rule.dfe_rule else []
    lines += [f'severity = "{dfe.severity}"'] if dfe.severity else []
    lines += ["terms = [" + ", ".join(f'"{term}"' for term in dfe.terms) + "]"] if dfe.terms else []
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", escaped) + '"'


def _same(number: str, told: Mapping[str, SheetRule]) -> str:
    """The number under which the sheet holds ours: with or without its Q."""
    bare = number.removesuffix("Q")
    return next((each for each in (number, bare, f"{bare}Q") if each in told), "")


def _differs(rule: Rule, dfe: SheetRule) -> bool:
    terms = bool(dfe.terms) and set(dfe.terms) != set(rule.terms or _TERMS)
    return terms or (dfe.severity is not None and dfe.severity != rule.severity)


def _sheets(path: Path) -> Iterator[list[list[str]]]:
    """Each sheet's rows as text."""
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        raise Trouble(
            "Spreadsheets cannot be read here.",
            why="The library for them comes with the hub, not with the courier.",
            todo="Compare the spreadsheet on the hub.",
        ) from None
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=True) for name in book.sheet_names]
    except Exception as fault:  # the library's errors share no parent but this
        raise Unreadable(
            f"{path.name} cannot be read as a spreadsheet.",
            why=str(fault),
            todo="Give DfE's spreadsheet of validation rules, an ODS or XLSX file.",
        ) from fault
    yield from ([[_text(cell) for cell in row] for row in rows] for rows in sheets)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _rules(rows: list[list[str]]) -> Iterator[SheetRule]:
    found = next(((at, columns) for at, row in enumerate(rows[:_LOOKED_THROUGH]) if (columns := _columns(row))), None)
    if found is None:
        return
    at, columns = found
    for row in rows[at + 1 :]:
        cells = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
        if match := _NUMBER.match(cells["number"]):
            yield _rule(match[1], match[2].upper(), cells)


def _rule(number: str, mark: str, cells: Mapping[str, str]) -> SheetRule:
    severity = _severity(cells.get("severity", ""), mark)
    told = cells.get("terms", "").lower()
    terms = tuple(term for term, words in _TERMS.items() if any(word in told for word in words))
    return SheetRule(number + mark, severity, cells["words"], terms)


def _severity(told: str, mark: str) -> Severity | None:
    if mark or told.lower().startswith("q"):
        return "query"
    return "error" if told.lower().startswith("e") else None


def _columns(row: Sequence[str]) -> dict[str, int] | None:
    """Which column holds what, where the row is one of headings: it must name the number and the words."""
    names = [cell.lower().strip(" .:*") for cell in row]
    columns: dict[str, int] = {}
    for what, headings in _HEADINGS.items():
        place = next((names.index(heading) for heading in headings if heading in names), None)
        if place is not None and place not in columns.values():
            columns[what] = place
    return columns if {"number", "words"} <= columns.keys() else None
