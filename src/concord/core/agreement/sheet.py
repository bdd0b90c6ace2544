"""Strict reading of the agreement's files: every word must be known, every need met, and a fault names its line."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from concord.core.agreement.lines import find_lines
from concord.core.trouble import Unreadable

T = TypeVar("T")


class Faults(Unreadable):
    """Everything wrong with an agreement's folder; nothing of it is used. `each` holds one `Unreadable` a fault."""

    def __init__(self, each: list[Unreadable]) -> None:
        more = f" There are {len(each) - 1} more faults: " if len(each) > 1 else ""
        super().__init__(
            each[0].what + more + " ".join(fault.what for fault in each[1:]),
            why=each[0].why,
            todo="Nothing was changed. Put the lines right and load the agreement again.",
            line=each[0].line,
        )
        self.each = tuple(each)


class Entry:
    """One table of a TOML file. Each reader takes a key once; `done` refuses whatever was not taken."""

    def __init__(
        self,
        file: str,
        data: Mapping[str, Any],
        lines: Mapping[tuple[str | int, ...], int],
        path: tuple[str | int, ...] = (),
    ) -> None:
        self.file, self._data, self._lines, self._path = file, data, lines, path
        self._taken: set[str] = set()

    def line(self, key: str = "") -> int:
        """The line of a key, or of the nearest table that holds it."""
        path = (*self._path, key) if key else self._path
        path = (*path, 0) if (*path, 0) in self._lines else path  # an array of tables begins at its first
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def fault(self, key: str, says: str, why: str = "") -> Unreadable:
        """A fault at a key's line, ready to raise."""
        line = self.line(key)
        todo = "Put the line right and load the agreement again; nothing was changed."
        return Unreadable(f"{self.file}, line {line}: {says}", why=why, todo=todo, line=line)

    def _take(self, key: str, kind: type[T], words: str, default: T | None) -> T:
        self._taken.add(key)
        value = self._data.get(key, default)
        if value is None:
            raise self.fault(key, f"{key!r} is missing.")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fault(key, f"{key!r} must be {words}, not {value!r}.")
        return value

    def has(self, key: str) -> bool:
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        """A text; an empty one counts as missing unless `default` is given."""
        value = self._take(key, str, "a text", default).strip()
        if not value and default is None:
            raise self.fault(key, f"{key!r} is empty.")
        return " ".join(value.split()) if "\n" in value else value

    def number(self, key: str, least: int = 0, default: int | None = None) -> int:
        value = self._take(key, int, "a whole number", default)
        if value < least:
            raise self.fault(key, f"{key!r} must be {least} or more, not {value}.")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        return self._take(key, bool, "true or false", default)

    def day(self, key: str) -> date:
        return self._take(key, date, "a date such as 2022-06-14", None)

    def maybe_day(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def words(
        self, key: str, known: Iterable[str] | None = None, what: str = "", *, may_be_empty: bool = False
    ) -> tuple[str, ...]:
        """A list of words, none twice; with `known`, each must be one of them (`what` says what they are)."""
        value = self._take(key, list, "a list of words", None)
        if not value and not may_be_empty:
            raise self.fault(key, f"{key!r} is empty.")
        for word in value:
            if not isinstance(word, str):
                raise self.fault(key, f"{key!r} must be a list of words, not {word!r}.")
            if known is not None and word not in known:
                raise self.fault(key, f"{word!r} in {key!r} is not a known {what}.")
        if len(set(value)) != len(value):
            raise self.fault(key, f"{key!r} says a word twice.")
        return tuple(value)

    def choice(self, key: str, known: Iterable[str], what: str, default: str | None = None) -> str:
        value = self.text(key, default)
        options = tuple(known)
        if value not in options and value != default:
            raise self.fault(key, f"{value!r} is not a known {what}.", why=f"Known: {', '.join(sorted(options))}.")
        return value

    def table(self, key: str, *, optional: bool = False) -> Entry:
        """A table within this one; an optional one that is absent reads as empty."""
        data = self._take(key, dict, "a table", {} if optional else None)
        return Entry(self.file, data, self._lines, (*self._path, key))

    def entries(self, key: str, *, optional: bool = False) -> list[Entry]:
        """An array of tables."""
        data = self._take(key, list, "a list of tables", [] if optional else None)
        if any(not isinstance(item, dict) for item in data):
            raise self.fault(key, f"{key!r} must be a list of tables.")
        return [Entry(self.file, item, self._lines, (*self._path, key, place)) for place, item in enumerate(data)]

    def names(self) -> tuple[str, ...]:
        return tuple(self._data)

    def plain(self) -> dict[str, Any]:
        """The table as it stands, for details whose keys are checked elsewhere."""
        self._taken.update(self._data)
        return dict(self._data)

    def done(self) -> None:
        """Refuse the first word that nothing asked for."""
        for key in self._data:
            if key not in self._taken:
                raise self.fault(key, f"{key!r} is not a word this file may use here.")


def open_sheet(path: Path) -> Entry:
    """The whole of one TOML file; raises Unreadable with the file's name and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        what = f"{path.name} could not be read."
        raise Unreadable(
            what, why=str(getattr(fault, "strerror", None) or fault), todo="Put the file in the agreement's folder."
        ) from None
    try:
        return Entry(path.name, tomllib.loads(text), find_lines(text))
    except tomllib.TOMLDecodeError as fault:
        line = int(_number_after(str(fault), "line ") or text.count("\n") + 1)
        what = f"{path.name}, line {line}: {fault}"
        raise Unreadable(what, todo="Put the line right and load the agreement again.", line=line) from None


def _number_after(text: str, word: str) -> str:
    rest = text.partition(word)[2]
    return rest[: len(rest) - len(rest.lstrip("0123456789"))]


def each(entries: Iterable[Entry], read: Callable[[Entry], T], faults: list[Unreadable]) -> list[T]:
    """Read every entry, gathering faults so that one load names them all."""
    good: list[T] = []
    for entry in entries:
        try:
            value = read(entry)
            entry.done()
            good.append(value)
        except Unreadable as fault:
            faults.append(fault)
    return good
