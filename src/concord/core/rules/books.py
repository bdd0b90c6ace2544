"""The rule books: which rules belong to which kind of file, with what the local authority accepted of DfE's sheet.

`CONCORD_RULES` names the folder of the files that `concord rules --compare SHEET --accept FILE` writes. They change
words, severities, terms and numbers; never an expression. Read in the order of their names, the last word holds.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

from concord.core.rules import ctf, school_census, workforce
from concord.core.rules.accepted import amended, read_accepted
from concord.core.rules.rule import Rule
from concord.core.trouble import Trouble

FOLDER: Final = "CONCORD_RULES"
_OWN: Final = {"SC": school_census.RULES, "SWF": workforce.RULES, "CTF": ctf.RULES}


def rules_of(kind: str) -> tuple[Rule, ...]:
    """Every rule of a kind of file (`SC`, `SWF`, `CTF`), in the order of its modules."""
    return _books(os.environ.get(FOLDER, "")).get(kind, ())


def every_rule() -> tuple[Rule, ...]:
    """Every rule of every kind of file."""
    return tuple(rule for book in _books(os.environ.get(FOLDER, "")).values() for rule in book)


def rule_of(code: str) -> Rule:
    """The rule with a code, as DfE or we number it; `Trouble` where there is none."""
    found = _by_code(os.environ.get(FOLDER, "")).get(code.casefold())
    if found is None:
        raise Trouble(f"There is no rule {code!r}.", todo="`concord rules` lists every rule.")
    return found


@cache
def _books(folder: str) -> dict[str, tuple[Rule, ...]]:
    books = {kind: tuple(rules) for kind, rules in _OWN.items()}
    known = {rule.code for rules in books.values() for rule in rules}
    for path in _files(folder):
        told = read_accepted(path, known)
        books = {kind: amended(rules, told) for kind, rules in books.items()}
    return books


def _files(folder: str) -> list[Path]:
    if not folder:
        return []
    place = Path(folder).expanduser()
    if not place.is_dir():
        raise Trouble(
            f"The folder of accepted rules {place} is not there.",
            todo=f"Correct the setting {FOLDER}, or unset it to go by the rule book as it ships.",
        )
    return sorted(place.glob("*.toml"))


@cache
def _by_code(folder: str) -> dict[str, Rule]:
    return {rule.code.casefold(): rule for rules in _books(folder).values() for rule in rules}
