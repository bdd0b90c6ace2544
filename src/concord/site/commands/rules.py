"""`concord rules`: the rule book."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from concord.core.rules import Rule, every_rule, rule_of

app = typer.Typer(add_completion=False)

_HELP = """The rule book: what is checked of a return, and since when.

CODE shows one rule. Rules are numbered as DfE numbers them where the number is known; others are ours, a letter and
four digits. The tag after a source says how sure it is: V seen in a source, V-impl seen in working code, K from
knowledge.

With --compare, DfE's yearly rules spreadsheet (ODS or XLSX): what it words or weighs otherwise than we do, the rules of
it that are not executed here, and those we number as DfE's that it does not hold. Nothing is changed without --accept,
which writes DfE's words and severities to a file of the local authority's own.

Example: concord rules 1510
"""


@app.command(help=_HELP)
def rules(
    code: Annotated[str, typer.Argument(help="One rule.", metavar="[CODE]")] = "",
    *,
    collection: Annotated[str, typer.Option(help="SC School Census, SWF School Workforce Census.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """One rule, or all of them."""
    chosen = [rule_of(code)] if code else [rule for rule in every_rule() if collection in ("", rule.collection)]
    if as_json:
        sys.stdout.write(json.dumps([document(rule) for rule in chosen], ensure_ascii=False) + "\n")
    elif code:
        _show(chosen[0])
    else:
        _list(chosen)


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
