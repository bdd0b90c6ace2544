"""Lists every setting, its value, where the value comes from, and what it means."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    help="List every setting: its value (a secret's is never shown), where the value comes from, and what it means.\n\n"
    "Exit status 1 if a name looks like a setting and is none.\n\nExample: concord settings --json",
)


@app.callback(invoke_without_command=True)
def settings(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document: settings, unknown, file.")] = False,
) -> None:
    from concord.site.config import listing, settings_file, unknown

    strange = unknown()
    if as_json:
        answer = {"settings": [asdict(one) for one in listing()], "unknown": strange, "file": str(settings_file())}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        _show()
    for name in strange:
        typer.echo(f"{name} is not a setting of the hub: a slip of the pen?", err=True)
    if strange:
        raise typer.Exit(1)


def _show() -> None:
    from concord.site.config import listing, settings_file

    for one in listing():
        typer.echo(f"{one.name} = {one.value or '(empty)'}  [{one.source}]\n    {one.meaning}")
    typer.echo(f"\nRead from the environment, else from {settings_file()}, else the default.")
