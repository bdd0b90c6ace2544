"""One gate: who may decide, who may make a permit, and that pupil data is reached with one in hand."""

from __future__ import annotations

import ast

import pytest

from house.source import SRC, Source, below, program

DECIDE = "concord.core.agreement.decide"
GATE = "concord.desk.gate"
TELLS_ONLY = {"concord.site.commands.decide"}  # says what the gate would answer; moves and logs nothing
ROOMS = (
    *("pupils", "register", "returns", "changes", "vault", "feeds", "search", "movers", "discrepancies", "hidden"),
    "emergencies",
)
PUPIL_ROOMS = tuple(f"concord.store.{room}" for room in ROOMS)
REGISTER = ("Pupil", "PupilValue", "Enrolment", "AttendancePeriod", "Suspension")


def _made(source: Source, name: str) -> list[str]:
    return [f"{source.place}:{line}" for called, line in source.names_called() if called.split(".")[-1] == name]


def test_only_decide_makes_a_permit() -> None:
    makers = {one.name for one in program() if _made(one, "Permit")}
    assert makers == {DECIDE}


def test_no_permit_is_copied_into_another() -> None:
    def copies(one: Source) -> bool:
        knows = any(name == "Permit" for _, name in one.imported())
        return knows and any(
            called in ("replace", "dataclasses.replace", "copy.replace") for called, _ in one.names_called()
        )

    assert [one.place for one in program() if one.name != DECIDE and copies(one)] == []


def test_only_the_gate_calls_decide() -> None:
    callers = {one.name for one in program() if _calls_decide(one)}
    assert GATE in callers
    assert callers - {GATE, DECIDE} <= TELLS_ONLY


def _calls_decide(source: Source) -> bool:
    """Whether a file calls core.agreement's `decide`, by whatever name it imported it."""
    if source.name.startswith("concord.core.agreement"):
        return False
    brought = [(module, name) for module, name in source.imported() if module.startswith("concord.core.agreement")]
    return any(name == "decide" for _, name in brought) or any(module == DECIDE for module, _ in brought)


@pytest.mark.parametrize("room", PUPIL_ROOMS)
def test_every_public_function_of_the_pupil_rooms_takes_a_permit_first(room: str) -> None:
    functions = [
        (one.place, node)
        for one in below(room)
        for node in one.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert functions, f"{room} is not written"
    without = [f"{place}:{node.lineno} {node.name}" for place, node in functions if not _takes_permit(node)]
    assert without == []


def _takes_permit(function: ast.FunctionDef) -> bool:
    first = (function.args.posonlyargs + function.args.args)[:1]
    return bool(first) and first[0].arg == "permit" and ast.unparse(first[0].annotation or ast.Constant("")) == "Permit"


def test_only_the_store_asks_the_register() -> None:
    asked = [
        f"{one.place}:{node.lineno} {ast.unparse(node)}"
        for one in program()
        if not one.name.startswith("concord.store")
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
        if ast.unparse(node.value).split(".")[-1] in REGISTER
    ]
    assert asked == []


def test_no_pupil_is_in_a_django_admin() -> None:
    using = [
        one.place for one in program() if any(module.startswith("django.contrib.admin") for module, _ in one.imported())
    ]
    assert using == []
    assert "django.contrib.admin" not in (SRC / "concord/site/settings.py").read_text()
