"""`concord check`: reads and validates returns, stores nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from concord.core.collection import UnknownCollection
from concord.core.returns import Return, UnknownItem, locate_many, read_each
from concord.core.returns.archive import files
from concord.core.returns.transfer import destination, require_destination
from concord.core.rules import (
    Finding,
    Outcome,
    Surroundings,
    check_many,
    counts,
    findings_sheet,
    group_by_cause,
    setting_for,
    shared_upns,
)
from concord.core.trouble import Trouble, Unreadable

Lines = Mapping[tuple[str, int | None, str], int | None]
"""The line of a table's row's item."""
app = typer.Typer(add_completion=False)

_HELP = """Read and validate returns. Nothing is stored, nothing leaves this machine.

PATH is a return in XML (School Census, School Workforce Census), a Common Transfer File, a COLLECT export (a folder or
zip of CSV), or a folder or zip of these. Returns given together are one local authority's: a pupil on roll at two
establishments is queried. A Common Transfer File is checked as of the day it was made; with --for, one that is for
another establishment is refused unread.

With --previous, the returns of the census before: the rules that compare two censuses can then run. Rules that
could not run are listed with the reason; they are never counted as passed.

Exit status: 0 no errors (queries alone do not fail a return) · 1 at least one error · 2 at least one file could not
be read or belongs to no collection that is known.

Example: concord check return.xml --csv findings.csv
"""


@dataclass
class Checked:
    """One file's answer, whether it could be read or not."""

    file: str
    path: Path
    ret: Return | None = None
    outcome: Outcome = field(default_factory=Outcome)
    fault: Trouble | None = None


