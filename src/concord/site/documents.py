"""The pages of `docs/` that are made from the program itself, so that they cannot fall behind it.

`python -m concord.site.documents` writes them; a test of the house compares them.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from concord.core.agreement.load import load
from concord.core.agreement.pages import clause_register, flow_schedule
from concord.core.agreement.schedule import Agreement
from concord.core.rules.book import render_rule_book
from concord.core.shelf import shelf
from concord.site.command import COMMANDS
from concord.site.config import Config, default_shown
from concord.site.dictionary import data_dictionary

ROOT = Path(__file__).resolve().parents[3]
_NOTE = "<!-- Made by `python -m concord.site.documents` from the program. Change the program, not this page. -->\n"
_STATUSES = """\
Exit status, of every command: **0** done, and what was checked holds · **1** what was checked does not hold ·
**2** could not be done (the message says what to do) · **3** refused by the agreement (the message names the clause).
With `--json`, standard output holds one JSON document and nothing else.
"""


_NOT_OURS = ("help", "install_completion", "show_completion")


def commands_page() -> str:
    """`docs/commands.md`: every command and each of its options, from what `--help` itself is made of."""
    parts = [_NOTE, "# Commands", "", _STATUSES]
    for name, words in COMMANDS.items():
        parts += [f"## concord {name}", "", f"{words[0].upper()}{words[1:]}.", ""]
        with contextlib.suppress(ModuleNotFoundError):
            parts += list(_of_command(command_of(name), f"concord {name}"))
    return "\n".join(parts).rstrip() + "\n"


def command_of(name: str) -> Any:
    """The command as the command line runs it. Raises ModuleNotFoundError where it is not written."""
    return typer.main.get_command(importlib.import_module(f"concord.site.commands.{name}").app)


def _of_command(command: Any, path: str) -> Iterator[str]:
    help_text = (command.help or "").strip()
    if help_text:
        yield from (help_text.replace("\b\n", ""), "")
    shown = [part for part in command.params if not getattr(part, "hidden", False) and part.name not in _NOT_OURS]
    if shown:
        yield from ("| option | meaning | default |", "|---|---|---|", *(_of_parameter(part) for part in shown), "")
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from (f"### {path} {name}", "", *_of_command(inner, f"{path} {name}"))


def _of_parameter(part: Any) -> str:
    names = ", ".join(f"`{name}`" for name in part.opts) if part.param_type_name == "option" else f"`{_argument(part)}`"
    given = part.default
    plain = given is not None and not callable(given) and given not in ((), [], "", False)
    default = f"`{given}`" if plain else ("required" if part.required else "")
    words = " ".join((getattr(part, "help", None) or "").split()).replace("|", "\\|")
    return f"| {names} | {words} | {default} |"


def _argument(part: Any) -> str:
    return f"{str(part.name).upper()}{'…' if part.nargs == -1 else ''}"


def settings_page() -> str:
    """`docs/settings.md`: every setting, its default and its meaning."""
    told = "Each is read from the environment, else from `settings.env` in the home folder, else it is the default."
    rows = [
        f"| `CONCORD_{name.upper()}` | {_code(default_shown(name))} | {field.description} |"
        for name, field in Config.model_fields.items()
    ]
    head = "| setting | default | meaning |\n|---|---|---|"
    see = "`concord settings` shows this machine's values and where each comes from; a secret's value is never shown."
    return "\n".join([_NOTE, "# Settings", "", told, see, "", head, *rows]) + "\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _of_agreement(page: Callable[[Agreement], str]) -> Callable[[], str]:
    """A page of the agreement the program ships with."""
    return lambda: page(load(shelf("agreements") / "kent-2022"))


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/commands.md": commands_page,
    "docs/settings.md": settings_page,
    "docs/data-dictionary.md": data_dictionary,
    "docs/generated/clause-register.md": _of_agreement(clause_register),
    "docs/generated/flows.md": _of_agreement(flow_schedule),
    "docs/generated/rule-book.md": lambda: render_rule_book(ROOT / "tests" / "cases"),
}
"""Path in the checkout → what makes the page."""


def stale() -> list[str]:
    """Pages that are not as the program would write them now."""
    places = ((name, ROOT / name, render) for name, render in DOCUMENTS.items())
    return [name for name, path, render in places if not path.exists() or path.read_text() != render()]


def main() -> int:
    """Write every page that is not current and say which."""
    for name in stale():
        (ROOT / name).write_text(DOCUMENTS[name]())
        sys.stderr.write(f"wrote {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
