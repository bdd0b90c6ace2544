"""An establishment's own list back, with what the check found beside each row (ecosystem 4.3).

One sheet a table with *Validation result* and *Errors*, one of causes. Every cell is text: no formula is ever written.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import xlsxwriter

from concord.core import returns as files
from concord.core.agreement.model import Actor
from concord.core.collection import by_id
from concord.core.returns import Return
from concord.core.rules import rule_of
from concord.core.rules.sheet import safe
from concord.core.trouble import Trouble
from concord.desk import gate, hidden_rows, keys
from concord.desk.own_return import FLOWS
from concord.store import returns, vault
from concord.store.models import Finding

RESULT, ERRORS = "Validation result", "Errors"
PASSED, ERROR, QUERY = "Passed", "Error", "Query"
_MOST_ROWS = 1_048_575  # of one sheet of a workbook, below its heading
_ABOUT = (
    "Your return as it was checked, one sheet for each table.",
    "“Validation result” says Passed, Query or Error for each row; “Errors” says what was found, one line each.",
    "Put the data right in your MIS, make the file again and send it: nothing written here is read back.",
    "Every cell is text. A UPN or a date keeps its form; nothing is a formula.",
)
_CAUSES = ("Rule", "DfE rule", "Kind", "Rows", "Pupils", "What is wrong", "What to do")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its headings, its rows (all text)."""

    name: str
    columns: list[str]
    rows: list[list[str]]


def taken_away(actor: Actor, side: str, laestab: str, collection_id: str, form: str) -> tuple[str, bytes]:
    """The list as `xlsx` (every table) or `csv` (the table of persons): file name and content."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOWS[side], establishments=[laestab], categories=["return"])
    with gate.act(permit, "return's list taken away", f"{collection.id} {laestab}") as deed:
        of = returns.find(permit, laestab, collection.id)
        version = returns.find_version(permit, of.current_id) if of and of.current_id else None
        if version is None or version.checked is None:
            raise Trouble("There is no checked file of this return.", todo="Send a file, and wait until it is checked.")
        content = hidden_rows.copy_of(permit, vault.fetch(permit, version.file, keys.seal_identity()), version.name)
        read = files.read(content, name=version.name)
        found = list(returns.findings(permit, version))
        deed.facts |= {"version": version.number, "form": form}
    sheets = made(read, found)
    name = f"{laestab.replace('/', '')}-{collection.id}-file-{version.number}.{form}"
    return name, workbook(sheets) if form == "xlsx" else as_csv(_persons(sheets, read))


def _persons(sheets: Sequence[Sheet], read: Return) -> Sheet:
    title = _title(read, read.layout.root)
    return next(sheet for sheet in sheets if sheet.name == title)


def made(read: Return, found: Sequence[Finding]) -> list[Sheet]:
    """The sheets: causes first, then the tables that have rows or findings."""
    by_table: dict[str, dict[int, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        by_table[one.table][one.row or 0].append(one)
    tables = [name for name, frame in read.tables.items() if frame.height or by_table.get(name)]
    whole = [one for table in by_table if table not in read.tables for rows in by_table[table].values() for one in rows]
    return [_causes(found), *_whole(whole), *(_table(read, name, by_table[name]) for name in tables)]


def _causes(found: Sequence[Finding]) -> Sheet:
    groups: dict[str, list[Finding]] = defaultdict(list)
    for one in found:
        groups[one.rule].append(one)
    ordered = sorted(groups.values(), key=lambda group: (group[0].severity, -len(group), group[0].rule))
    return Sheet("Causes", list(_CAUSES), [_cause(group) for group in ordered])


def _cause(group: Sequence[Finding]) -> list[str]:
    first, pupils = group[0], len({one.pupil for one in group if one.pupil})
    words = [first.rule, first.dfe_rule, _words(first.severity), str(len(group)), str(pupils or "")]
    return [*words, first.message, rule_of(first.rule).advice]


def _whole(found: Sequence[Finding]) -> list[Sheet]:
    """What is about the return and no row of it."""
    rows = [[one.rule, _words(one.severity), one.message] for one in found]
    return [Sheet("Whole return", ["Rule", "Kind", "What is wrong"], rows)] if rows else []


def _table(read: Return, table: str, found: Mapping[int, Sequence[Finding]]) -> Sheet:
    frame = read.tables[table]
    names = [name for name, kind in read.layout.schema(table).items() if kind == pl.String]
    used = [name for name in names if frame[name].null_count() < frame.height]
    extra = _whose(read, table)
    columns = [RESULT, ERRORS, *(["UPN of the pupil"] if extra is not None else []), *used]
    rows = [
        [
            _result(found.get(number, ())),
            _said(found.get(number, ())),
            *_own(extra, number),
            *(one or "" for one in row),
        ]
        for number, row in enumerate(frame.select(used).iter_rows())
    ] or [[_result(found[0]), _said(found[0]), *_own(extra, 0)] for _ in found]
    return Sheet(_title(read, table), columns, rows[:_MOST_ROWS])


def _own(extra: Sequence[str] | None, number: int) -> list[str]:
    return [] if extra is None else [extra[number] if number < len(extra) else ""]


def _whose(read: Return, table: str) -> list[str] | None:
    """The UPN of the pupil each row of a child table belongs to."""
    if "pupil" not in read.layout.links(table):
        return None
    upns = read.tables["pupil"]["UPN"].to_list()
    return [(upns[at] or "") if at is not None else "" for at in read.tables[table]["pupil"].to_list()]


def _title(read: Return, table: str) -> str:
    return read.layout[table].title[:31].replace("/", "-").replace(":", "-")


def _words(severity: str) -> str:
    return ERROR if severity == "error" else QUERY


def _result(found: Sequence[Finding]) -> str:
    if not found:
        return PASSED
    return ERROR if any(one.severity == "error" for one in found) else QUERY


def _said(found: Sequence[Finding]) -> str:
    return ";\n".join(f"{one.dfe_rule or one.rule} {one.item}: {one.message}".replace(" :", ":") for one in found)


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """As XLSX; every cell is written as a string, whatever it begins with."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        about = book.add_worksheet("About")
        for number, words in enumerate(_ABOUT):
            about.write_string(number, 0, words)
        about.set_column(0, 0, 110)
        for sheet, name in zip(sheets, _distinct(sheets), strict=True):
            page = book.add_worksheet(name)
            for at, column in enumerate(sheet.columns):
                page.write_string(0, at, column, bold)
                page.set_column(at, at, 60 if column in (ERRORS, "What is wrong", "What to do") else 18, wrapped)
            for number, row in enumerate(sheet.rows, start=1):
                for at, value in enumerate(row):
                    page.write_string(number, at, value[:32_767])
            page.freeze_panes(1, 2)
    return out.getvalue()


def _distinct(sheets: Sequence[Sheet]) -> Iterator[str]:
    """Names of sheets, no two alike but for case."""
    taken: set[str] = {"about"}
    for sheet in sheets:
        name, again = sheet.name, 2
        while name.casefold() in taken:
            name, again = f"{sheet.name[:28]} {again}", again + 1
        taken.add(name.casefold())
        yield name


def as_csv(sheet: Sheet) -> bytes:
    """One sheet as CSV: what a spreadsheet would take for a formula is given an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([safe(value) for value in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")