@app.command(help=_HELP)
def check(
    paths: Annotated[list[Path], typer.Argument(help="Returns, folders or zips.", metavar="PATH")],
    *,
    sheet: Annotated[Path | None, typer.Option("--csv", help="Write the findings as a sheet to work through.")] = None,
    previous: Annotated[list[Path] | None, typer.Option(help="The returns of the census before.")] = None,
    taker: Annotated[
        str, typer.Option("--for", help="Who takes Common Transfer Files in: 886/4001, or 886/LLLL for the LA.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> int:
    """Read everything, check each collection's returns together, and tell what was found."""
    checked = list(_addressed(_read(paths), taker))
    _check(checked, _counts_before(previous or []))
    if as_json or sheet:
        lines = {id(each): _lines(each) for each in checked}
    if sheet:
        _write(sheet, findings_sheet(_rows(checked, lines)))
    if as_json:
        sys.stdout.write(json.dumps([_document(each, lines[id(each)]) for each in checked], ensure_ascii=False) + "\n")
    else:
        _tell(checked, sheet)
    return 2 if any(each.fault for each in checked) else int(any(each.outcome.counts["error"] for each in checked))


def _read(paths: Sequence[Path]) -> Iterator[Checked]:
    shown = sys.stderr.isatty()
    quiet = not shown or len(paths) < 2
    for path in track(paths, "Reading", console=Console(stderr=True), disable=quiet, transient=True):
        for name, got in read_each(path):
            if isinstance(got, Unreadable):
                yield Checked(name, path, fault=got)
            else:
                yield Checked(name, path, got)


def _addressed(checked: Iterable[Checked], taker: str) -> Iterator[Checked]:
    """Each file; a Common Transfer File for another than `taker`, where one is given, only with why it is refused."""
    for each in checked:
        try:
            if taker and each.ret and each.ret.header.kind == "CTF":
                require_destination(each.ret.header, taker)
            yield each
        except Trouble as fault:
            yield Checked(each.file, each.path, fault=fault)


def _check(checked: Sequence[Checked], before: Mapping[str, Mapping[str, float]]) -> None:
    """Check the returns of each collection together; one whose collection is not known could not be checked."""
    readable = sorted((each for each in checked if each.ret), key=_belongs_to)
    for _, group in groupby(readable, key=_belongs_to):
        members = list(group)
        try:
            outcomes = _outcomes(members, before)
        except UnknownCollection as fault:
            for each in members:
                each.fault = fault
            continue
        for each, outcome in zip(members, outcomes, strict=True):
            each.outcome = outcome


def _belongs_to(each: Checked) -> tuple[str, str]:
    """The collection; of a Common Transfer File, which has none, the day it was made."""
    header = each.ret.header if each.ret else None
    return (header.collection_id, header.created[:10] if header.kind == "CTF" else "") if header else ("", "")


def _outcomes(members: Sequence[Checked], before: Mapping[str, Mapping[str, float]]) -> list[Outcome]:
    returns = [each.ret for each in members if each.ret]
    upns = {ret.header.laestab: _on_roll(ret) for ret in returns if ret.header.kind == "SC"}
    shared: Mapping[str, frozenset[str] | None] = shared_upns(upns) if len(upns) > 1 else {}
    around = {
        ret.header.laestab: Surroundings(before.get(ret.header.laestab), elsewhere=shared.get(ret.header.laestab))
        for ret in returns
    }
    return check_many(returns, setting_for(returns[0].header, around))


def _on_roll(ret: Return) -> Iterable[str]:
    return ret.tables["pupil"].filter(pl.col("Roll") == "on")["UPN"].drop_nulls()


def _counts_before(paths: Sequence[Path]) -> dict[str, dict[str, float]]:
    """The counts of each establishment's last census, by LAEstab; a file that cannot be read stops the command."""
    found = {}
    for each in _read(paths):
        if each.ret is None:
            raise each.fault or Trouble(f"{each.file} cannot be read.")
        found[each.ret.header.laestab] = counts(each.ret, setting_for(each.ret.header))
    return found


def _lines(each: Checked) -> Lines:
    """The line of each finding in its file; none for what is not XML."""
    if each.ret is None or each.ret.form != "xml" or not each.outcome.findings:
        return {}
    packed = next((one for one in files(each.path) if one.name == each.file), None)
    spots = [(finding.table, finding.row, finding.item) for finding in each.outcome.findings]
    return locate_many(packed.content(), spots) if packed else {}


def _line(finding: Finding, lines: Lines) -> int | None:
    return lines.get((finding.table, finding.row, finding.item))


def _document(each: Checked, lines: Lines) -> dict[str, Any]:
    header = each.ret.header if each.ret else None
    return {
        "file": each.file,
        "collection": header.kind if header else None,
        "term": header.term if header else None,
        "year": header.year if header else None,
        "establishment": header.laestab if header else None,
        "destination": (destination(header) or None) if header else None,
        "outcome": "unreadable" if each.fault else each.outcome.kind,
        "counts": each.outcome.counts,
        "findings": [_finding(finding, _line(finding, lines)) for finding in each.outcome.findings],
        "not_listed": each.outcome.cut,
        "could_not_run": [{"rule": rule, "reason": reason} for rule, reason in each.outcome.could_not_run],
        "reason": str(each.fault) if each.fault else None,
        "remarks": list(each.ret.remarks) if each.ret else [],
        "unknown": [_unknown(item) for item in each.ret.unknown] if each.ret else [],
    }


def _unknown(item: UnknownItem) -> dict[str, Any]:
    """What the file holds that is no data item in its place; its value is not told, for it may be anybody's."""
    return {"path": item.path, "count": item.count, "line": item.line, "read_as": item.read_as}


def _finding(finding: Finding, line: int | None) -> dict[str, Any]:
    names = ("rule", "dfe_rule", "severity", "level", "pupil", "item", "message", "table", "row")
    return {name: getattr(finding, name) for name in names} | {"position": {"line": line}}


def _rows(checked: Iterable[Checked], lines: Mapping[int, Lines]) -> Iterator[tuple[str, str, Finding, int | None]]:
    for each in checked:
        for finding in each.outcome.findings:
            yield each.file, each.ret.header.laestab if each.ret else "", finding, _line(finding, lines[id(each)])


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as fault:
        raise Trouble(
            f"The sheet {path} could not be written.",
            why=str(fault),
            todo="Give --csv a path in a folder you may write to.",
        ) from fault


def _tell(checked: Sequence[Checked], sheet: Path | None) -> None:
    console = Console(highlight=False, soft_wrap=False)
    for each in checked:
        _tell_one(console, each)
    totals = [each.outcome.counts for each in checked]
    found = {severity: sum(total[severity] for total in totals) for severity in ("error", "query")}
    unread = sum(1 for each in checked if each.fault)
    console.print(f"\n{_number(len(checked), 'return')}: {_found(found)}; {unread} could not be read.", markup=False)
    if sheet:
        console.print(f"The findings are in {sheet}.", markup=False)


def _tell_one(console: Console, each: Checked) -> None:
    whose = f" · {each.ret.header.laestab} · {each.ret.header.collection_id}" if each.ret else ""
    console.print(f"\n{each.file}{whose}", style="bold", markup=False)
    if each.fault:
        line = getattr(each.fault, "line", None)
        console.print(f"Could not be read: {each.fault}" + (f" (line {line})" if line else ""), markup=False)
        return
    causes = Table("", "Rule", "What was found", "What to do", box=None, padding=(0, 1))
    for cause in group_by_cause(each.outcome):
        causes.add_row(cause.severity, cause.rule, _plain(cause.words), _plain(cause.advice))
    if causes.row_count:
        console.print(causes)
    for item in each.ret.unknown if each.ret else ():
        where = f"line {item.line}, {_number(item.count, 'time')}"
        console.print(f"Not a data item in its place, and not checked: {item.path} ({where})", markup=False)
    found = each.outcome.counts
    console.print(f"{_found(found)}; {_number(each.outcome.rules_run, 'rule')} ran.", markup=False)
    for reason, group in groupby(
        sorted(each.outcome.could_not_run, key=lambda pair: pair[1]), key=lambda pair: pair[1]
    ):
        console.print(f"{_number(len(list(group)), 'rule')} could not run: {reason}", markup=False)


def _found(found: Mapping[str, int]) -> str:
    return f"{_number(found['error'], 'error')}, {_number(found['query'], 'query')}"


def _number(number: int, what: str) -> str:
    many = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{number:,} {what if number == 1 else many}"


def _plain(words: str) -> str:
    """Words with no markup of the console's in them."""
    return words.replace("[", r"\[")
