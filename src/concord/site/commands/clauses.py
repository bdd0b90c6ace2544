"""`concord clauses`: the clause register."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.core.agreement.clauses import Clause, Scene
from concord.core.agreement.load import load
from concord.core.agreement.pages import clause_register
from concord.core.agreement.scenes import differences
from concord.core.agreement.schedule import Agreement
from concord.core.shelf import shelf
from concord.core.trouble import Trouble

app = typer.Typer(add_completion=False)

_HELP = """The clause register: each operative clause in plain words, what carries it out, and where a program ends.

ID is one clause, such as 2d. The state is `executed` (the program does it), `human` (a person must) or `outside`.
--run answers every scene of the clauses shown with the engine itself; status 1 where one does not come out as written.

Example: concord clauses 7c --run
"""


@app.command(help=_HELP)
def clauses(
    clause_id: Annotated[str, typer.Argument(metavar="[ID]", help="One clause, such as 2d; all without it.")] = "",
    run: Annotated[bool, typer.Option("--run", help="Run the scenes and tell which hold.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The register as a page.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--agreement", envvar="CONCORD_AGREEMENT", help="Folder of the agreement; else the one in use."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> int:
    """Read the agreement, show the clauses asked for."""
    agreement = load(folder or shelf("agreements") / "kent-2022")
    shown = _chosen(agreement, clause_id)
    broken = {clause.id: _broken(agreement, clause) for clause in shown} if run else {}
    if as_json:
        told = [_plain(clause, broken.get(clause.id)) for clause in shown]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
    elif markdown:
        sys.stdout.write(clause_register(agreement))
    else:
        sys.stdout.write("".join(_lines(clause, broken, whole=bool(clause_id)) for clause in shown))
    return 1 if any(broken.values()) else 0


def _chosen(agreement: Agreement, clause_id: str) -> list[Clause]:
    if not clause_id:
        return list(agreement.clauses.values())
    if clause_id not in agreement.clauses:
        raise Trouble(
            f"There is no operative clause {clause_id!r}.", todo=f"The clauses are {', '.join(agreement.clauses)}."
        )
    return [agreement.clauses[clause_id]]


def _broken(agreement: Agreement, clause: Clause) -> list[dict[str, Any]]:
    found = [(scene, differences(agreement, scene)) for scene in clause.scenes]
    return [
        {"scene": scene.title, "word": word, "expected": wanted, "given": given}
        for scene, apart in found
        for word, (wanted, given) in apart.items()
    ]


def _plain(clause: Clause, broken: list[dict[str, Any]] | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": clause.id,
        "title": clause.title,
        "state": clause.state,
        "says": clause.says,
        "executed_by": list(clause.executed_by),
        "done_by": list(clause.done_by),
        "limits": clause.limits,
        "scenes": [_scene(scene) for scene in clause.scenes],
    }
    return told if broken is None else told | {"broken": broken}


def _scene(scene: Scene) -> dict[str, Any]:
    given = {"kind": scene.kind, "history": list(scene.history), "events": [dict(event) for event in scene.events]}
    return {
        "title": scene.title,
        "asks": scene.asks,
        "given": given,
        "question": dict(scene.question),
        "expect": dict(scene.expect),
    }


def _lines(clause: Clause, broken: dict[str, list[dict[str, Any]]], *, whole: bool) -> str:
    head = f"{clause.id:<3} {clause.state:<9} {clause.title} ({len(clause.scenes)} scenes)\n"
    if clause.id in broken:
        apart = broken[clause.id]
        head += "".join(f"      {one['scene']}: expected {one['expected']}, was {one['given']}\n" for one in apart)
        head += "" if apart or not clause.scenes else f"      all {len(clause.scenes)} scenes hold\n"
    if not whole:
        return head
    body = [clause.says, "", f"What the program cannot do: {clause.limits}"]
    body += [f"Carried out by: {', '.join(clause.executed_by)}"] if clause.executed_by else []
    body += [f"Done by a person: {', '.join(clause.done_by)}"] if clause.done_by else []
    return head + "".join(f"{line}\n" for line in [*body, *(f"- {scene.title}" for scene in clause.scenes)])
