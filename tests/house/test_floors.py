"""Who may know whom: the contracts of pyproject.toml, and what they cannot say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from house.source import ROOT, SRC, below, program

COURIER_COMMANDS = ("check", "rules", "courier", "receipt", "ledger")
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
def test_a_command_of_the_couriers_side_runs_with_the_couriers_own_packages(command: str) -> None:
    """It starts with every package hidden that requirements/courier.lock does not name."""
    if not (SRC / f"concord/site/commands/{command}.py").exists():
        pytest.fail(f"the command {command} is not written")
    allowed = _allowed()
    hidden = [
        module for module, names in packages_distributions().items() if not allowed & {_plain(one) for one in names}
    ]
    assert {"django", "psycopg"} <= set(hidden)
    words = [sys.executable, "-c", _HIDING, command, *hidden]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=_BARE)
    assert done.returncode == 0, done.stderr
    assert f"concord {command}" in done.stdout


_HIDING = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in sys.argv[2:]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
from concord.site.command import main
sys.exit(main([sys.argv[1], "--help"]))
"""


def _allowed() -> set[str]:
    lock = (ROOT / "requirements/courier.lock").read_text()
    return {_plain(name) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", lock)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_room_says_what_it_is_for() -> None:
    rooms = [
        one for one in program() if one.path.name == "__init__.py" and not one.name.endswith(("migrations", "models"))
    ]
    assert [one.place for one in rooms if not ast.get_docstring(one.tree)] == []
