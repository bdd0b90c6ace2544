"""The suite's own honesty: what could not run is listed with its reason, and a skip without one fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from house.not_run import not_run
from house.source import ROOT, TESTS

SUITE = """
import pytest
from house.not_run import not_run

def test_good(): pass
def test_cannot(): not_run("this machine has no such thing")
def test_silent(): pytest.skip()
@pytest.mark.skip
def test_marked(): pass
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], dict[str, object]]:
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_sample.py").write_text(SUITE)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CI", "CONCORD_", "PYTEST_"))}
    words = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-n", "2"]
    words += ["-p", "conftest", f"--figures={folder}/figures.json", str(folder)]
    surroundings = kept | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(TESTS)])}
    done = subprocess.run(words, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    return done, json.loads(Path(folder / "figures.json").read_text())


def test_what_could_not_run_is_listed_with_its_reason(
    finished: tuple[subprocess.CompletedProcess[str], object],
) -> None:
    lines = finished[0].stdout.splitlines()
    at = lines.index("this machine has no such thing: 1")
    assert "Not run" in lines[at - 1]
    assert "test_cannot" in lines[at + 1]


def test_a_skip_without_a_reason_is_a_failure(finished: tuple[subprocess.CompletedProcess[str], object]) -> None:
    assert finished[0].returncode == 1
    assert finished[0].stdout.count("skipped without a reason") == 2


def test_the_closing_line_is_the_last_and_the_figures_agree(
    finished: tuple[subprocess.CompletedProcess[str], dict[str, object]],
) -> None:
    done, figures = finished
    assert done.stdout.strip().splitlines()[-1].startswith("1 failed, 1 passed, 1 skipped, 1 error in ")
    assert (figures["passed"], figures["failed"], figures["error"]) == (1, 1, 1)
    assert len(figures["failures"]) == 2
    assert [one["reason"] for one in figures["not_run"]] == ["this machine has no such thing"]


@pytest.mark.parametrize("reason", ["", "no", "not here"])
def test_a_reason_that_says_nothing_is_refused(reason: str) -> None:
    with pytest.raises(ValueError, match="does not say why"):
        not_run(reason)
