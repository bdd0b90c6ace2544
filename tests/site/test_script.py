"""The `concord` script: what it decides by itself, and what happens when its set-up goes wrong or meets another."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from concord.site import set_up
from house.source import ROOT

SHIPPED = ("concord", "package-lock.json", "requirements", "src/concord/__init__.py", "src/concord/core/trouble.py")
SITE = tuple(f"src/concord/site/{name}.py" for name in ("__init__", "command", "set_up"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the script touches, in a folder with a space in its name."""
    place = tmp_path / "a check out"
    for name in (*SHIPPED, *SITE):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place / name)
    (place / "src/concord/core/__init__.py").touch()
    return place


def _stamped(checkout: Path, name: str) -> Path:
    """Give the checkout an environment that was made from lock `name`."""
    venv = checkout / ".venv"
    (venv / "bin").mkdir(parents=True, exist_ok=True)
    (venv / "bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (venv / "bin/python").chmod(0o755)
    shutil.copy(checkout / f"requirements/{name}.lock", venv / f"concord-{name}.lock")
    return venv


def _run(checkout: Path, *words: str, cwd: Path | None = None, **surroundings: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "HOME": str(checkout)} | surroundings
    return subprocess.run(
        [str(checkout / "concord"), *words], cwd=cwd or checkout, env=kept, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("lock", ["hub", "test"])
def test_a_ready_checkout_runs_from_any_folder_and_through_a_link(checkout: Path, tmp_path: Path, lock: str) -> None:
    _stamped(checkout, lock)
    (tmp_path / "json.py").write_text("raise SystemExit('a file of the current folder was imported')")
    (tmp_path / "link").symlink_to(checkout / "concord")
    for program in (checkout / "concord", tmp_path / "link"):
        begun = time.monotonic()
        done = subprocess.run([program, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("concord: ")
        assert done.stderr == ""
        assert time.monotonic() - begun < 5


def test_the_script_itself_costs_next_to_nothing(checkout: Path) -> None:
    venv = _stamped(checkout, "hub")
    (venv / "bin/python").write_text("#!/bin/sh\n")
    _run(checkout)
    taken = []
    for _ in range(8):
        begun = time.monotonic()
        _run(checkout, "check", "--json")
        taken.append(time.monotonic() - begun)
    assert min(taken) < 0.1  # the least: what it costs when nothing else has the processor


@pytest.mark.parametrize(
    ("words", "only", "lock", "wants"),
    [
        (["test"], "", "hub", "test pages"),
        (["check"], "", "courier", "hub"),
        (["serve"], "", "none", "hub pages"),
        (["courier", "run"], "courier", "none", "courier"),
    ],
)
def test_set_up_is_asked_for_what_the_command_needs(
    checkout: Path, words: list[str], only: str, lock: str, wants: str
) -> None:
    if lock != "none":
        _stamped(checkout, lock)
    (checkout / "src/concord/site/set_up.py").write_text("import sys; print(*sys.argv[1:]); sys.exit(1)")
    done = _run(checkout, *words, **({"CONCORD_ONLY": only} if only else {}))
    assert (done.returncode, done.stdout, done.stderr.strip()) == (2, "", wants)


def test_without_a_python_that_is_new_enough_it_says_what_to_do(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "readlink", "cmp"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    done = _run(checkout, "check", PATH=str(tools))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Python 3.11 or newer was not found" in done.stderr


def test_a_lock_with_a_wrong_hash_installs_nothing(checkout: Path, tmp_path: Path) -> None:
    wheel = _wheel(tmp_path, "honest", "1.0")
    (checkout / "requirements/courier.lock").write_text(f"honest==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    done = _run(checkout, "--help", CONCORD_ONLY="courier", PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheel.parent))
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip could not install" in done.stderr
    assert "What to do:" in done.stderr
    assert (checkout / ".venv/unfinished").exists()


def test_an_installation_cut_short_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv = tmp_path / "venv"
    (venv / "lib").mkdir(parents=True)
    (venv / "lib/half").touch()
    (venv / "unfinished").touch()
    monkeypatch.setattr(set_up, "_make", lambda where: (where / "fresh").touch())
    monkeypatch.setattr(set_up, "_install_lock", lambda where, name: None)
    set_up.install(venv, "hub")
    assert sorted(path.name for path in venv.iterdir()) == ["concord-hub.lock", "fresh"]
    assert set_up.installed(venv, "hub")
    assert set_up.installed(venv, "courier")
    assert not set_up.installed(venv, "test")


def test_two_set_ups_at_once_wait_for_each_other(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    words = "import sys, pathlib, concord.site.set_up as it\nwith it._alone(pathlib.Path(sys.argv[1])): print('in')"
    with (tmp_path / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other = subprocess.Popen(
            [sys.executable, "-c", words, str(tmp_path)],
            env={"PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert other.stderr
        assert "waiting for another set-up" in other.stderr.readline()
        assert other.poll() is None
    assert other.communicate(timeout=10)[0] == "in\n"


def _wheel(folder: Path, name: str, version: str) -> Path:
    """The smallest wheel there is."""
    import zipfile

    path = folder / "wheels" / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir()
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return path
