"""`concord rules`: the rule book."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from concord.core.rules import Rule, every_rule, rule_of, rules_of
from concord.core.rules.dfe_sheet import Difference, SheetRule, compare, read_sheet, write_accepted

app = typer.Typer(add_completion=False)

_HELP = """The rule book: what is checked of a return, and since when.

CODE shows one rule. Rules are numbered as DfE numbers them where the number is known; others are ours, a letter and
four digits. The tag after a source says how sure it is: V seen in a source, V-impl seen in working code, K from
knowledge.

With --compare, DfE's yearly spreadsheet of rules (ODS or XLSX) beside ours: what it weighs otherwise, what it words
otherwise, its rules that are not executed here, and ours that it does not hold. Nothing is changed; with --accept,
DfE's words, severities, terms and numbers are written to a file of the local authority's own. They hold where the
setting CONCORD_RULES names the folder of that file: unset it, and the rule book is as it ships. Exit status 1 where a
severity or terms differ.

Example: concord rules 1510
"""


@app.command(help=_HELP)
def rules(
    code: Annotated[str, typer.Argument(help="One rule.", metavar="[CODE]")] = "",
    *,
    collection: Annotated[str, typer.Option(help="SC School Census, SWF School Workforce Census, CTF.")] = "",
    sheet: Annotated[Path | None, typer.Option("--compare", help="DfE's spreadsheet of validation rules.")] = None,
    accept: Annotated[Path | None, typer.Option(help="With --compare: the file to write what is accepted to.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> int:
    """One rule, all of them, or DfE's beside them."""
    if sheet:
        return _compare(sheet, accept, collection or "SC", as_json)
    chosen = [rule_of(code)] if code else [rule for rule in every_rule() if collection in ("", rule.collection)]
    if as_json:
        sys.stdout.write(json.dumps([document(rule) for rule in chosen], ensure_ascii=False) + "\n")
    elif code:
        _show(chosen[0])
    else:
        _list(chosen)
    return 0


def _compare(sheet: Path, accept: Path | None, collection: str, as_json: bool) -> int:
    difference = compare(read_sheet(sheet), rules_of(collection))
    told = {
        "changed": [_pair(*pair) for pair in difference.changed],
        "worded": [_pair(*pair) for pair in difference.worded],
        "not_executed": [asdict(rule) for rule in difference.not_executed],
        "not_in_sheet": [rule.code for rule in difference.not_in_sheet],
        "accepted": write_accepted(difference, accept) if accept else 0,
    }
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        _tell(difference, accept)
    return int(bool(difference.changed))


def _pair(rule: Rule, dfe: SheetRule) -> dict[str, Any]:
    return {
        "rule": rule.code,
        "severity": rule.severity,
        "terms": list(rule.terms),
        "message": rule.message,
        "dfe": asdict(dfe),
    }


def _tell(difference: Difference, accept: Path | None) -> None:
    console = Console(highlight=False)
    for title, pairs in (("Weighed otherwise", difference.changed), ("Worded otherwise", difference.worded)):
        table = Table(
            "Rule", "Ours", "DfE's", box=None, padding=(0, 1), title=f"{title}: {len(pairs)}", title_justify="left"
        )
        for rule, dfe in pairs:
            table.add_row(rule.code, escape(f"{rule.severity}: {rule.message}"), escape(f"{dfe.severity}: {dfe.words}"))
        console.print(table)
    console.print(f"Not executed here: {len(difference.not_executed)}", markup=False)
    for dfe in difference.not_executed:
        console.print(f"  {dfe.number} {dfe.severity or ''} {dfe.words}", markup=False)
    missing = ", ".join(rule.code for rule in difference.not_in_sheet)
    console.print(f"Ours that the spreadsheet does not hold: {missing or 'none'}", markup=False)
    folder = accept.absolute().parent if accept else None
    held = f"Accepted into {accept}. It holds once CONCORD_RULES is {folder}."
    console.print(held if accept else "Nothing was changed.", markup=False)


def document(rule: Rule) -> dict[str, Any]:
    """One rule as `--json` tells it. Every rule listed here is executed."""
    return {
        "rule": rule.code,
        "dfe_rule": rule.dfe_rule,
        "severity": rule.severity,
        "level": rule.level,
        "collection": rule.collection,
        "table": rule.table,
        "items": list(rule.items),
        "terms": list(rule.terms),
        "phases": list(rule.phases),
        "since": rule.since.isoformat() if rule.since else None,
        "until": rule.until.isoformat() if rule.until else None,
        "message": rule.message,
        "advice": rule.advice,
        "source": rule.source,
        "executed": True,
    }


def _show(rule: Rule) -> None:
    console = Console(highlight=False)
    for name, value in document(rule).items():
        if value not in (None, []):
            words = ", ".join(value) if isinstance(value, list) else value
            console.print(f"[bold]{name.replace('_', ' ')}[/bold]: {escape(str(words))}")


def _list(chosen: list[Rule]) -> None:
    console = Console(highlight=False)
    table = Table("Rule", "", "Collection", "Table", "What it says", box=None, padding=(0, 1))
    for rule in chosen:
        table.add_row(rule.code, rule.severity, rule.collection, rule.table, escape(rule.message))
    console.print(table)
    dfe = sum(1 for rule in chosen if rule.dfe_rule)
    console.print(
        f"{len(chosen)} rules, {dfe} of them under a number of DfE's. `concord rules CODE` shows one.", markup=False
    )
