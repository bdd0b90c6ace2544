"""DfE's code sets as dated data: which codes may be used on a day, and what they mean.

The sets lie in the folder `codesets/`: one TOML table a set (title, source, tag, codes), long lists in a CSV beside.
An LA's own folder is read after it: a set of the same name there adds codes, and a code of the same name takes the
place of ours, so a new year needs a file and no program. Tag V: verified in the source named; K: from knowledge.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from concord.core.shelf import shelf
from concord.core.trouble import Trouble

NOT_CODE_SETS: Final = ("across.toml", "collections.toml", "thresholds.toml")


class UnknownCodeSet(Trouble):
    """A code set that is not in the folder: a rule or a data item names one that was never written."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code. Both days are inclusive; None means no bound. `collect` is how COLLECT's CSV export may write it."""

    code: str
    label: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    parent: str = ""
    tag: str = ""
    collect: str = ""

    def on(self, day: date) -> bool:
        """Whether the code may be used on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class CodeSet:
    """A list of codes with where it comes from. `tag` V or K is that of codes without one of their own."""

    name: str
    title: str
    source: str
    tag: str
    codes: tuple[Code, ...]
    cbds: str = ""
    note: str = ""
    _by_code: Mapping[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {one.code: one for one in self.codes})

    def get(self, code: str) -> Code | None:
        return self._by_code.get(code)

    def on(self, day: date) -> frozenset[str]:
        """The codes that may be used on the day."""
        return frozenset(one.code for one in self.codes if one.on(day))

    def joined(self, other: CodeSet) -> CodeSet:
        """This set with the codes of the other: new ones added, ones of the same name replaced in their place."""
        newer = {one.code: one for one in other.codes}
        kept = tuple(newer.pop(one.code, one) for one in self.codes)
        return replace(self, codes=kept + tuple(newer.values()))


@dataclass(frozen=True)
class CodeSets:
    """All sets by name."""

    sets: Mapping[str, CodeSet]

    def __getitem__(self, name: str) -> CodeSet:
        try:
            return self.sets[name]
        except KeyError:
            raise UnknownCodeSet(
                f"There is no code set “{name}”.",
                why=f"The folder codesets has {len(self.sets)} sets, and none of that name.",
                todo="Correct the name, or add the set to a TOML file in the folder.",
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.sets)

    def codes(self, name: str, on: date) -> frozenset[str]:
        """The codes of a set that may be used on a day."""
        return self[name].on(on)

    def label(self, name: str, code: str) -> str:
        """What a code means, whatever the day; empty for a code the set has not."""
        found = self[name].get(code)
        return found.label if found else ""

    def parent(self, name: str, code: str) -> str:
        """The code it rolls up to (main ethnicity, class of an attendance code); empty where it has none."""
        found = self[name].get(code)
        return found.parent if found else ""


@cache
def load(*more: Path, folder: Path | None = None) -> CodeSets:
    """The sets of `folder` (ours when not given), then those of the LA's own folders `more`, joined to them."""
    sets: dict[str, CodeSet] = {}
    for place in (folder or shelf("codesets"), *more):
        for one in _read_folder(place):
            sets[one.name] = sets[one.name].joined(one) if one.name in sets else one
    return CodeSets(sets)


def _read_folder(folder: Path) -> Iterator[CodeSet]:
    for path in sorted(folder.glob("*.toml")):
        if path.name not in NOT_CODE_SETS:
            yield from _read_file(path)


def _read_file(path: Path) -> Iterator[CodeSet]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, table in tables.items():
            yield _code_set(name, table, path.parent)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, OSError) as fault:
        raise Trouble(
            f"The code sets in {path.name} cannot be read.",
            why=f"{type(fault).__name__}: {fault}.",
            todo="Each set needs title, source, tag and codes; codes are text in quotation marks, days are bare dates.",
        ) from fault


def _code_set(name: str, table: Mapping[str, Any], folder: Path) -> CodeSet:
    codes = [*_expanded(table.get("ranges", ())), *(_code(one) for one in table.get("codes", ()))]
    if "file" in table:
        codes += _read_csv(folder / table["file"])
    if len({one.code for one in codes}) != len(codes):
        raise ValueError(f"set {name} has a code twice")
    texts = {key: str(table.get(key, "")) for key in ("cbds", "note")}
    return CodeSet(name, table["title"], table["source"], table["tag"], tuple(codes), **texts)


def _code(entry: Mapping[str, Any]) -> Code:
    if not isinstance(entry["code"], str):
        raise TypeError(f"code {entry['code']!r} is not text: write it in quotation marks")
    return Code(**entry)


def _expanded(ranges: Iterable[str]) -> Iterator[Code]:
    """`201-213` as its thirteen codes, leading zeros kept."""
    for one in ranges:
        first, _, last = one.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield Code(f"{number:0{len(first)}d}")


def _read_csv(path: Path) -> list[Code]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Code(
                row["code"],
                row["label"],
                _day(row["valid_from"]),
                _day(row["valid_to"]),
                row["parent"],
                row["tag"],
            )
            for row in csv.DictReader(file, strict=True)
        ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
