"""The embedded database: a real PostgreSQL server that the hub starts by itself, from its own folder.

    with Embedded(home / "database") as server:
        server.dsn("app")

Several processes may use one folder: the first starts the server, the last to leave stops it. Whoever dies without
leaving is not waited for, because what each holds is a lock that ends with its process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from concord.core.trouble import Trouble
from concord.site import postgres
from concord.site.roles import (
    DATABASE,
    ROLES,
    Role,
    address,
    give_schema,
    make_database,
    make_roles,
    passwords,
    role_name,
)

_ADMIN = "concord_admin"
_LONGEST_SOCKET = 90  # the system's limit is 107 (Linux) or 103 (macOS), with `/.s.PGSQL.65535` to come
_ELSEWHERE = Path("/var/lib/concord")
_PATIENCE = 20.0
_SETTINGS = """\
# Written by the hub at each start.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'
# A statement or the detail of an error can hold a pupil's values: neither is written to the log.
log_error_verbosity = terse
log_min_error_statement = panic
log_statement = none
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


class Embedded:
    """One server on one folder. `durable=False` is for tests: a commit survives a killed process, not a power cut."""

    def __init__(self, folder: Path, *, programs: Path | None = None, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self._given = programs
        self._account = postgres.account()
        self._use: int | None = None

    def __enter__(self) -> Embedded:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    # -- addresses -------------------------------------------------------------------------------------------------

    def dsn(self, role: Role | str, database: str = DATABASE) -> str:
        """The address of `database` for a role: `owner`, `app`, `ledger`, or `admin` (making databases, backup)."""
        word = self._passwords[role]
        return address(role_name(role), word, host=str(self._sockets), port=self._port(), database=database)

    def environment(self) -> dict[str, str]:
        """What `concord.site.settings` reads the three roles' addresses from."""
        return {f"CONCORD_{role.upper()}_DSN": self.dsn(role) for role in ROLES}

    @property
    def programs(self) -> Path:
        """The folder of the server's own programs (`pg_dump`, `pg_restore`, `psql`)."""
        return postgres.programs(self._given)

    @property
    def place(self) -> Path:
        """Where the data lies: in the folder, or elsewhere if the server's account cannot reach the folder."""
        kept = self.folder / "place"
        if kept.exists():
            return Path(kept.read_text().strip())
        if postgres.may_walk(self.folder, self._account):
            return self.folder  # not written down: a checkout may be moved
        place = _ELSEWHERE / secrets.token_hex(6)
        kept.write_text(f"{place}\n")
        return place

    @property
    def data(self) -> Path:
        return self.place / "data"

    # -- starting and stopping -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Have the server run: attach to it, start it, or make it first. Raises Trouble with the server's own words."""
        self.folder.mkdir(mode=0o711 if self._account else 0o700, parents=True, exist_ok=True)
        with _held(self.folder / "starting"):
            self._use = _shared(self.folder / "in-use") if self._use is None else self._use
            try:
                self._bring_up()
            except OSError as fault:
                raise Trouble(
                    f"The embedded database cannot use {fault.filename}.",
                    why=fault.strerror or "",
                    todo="Run the hub as the user who made the folder, or set CONCORD_HOME to another.",
                ) from fault

    def leave(self) -> None:
        """Stop using the server; the last one out stops it."""
        if self._use is None:
            return
        os.close(self._use)
        self._use = None
        with _held(self.folder / "starting"), contextlib.suppress(BlockingIOError):
            _alone(self.folder / "in-use")
            self.stop()

    def stop(self) -> None:
        """Stop the server now, whoever uses it: sessions are ended, nothing committed is lost."""
        if self.running():
            self._control("stop", "-m", "fast", "-w", "-t", "30")

    def destroy(self) -> None:
        """Stop the server and delete its folder, data and passwords with it."""
        if not self.folder.exists():
            return
        self.leave()
        self.stop()
        for folder in (self._sockets, self.place, self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def running(self) -> bool:
        return self.pid() is not None

    def pid(self) -> int | None:
        """The process id of the server of this folder, or None: a number left behind by a crash does not count."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(number, 0)
        except PermissionError:
            return number if self._is_ours(number) else None
        except (OSError, ValueError):
            return None
        return number if self._is_ours(number) else None

    # -- databases -------------------------------------------------------------------------------------------------

    def make_database(self, name: str, template: str = "template0") -> None:
        """Make a database with the three roles' rights: empty, or a copy of `template`, which nobody may be using."""
        with self._connect() as admin:
            make_database(admin, name, template)
        with self._connect(name) as inside:
            give_schema(inside)

    def drop_database(self, name: str) -> None:
        """Delete a database, ending the sessions in it."""
        with self._connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _passwords(self) -> dict[str, str]:
        return passwords(self.folder / "passwords.json", ("admin", *ROLES))

    @property
    def _bin(self) -> Path:
        return postgres.within_reach(self.programs, self._account, _ELSEWHERE)

    @property
    def _sockets(self) -> Path:
        kept = self.place / "sockets"
        return kept if len(str(kept)) <= _LONGEST_SOCKET else Path(self._kept("sockets-at", self._short_folder))

    def _short_folder(self) -> str:
        return tempfile.mkdtemp(prefix="concord-", dir="/tmp")  # nosec B108: a socket's path must be short; mkdtemp's is private

    def _kept(self, name: str, make: Callable[[], object]) -> str:
        path = self.place / name
        if not path.exists():
            path.write_text(str(make()))
        return path.read_text().strip()

    def _port(self) -> int:
        return int(self._kept("port", _free_port))

    def _connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.dsn("admin", database), autocommit=True)

    def _is_ours(self, number: int) -> bool:
        """Whether process `number` is this server: it works in the data folder. Without /proc the number must do."""
        link = Path(f"/proc/{number}/cwd")
        if not Path("/proc/self/cwd").exists():
            return True
        try:
            return link.readlink() == self.data.resolve()
        except OSError:
            return False

    def _bring_up(self) -> None:
        if self._answers():
            return
        self._make_place()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._launch()
        self._furnish()

    def _answers(self) -> bool:
        """Whether the server of this folder takes connections: waits for one that starts, gives up one that dies."""
        until = time.monotonic() + _PATIENCE
        while self.running() and time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError), self._connect():
                return True
            time.sleep(0.05)
        return False

    def _make_place(self) -> None:
        self.place.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self._account and self.place != self.folder:
            self.place.parent.chmod(0o711)
        if self._account and self.data.exists():
            self._account = postgres.Account(self.data.stat().st_uid, self.data.stat().st_gid)
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        if self._account:
            self._account.owns(self._sockets)

    def _initialise(self) -> None:
        """Make the data beside their place and move them there whole: an interruption leaves nothing half made."""
        new = self.place / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        with self._password_file() as word:
            if self._account:
                self._account.owns(new)
                self._account.owns(word)
            initdb: list[str | Path] = [
                self._bin / "initdb",
                "-D",
                new,
                "-U",
                _ADMIN,
                f"--pwfile={word}",
                *self._initdb(),
            ]
            done = postgres.run(initdb, self._account)
        if done.returncode:
            raise Trouble("The embedded database could not be made.", why=_last_words(done.stdout + done.stderr))
        with (new / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'concord.conf'\n")
        new.rename(self.data)

    def _initdb(self) -> tuple[str, ...]:
        options = ("--data-checksums", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C")
        return options if self.durable else (*options, "--no-sync")

    @contextlib.contextmanager
    def _password_file(self) -> Iterator[Path]:
        word = self.place / "word.new"
        word.unlink(missing_ok=True)
        word.touch(mode=0o600)
        try:
            word.write_text(self._passwords["admin"])
            yield word
        finally:
            word.unlink()

    def _check_version(self) -> None:
        made = (self.data / "PG_VERSION").read_text().strip()
        have = postgres.major(self.programs)
        if made != str(have):
            raise Trouble(
                f"The embedded database was made by PostgreSQL {made}; the programs here are version {have}.",
                todo="Set CONCORD_POSTGRES to the programs of that version, or restore a backup here.",
            )

    def _launch(self) -> None:
        self._sweep()
        port = self._port()
        if not _is_free(port):
            (self.place / "port").unlink()
            port = self._port()
        settings = _SETTINGS.format(port=port, sockets=self._sockets, durable="on" if self.durable else "off")
        (self.data / "concord.conf").write_text(settings)
        (self.data / "concord.conf").chmod(0o644)
        until = time.monotonic() + _PATIENCE
        while True:
            done = self._control("start", "-w", "-t", "30", "-l", str(self.data / "server.log"))
            if not done:
                return
            if "shared memory" not in done or time.monotonic() > until:
                raise Trouble("The embedded database did not start.", why=done, todo=f"See {self.data / 'server.log'}.")
            time.sleep(0.1)

    def _sweep(self) -> None:
        """Take away what a killed server left: `running` said nobody is there, and the start is ours alone."""
        for left in (self.data / "postmaster.pid", *self._sockets.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def _control(self, *words: str) -> str:
        """Run `pg_ctl`; an empty answer is success, anything else is what the server said last."""
        done = postgres.run([self._bin / "pg_ctl", "-D", self.data, *words], self._account)
        log = self.data / "server.log"
        return (
            "" if not done.returncode else _last_words(log.read_text(errors="replace") if log.exists() else done.stderr)
        )

    def _furnish(self) -> None:
        with self._connect() as admin:
            make_roles(admin, self._passwords, ROLES)
        self.make_database(DATABASE)


def _last_words(text: str) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-4:])


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _shared(path: Path) -> int:
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(number, fcntl.LOCK_SH)
    return number


def _alone(path: Path) -> None:
    """Raises BlockingIOError if anyone holds `path` as shared."""
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
