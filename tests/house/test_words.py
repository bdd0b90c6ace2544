"""The words of GLOSSARY.md, in names that programmers read and in what is committed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from house.source import ROOT, Source, program, suite, tracked

FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "handler", "service", "common", "student", "students"}
DJANGO_NAMES = {"BaseUserManager"}
FIELD_NAMES = re.compile(
    r"[Ss]chool_?([Dd]ay|[Yy]ear|[Cc]ensus|[Ww]orkforce)"
)  # the field's words, not an establishment


def _names(source: Source) -> Iterator[tuple[str, int]]:
    yield from ((part, 0) for part in source.name.split("."))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno


def _words(name: str) -> set[str]:
    return {word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", part)}


def test_no_empty_word_is_the_name_of_anything() -> None:
    empty = [
        f"{one.place}:{line} {name}"
        for one in (*program(), *suite())
        for name, line in _names(one)
        if _words(name) & FORBIDDEN and name not in DJANGO_NAMES
    ]
    assert empty == []


def test_functions_and_classes_say_establishment() -> None:
    """`school` stays only in DfE's own names (`school_census`) and the field's words for time."""
    off = [
        f"{one.place}:{line} {name}"
        for one in program()
        for name, line in _names(one)
        if line and {"school", "schools"} & _words(name) and not FIELD_NAMES.search(name) and not _is_dfe(one)
    ]
    assert off == []


def _is_dfe(source: Source) -> bool:
    """Rooms that spell DfE's own data, and the synthetic county, which plays the schools."""
    return source.name.startswith(("concord.core.returns", "concord.core.rules", "concord.county"))


def test_nothing_of_other_peoples_is_committed() -> None:
    ending = (".woff", ".woff2", ".ttf", ".otf", ".eot", ".min.js", ".min.css", ".css.map")
    strange = [path for path in tracked() if path.endswith(ending) or "node_modules/" in path or "/vendor/" in path]
    assert strange == []


def test_no_lock_file_names_an_address() -> None:
    locks = [*sorted((ROOT / "requirements").glob("*.lock")), ROOT / "package-lock.json"]
    named = [
        lock.name
        for lock in locks
        if re.search(r"--(extra-)?index-url|\"resolved\"|https?://(?!github\.com)", _bare(lock))
    ]
    assert len(locks) >= 5
    assert named == []


def _bare(lock: object) -> str:
    """A lock without the lines that say whom to thank (`funding`), which are not where anything is fetched from."""
    text = lock.read_text()
    return re.sub(r'"funding":\s*(\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", text)


def test_every_package_of_a_lock_has_its_hash() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        packages = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^#.*\n", "", lock.read_text()))
        assert [one.split()[0] for one in packages if one.strip() and "--hash=sha256:" not in one] == [], lock.name


def test_nothing_is_expected_to_fail_and_no_skip_is_silent() -> None:
    """At run time conftest.py fails a skip without a reason; here it is already seen in the source."""
    silent = [
        f"{one.place}:{line} {called}"
        for one in suite()
        for called, line, arguments in _pytest_calls(one)
        if called.endswith("xfail") or not arguments
    ]
    assert silent == []


def _pytest_calls(source: Source) -> Iterator[tuple[str, int, int]]:
    """Uses of skip, skipif and xfail as (name, line, how many reasons they give)."""
    called = {id(node.func): node for node in ast.walk(source.tree) if isinstance(node, ast.Call)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in _SKIPS:
            call = called.get(id(node))
            named = [word.arg for word in call.keywords] if call else []
            given = len(call.args) if call and not node.attr.endswith("if") else 0
            yield ast.unparse(node), node.lineno, given + named.count("reason")


_SKIPS = ("pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.xfail", "pytest.mark.xfail")
