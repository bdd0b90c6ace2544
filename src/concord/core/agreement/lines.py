"""Where each key of a TOML file stands: the standard reader gives the values, this gives the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\[(\[)?\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_STRINGS = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#|[\[\]{}]')


def _parts(text: str) -> Path:
    return tuple(a or b or c for a, b, c in _PART.findall(text))


def _close(line: str, quote: str, depth: int) -> tuple[str, int]:
    """The open triple quote (or none) and the bracket depth after this line."""
    if quote:
        end = line.find(quote)
        return (quote, depth) if end < 0 else _close(line[end + 3 :], "", depth)
    for found in _STRINGS.finditer(line):
        sign = found.group()
        if sign == "#":
            break
        if sign in ('"""', "'''"):
            return _close(line[found.end() :], sign, depth)
        depth += (sign in "[{") - (sign in "]}")
    return "", depth


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each line that begins a header or a key, with its number; the inside of a long value is passed over."""
    quote, depth = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        begins = not quote and not depth
        header = begins and line.lstrip().startswith("[")
        if begins:
            yield number, line
        if not header:
            quote, depth = _close(line, quote, depth)


def find_lines(text: str) -> dict[Path, int]:
    """The line of every table and key, by path; the items of an array of tables are numbered from 0."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in _statements(text):
        header = _HEADER.match(line.lstrip())
        key = None if header else _KEY.match(line)
        if header:
            table = _open(header, counts)
            found.setdefault(table, number)
        elif key:
            found.setdefault(table + _parts(key.group(1)), number)
    return found


def _open(header: re.Match[str], counts: dict[Path, int]) -> Path:
    path: Path = ()
    parts = _parts(header.group(2))
    for part in parts[:-1]:
        path += (part,)
        path += (counts[path] - 1,) if path in counts else ()
    path += (parts[-1],)
    if not header.group(1):
        return path
    counts[path] = counts.get(path, 0) + 1
    return (*path, counts[path] - 1)
