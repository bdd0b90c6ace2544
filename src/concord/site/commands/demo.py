"""The demonstration: a synthetic county, the main job end to end, and the pages."""

from __future__ import annotations

import json
import os
import sys
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

app = typer.Typer(
    help="Make a synthetic county, run the main job end to end, then serve the pages.\n\n"
    "Example: concord demo --schools 12 --pupils 3000 --no-serve"
)


@app.callback(invoke_without_command=True)
def demo(
    schools: Annotated[int, typer.Option(help="Establishments in the county.")] = 12,
    pupils: Annotated[int, typer.Option(help="Pupils on roll.")] = 3000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same county.")] = 2026,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages afterwards.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document: what happened.")] = False,
) -> None:
    """Agreements signed, couriers send, returns validated, queries explained, returns approved, pupils matched,
    conflicts settled, register loaded; then the pages."""
    os.environ["CONCORD_DEMO"] = "true"
    from concord.site.database import hub as database

    say = Console(stderr=True)
    with database() as server:
        found = _run(server, schools, pupils, seed, say)
        typer.echo(json.dumps(found, ensure_ascii=False)) if as_json else _show(found, say)
    if serve:
        serve_instead()


def serve_instead() -> NoReturn:
    """Become `concord serve`: a process that has worked on data frames cannot safely be the parent of those that do.

    (The threads of the data frame library do not survive a fork: a page that reads a file would wait for ever.)
    """
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "concord.site.command", "serve", "--worker"])  # noqa: S606


def _run(server: Any, schools: int, pupils: int, seed: int, say: Console) -> dict[str, Any]:
    from concord.site.commands.migrate import bring_up, empty
    from concord.site.config import config, make_private

    make_private(config().home / "static")
    empty(server)
    bring_up()
    from concord.site.demonstration import story

    with _progress(say) as tell:
        played, county = story.play(schools, pupils, seed, tell)
    story.keep_sign_ins(config().home, played)
    found = story.summary(played, county)
    found["sign_ins"] = [
        {"role": one.role, "email": one.email, "of": one.of, "password": played.word} for one in played.sign_ins
    ]
    return found


class _progress:  # noqa: N801 - used as a word: with _progress(...) as tell
    """One bar a step, on standard error, when it is a terminal."""

    def __init__(self, say: Console) -> None:
        columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=say, disable=not say.is_terminal)
        self._known: dict[str, TaskID] = {}

    def __enter__(self) -> Any:
        self._bars.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._bars.stop()

    def __call__(self, words: str, done: int, total: int) -> None:
        if words not in self._known:
            self._known[words] = self._bars.add_task(words, total=total)
        self._bars.update(self._known[words], completed=done, total=total)


def _show(found: dict[str, Any], say: Console) -> None:
    from concord.site.config import config

    lines = [
        f"{found['establishments']} establishments, {found['pupils']:,} pupils on roll.",
        "Returns: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in found["returns"].items()) + ".",
        "Changes: " + ", ".join(f"{count:,} {name}" for name, count in found["changes"].items()) + ".",
        f"Register: {found['register']['pupils']:,} pupils. Ledger: {found['ledger']['lines']:,} lines, "
        + ("whole." if found["ledger"]["whole"] else "NOT whole."),
        "Refused, each with its clause:",
        *(
            f"  {one['establishment']} {one['flow']}, clause {one['clause']}: {one['says']}"
            for one in found["refusals"]
        ),
        f"Sign in at http://{config().bind}:{config().port} with any of these, "
        f"password {found['sign_ins'][0]['password']}",
        *(f"  {one['email']:<38} {one['of']}" for one in found["sign_ins"]),
    ]
    for line in lines:
        say.print(line, markup=False, highlight=False)
