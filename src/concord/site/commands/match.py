"""`concord match`: links two lists of pupils."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from concord.core.matching import match
from concord.core.matching.people import NEEDED, WELCOME
from concord.core.trouble import Trouble, Unreadable

app = typer.Typer(add_completion=False)

_SAME = {
    "incomingid": "id", "registerid": "id", "pupilid": "id", "dateofbirth": "DOB", "birthdate": "DOB", "gender": "Sex",
    "lastname": "Surname", "familyname": "Surname", "firstname": "Forename", "givenname": "Forename",
    "middlename": "MiddleNames", "legalsurname": "Surname", "legalforename": "Forename",
}  # fmt: skip
_NAMES = {name.lower(): name for name in (*NEEDED, *WELCOME)} | _SAME

_HELP = f"""Say which pupil of REGISTER each row of INCOMING is.

Both are CSV files with the columns {", ".join(NEEDED)}; welcome besides: {", ".join(WELCOME)}. Case, blanks and
underlines in column names do not matter.

The output has a row for each incoming one: incoming_id, register_id, decision, evidence, weight. A decision is match,
review (a person looks: register_id is the likeliest) or new. Twins are never matched to each other, no register pupil
is matched twice, and ids listed in the file --never (one a line) are matched to nothing.

Example: concord match returns.csv register.csv --out links.csv
"""


@app.command(help=_HELP)
def link(
    incoming: Annotated[Path, typer.Argument(help="The list to place, a CSV file.")],
    register: Annotated[Path, typer.Argument(help="The list it is placed in, a CSV file.")],
    out: Annotated[Path, typer.Option(help="Where the links go.")],
    *,
    never: Annotated[Path | None, typer.Option(help="Ids never to be matched or suggested, one a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Read both, link them, write the links; the figures on standard output."""
    asked, known = _list(incoming), _list(register)
    links = match(asked, known, never=_ids(never))
    try:
        links.write_csv(out)
    except OSError as reason:
        raise Trouble(f"{out} cannot be written.", why=str(reason), todo="Give another place with --out.") from reason
    counts = {one: links.filter(pl.col("decision") == one).height for one in ("match", "review", "new")}
    if as_json:
        answer = {"incoming": asked.height, "register": known.height, **counts, "out": str(out)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    sys.stdout.write("{match} matched, {review} for review, {new} new. ".format(**counts) + f"{out}\n")


def _list(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as reason:
        why = "".join(str(reason).strip().splitlines()[:1])
        todo = f"Give a CSV file with the columns {', '.join(NEEDED)}."
        raise Unreadable(f"{path.name} cannot be read as a list of pupils.", why=why, todo=todo) from reason
    named: dict[str, str] = {}
    for column in frame.columns:
        name = _NAMES.get("".join(c for c in column.lower() if c.isalnum()))
        if name is not None and (name not in named.values() or column == name):
            named = {old: new for old, new in named.items() if new != name} | {column: name}
    return frame.select(list(named)).rename(named)


def _ids(path: Path | None) -> frozenset[str]:
    if path is None:
        return frozenset()
    try:
        return frozenset(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as reason:
        raise Unreadable(
            f"{path.name} cannot be read.", why=str(reason), todo="Give a text file, one id a line."
        ) from reason
