"""Formatting, lint, types and security lint, as the configuration in pyproject.toml says."""

from __future__ import annotations

import subprocess
import sys

from house.source import ROOT

STRICT = ("src/concord/core", "src/concord/desk")


def _clean(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def test_every_file_is_formatted() -> None:
    _clean("ruff", "format", "--check", "--no-cache", "src", "tests", "bench")


def test_every_file_passes_the_linter() -> None:
    _clean("ruff", "check", "--no-cache", "--output-format", "concise", "src", "tests", "bench")


def test_types_hold_everywhere() -> None:
    _clean("mypy")


def test_types_hold_strictly_in_core_and_desk() -> None:
    _clean("mypy", "--strict", *STRICT)


def test_no_known_insecure_construction() -> None:
    _clean(
        "bandit",
        "-q",
        "-r",
        "src",
        "-c",
        "pyproject.toml",
        "--severity-level",
        "medium",
        "--confidence-level",
        "medium",
    )


def test_every_import_is_declared_and_every_requirement_imported() -> None:
    _clean("deptry", "src")
