"""Who may know whom: the contracts of pyproject.toml, and what they cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from house.source import ROOT, SRC, below, program

COURIER_COMMANDS = ("check", "rules", "courier", "receipt")
HUB_ONLY = (
    "django",
    "ninja",
    "psycopg",
    "procrastinate",
    "granian",
    "whitenoise",
    "allauth",
    "csp",
    "pydantic_settings",
)


_BARE = {"PYTHONPATH": str(SRC), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}


def test_floors_hold() -> None:
    words = "from importlinter.cli import lint_imports_command as go; go(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env=_BARE, capture_output=True, text=True, check=False
    )
    assert "0 broken" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_pages_never_reach_the_store_even_for_a_type() -> None:
    reached = [(one.place, module) for one in below("concord.web") for module, _ in one.imported() if _is_store(module)]
    assert reached == []


def _is_store(module: str) -> bool:
    return module == "concord.store" or module.startswith("concord.store.")


def test_core_and_courier_never_import_the_hub_even_for_a_type() -> None:
    rooms = below("concord.core", "concord.courier", "concord.county")
    reached = [(one.place, module) for one in rooms for module, _ in one.imported() if module.split(".")[0] in HUB_ONLY]
    assert reached == []


@pytest.mark.parametrize("command", COURIER_COMMANDS)
def test_a_command_of_the_couriers_side_imports_none_of_the_hubs_libraries(command: str) -> None:
    if not (SRC / f"concord/site/commands/{command}.py").exists():
        pytest.fail(f"the command {command} is not written")
    watch = f"import sys, concord.site.commands.{command}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", watch],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SRC), "PATH": ""},
    )
    assert set(done.stdout.split()).isdisjoint(HUB_ONLY)


def test_every_room_says_what_it_is_for() -> None:
    rooms = [
        one for one in program() if one.path.name == "__init__.py" and not one.name.endswith(("migrations", "models"))
    ]
    assert [one.place for one in rooms if not ast.get_docstring(one.tree)] == []
