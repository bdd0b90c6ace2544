"""The program's own files as syntax trees, for the tests that read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
TESTS = ROOT / "tests"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its place, its dotted name, its text and its tree."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def names_called(self) -> Iterator[tuple[str, int]]:
        """Every call as (dotted name as written, line): `decide`, `agreement.decide`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno

    def imported(self) -> Iterator[tuple[str, str]]:
        """Every import as (module, name); name is empty for `import module`. Those under TYPE_CHECKING count."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from ((node.module, alias.name) for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)


@cache
def program() -> tuple[Source, ...]:
    """Every file of `src/concord`."""
    return tuple(_read(path) for path in sorted(SRC.rglob("*.py")))


@cache
def suite() -> tuple[Source, ...]:
    """Every Python file of `tests`."""
    return tuple(_read(path) for path in sorted(TESTS.rglob("*.py")))


def below(*rooms: str) -> list[Source]:
    """The program's files in the named packages (`concord.core`)."""
    return [one for one in program() if any(one.name == room or one.name.startswith(room + ".") for room in rooms)]


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    base = SRC if path.is_relative_to(SRC) else TESTS
    parts = path.relative_to(base).with_suffix("").parts
    return Source(path, ".".join(part for part in parts if part != "__init__"), text, ast.parse(text))


@cache
def tracked() -> tuple[str, ...]:
    """The paths git knows, or every path where this is no checkout (a source archive)."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        away = {".venv", "node_modules", ".git", ".concord"}
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return tuple(str(path) for path in found if not away & set(path.parts))
    return tuple(path for path in done.stdout.split("\0") if path and (ROOT / path).exists())


def code_lines(source: Source, function: Function) -> int:
    """Lines of a function that hold code: not blank, not its docstring, not only a comment; from `def` to its end."""
    first = function.body[0]
    told: set[int] = set()
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        told = set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines = source.text.splitlines()
    numbers = range(function.lineno, (function.end_lineno or function.lineno) + 1)
    return sum(1 for number in numbers if number not in told and (line := lines[number - 1].strip()) and line[0] != "#")
