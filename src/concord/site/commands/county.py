"""`concord county`: a synthetic county, written as each establishment's MIS would export it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from concord.county import County, Written, make, write

app = typer.Typer(add_completion=False)

_HELP = """Write a synthetic county into the new or empty folder OUT: nobody in it is real.

For each establishment a folder (8862001) with its School Census and School Workforce Census XML, Common Transfer
Files of its leavers (ctf/), and what its MIS exports: pupils, contacts, enrolments, attendance, suspensions, sen and
fsm as CSV. At the top gias_extract.csv and gias_links.csv (the establishment register), county.json (what lies
where), truth.csv and truth.json (who is who, and everything that was put wrong on purpose).

The same seed makes the same county; its three terms AUT-2026, SPR-2027 and SUM-2027 are the same people, half a
year on.

Example: concord county kent --schools 590 --pupils 250000 --term SPR-2027
"""


@app.command(help=_HELP)
def county(
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    *,
    schools: Annotated[int, typer.Option(help="Establishments open at the census.")] = 12,
    pupils: Annotated[int, typer.Option(help="Pupils on roll at the autumn census.")] = 3000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes another county.")] = 2026,
    term: Annotated[str, typer.Option(help="AUT-2026, SPR-2027 or SUM-2027.")] = "AUT-2026",
    defects: Annotated[float, typer.Option(min=0, max=1, help="0 plants no broken rules in the returns.")] = 1.0,
    untidy: Annotated[float, typer.Option(min=0, max=20, help="Times the usual typing errors; 0 for none.")] = 1.0,
    marks: Annotated[bool, typer.Option(help="Write a year's attendance marks, much the largest files.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Make the plan, write the folder, tell what was written."""
    started = perf_counter()
    made = make(schools, pupils, seed, term, defects=defects, untidy=untidy)
    done = _written(made, out, marks=marks)
    summary = _summary(made, done, perf_counter() - started)
    if as_json:
        sys.stdout.write(json.dumps(summary, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(
            f"{done.establishments} establishments, {done.pupils:,} pupils on roll, {done.files:,} files, "
            f"{done.size / 1e6:,.0f} MB in {out}. The truth is in truth.json.\n"
        )


def _written(made: County, out: Path, *, marks: bool) -> Written:
    console = Console(stderr=True)
    columns = (
        TextColumn("Establishments"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=len(made.open))
        return write(made, out, marks=marks, told=lambda done, _: bar.update(task, completed=done))


def _summary(made: County, done: Written, seconds: float) -> dict[str, object]:
    return {
        "out": str(done.out),
        "seed": made.seed,
        "term": made.term.name,
        "establishments": done.establishments,
        "pupils": done.pupils,
        "pupil_records": done.records,
        "files": done.files,
        "bytes": done.size,
        "planted": done.planted,
        "seconds": {"total": round(seconds, 2)} | {kind: round(spent, 2) for kind, spent in done.seconds.items()},
    }
