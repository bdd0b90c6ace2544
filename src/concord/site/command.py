"""The command line: finds the command's file, runs it, and turns trouble into words and an exit status.

A command's file is imported only when it is called, so that `concord check` starts without the web framework
and a school's courier needs none of the hub's libraries.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence

import typer
from rich.console import Console

from concord.core.trouble import Trouble

COMMANDS: dict[str, str] = {
    "demo": "makes a synthetic county and runs the main job end to end, then serves the pages",
    "test": "runs the whole test suite",
    "serve": "serves the hub's pages and API",
    "worker": "runs the hub's queued jobs",
    "migrate": "brings the database to this version",
    "invite": "lets in the authority's first manager, whom nobody else could",
    "settings": "lists every setting, its value's source and its meaning",
    "county": "writes what each school's MIS of a synthetic county would export, and the truth",
    "check": "reads and validates returns, stores nothing",
    "rules": "the rule book",
    "clauses": "the clause register",
    "flows": "the schedule of flows",
    "decide": "what the gate would answer, and why",
    "ledger": "proves or exports the ledger",
    "receipt": "proves one receipt, off line",
    "courier": "the school's side",
    "attendance": "the DfE's measures from mark data",
    "match": "links two lists of pupils",
    "suppress": "protects a table of counts",
}
_MODULES = {name: f"concord.site.commands.{name}" for name in COMMANDS}
_errors = Console(stderr=True, highlight=False, soft_wrap=True)


def _contents() -> str:
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {words}" for name, words in COMMANDS.items())
    return (
        "concord: a data sharing agreement between a local authority and its schools, as running software\n\n"
        f"Usage: concord COMMAND [OPTIONS]\n\n{rows}\n\n"
        "Example: concord check return.xml --json\nEach command has --help with an example.\n"
    )


def _tell(trouble: Trouble, as_json: bool) -> int:
    if as_json:
        answer = {"error": trouble.what, "why": trouble.why, "todo": trouble.todo, "status": trouble.status}
        answer |= {key: getattr(trouble, key) for key in ("clause", "flow") if hasattr(trouble, key)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    for label, words in (("", trouble.what), ("Why: ", trouble.why), ("What to do: ", trouble.todo)):
        if words:
            _errors.print(f"{label}{words}", markup=False)
    return trouble.status


def main(argv: Sequence[str] | None = None) -> int:  # noqa: PLR0911 - one return a way to end
    """Run one command and return its exit status: 0 holds, 1 does not hold, 2 could not be done, 3 refused."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("--help", "-h", "help"):
        sys.stdout.write(_contents())
        return 0 if words else 2
    name, rest = words[0], words[1:]
    if name not in _MODULES:
        return _tell(Trouble(f"There is no command {name!r}.", todo="`concord --help` lists the commands."), False)
    module = importlib.import_module(_MODULES[name])
    try:
        answer = typer.main.get_command(module.app).main(rest, prog_name=f"concord {name}", standalone_mode=False)
    except Trouble as trouble:
        return _tell(trouble, "--json" in rest)
    except typer.Exit as leaving:
        return leaving.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _tell(Trouble("Stopped before it was done."), False)
    except Exception as fault:
        if hasattr(fault, "format_message") and hasattr(fault, "exit_code"):  # a usage error, in Typer's words
            return _tell(Trouble(fault.format_message(), todo=f"See `concord {name} --help`."), "--json" in rest)
        raise
    return answer if isinstance(answer, int) else 0


if __name__ == "__main__":
    sys.exit(main())
