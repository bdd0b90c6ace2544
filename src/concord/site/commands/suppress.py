"""`concord suppress`: a table of counts, protected before it leaves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from concord.core.disclosure import Protected, protect, read_table
from concord.core.disclosure.protect import THRESHOLD
from concord.core.trouble import Trouble

app = typer.Typer(add_completion=False)

_HELP = """Protect a table of counts; hidden cells become `c`, primary and secondary alike.

TABLE is a tidy CSV: filter columns, each with its `Total` rows (a margin may be left out), and one column `count`.
Counts from 1 to N-1 are hidden (N is --threshold), and as many others as are needed so that no reader can work a
hidden one out. --known COLUMN protects it as well against each reader who knows the rows of one value of that column.

Status 1: the table cannot be protected, nothing is written. Status 2: it is not such a table.

Example: concord suppress exclusions.csv --out exclusions_public.csv --threshold 5 --known establishment
"""


@app.command(help=_HELP)
def suppress(
    table: Annotated[Path, typer.Argument(help="The table, a CSV file.")],
    out: Annotated[Path, typer.Option(help="Where the protected table goes.")],
    threshold: Annotated[int, typer.Option(help="The least count that may be shown.")] = THRESHOLD,
    known: Annotated[str, typer.Option(help="A column whose readers know their own rows.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Read, protect, write; the figures on standard output."""
    kept = protect(read_table(table), threshold=threshold, known=known or None)
    _write(kept, out)
    figures = {"protected": True, "threshold": threshold, "known": known or None, **kept.figures(), "out": str(out)}
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        return
    sys.stdout.write(
        f"{figures['suppressed']} of {figures['cells']} cells hidden: {figures['small']} small, "
        f"{figures['secondary']} so that they cannot be worked out. Proved against "
        f"{figures['readers']} readers. {out}\n"
    )


def _write(kept: Protected, out: Path) -> None:
    try:
        kept.frame().write_csv(out)
    except OSError as reason:
        raise Trouble(f"{out} cannot be written.", why=str(reason), todo="Give another place with --out.") from reason
