"""`concord attendance`: the DfE's measures from mark data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from concord.core.attendance import measure, read, reasons
from concord.core.attendance.measures import ALL

app = typer.Typer(add_completion=False)

_MOST_SHOWN = 500

_HELP = """The DfE's attendance measures from register marks.

FILE is a CSV in one of two forms, told apart by its columns.

One mark a row: pupil (or upn), laestab, date, session (AM or PM), code.

One string a row: pupil (or upn), laestab, start, marks. Marks are AM then PM of each calendar day from start: one
character each (14 a week, # closed, - no mark), or codes with | between them, which two-character codes need.

Give extracts oldest first: a later file's mark replaces an earlier one's. Codes count as they stood on their day; a
mark that was no code then is not counted but listed. Persistent absence is an enrolment's own, 10% or more of its
possible sessions (severe 50%). The answer is a CSV on standard output, or with --json one document.

Example: concord attendance autumn.csv --by school
"""


@app.command(help=_HELP)
def attendance(
    files: Annotated[list[Path], typer.Argument(help="CSV files of marks, oldest extract first.")],
    *,
    by: Annotated[str, typer.Option(help="pupil, school or week.")] = "school",
    minimum_sessions: Annotated[
        int,
        typer.Option(
            help="Leave out of persistent absence who has so many possible sessions or fewer: 0 census, 10 live."
        ),
    ] = 0,
    places: Annotated[int, typer.Option(min=0, max=6, help="Decimal places of percentages.")] = 1,
    establishment: Annotated[str, typer.Option(help="The LAEstab of files that have no such column.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Read the marks, count them, tell what was not counted."""
    marks = read(files, establishment=establishment)
    table = measure(marks, by=by, minimum=minimum_sessions, places=places)
    odd = marks.exceptions()
    if as_json:
        total = measure(marks, by=ALL, minimum=minimum_sessions, places=places).to_dicts()[0]
        answer = {"by": by, "minimum_sessions": minimum_sessions, "rows": table.to_dicts(), "total": total}
        answer |= {"reasons": reasons(marks).to_dicts(), "exceptions": _exceptions(odd)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
        return
    sys.stdout.write(table.write_csv())
    for line in odd.group_by("severity", "code", "reason", maintain_order=True).len().rows():
        sys.stderr.write("{}: code {!r}, {}: {} marks\n".format(*line))


def _exceptions(odd: pl.DataFrame) -> dict[str, Any]:
    counts = {severity: odd.filter(pl.col("severity") == severity).height for severity in ("error", "query")}
    return {"counts": counts, "shown": min(odd.height, _MOST_SHOWN), "marks": odd.head(_MOST_SHOWN).to_dicts()}
