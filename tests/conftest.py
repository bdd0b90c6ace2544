"""What every test may lean on: a database of its own, and an honest account of what could not run."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from concord.site.embedded import Embedded

# One browser a worker: a fixture imported into several modules would be started once for each, and the second fails.
pytest_plugins = ["journeys.kit"]

_PREFIX = f"concord-tests-{os.getuid()}-"
if "PYTEST_XDIST_WORKER" not in os.environ:  # whoever began the run names its home; its workers inherit the name
    os.environ["CONCORD_HOME"] = str(Path(tempfile.gettempdir()) / f"{_PREFIX}{os.getpid()}" / "home")
_HOME = Path(os.environ["CONCORD_HOME"]).parent

hypothesis_settings.register_profile(
    "suite",
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", default="", help="write the run's figures to this file as JSON")


# -- not run ---------------------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A skip that does not say why is a failure: silence is how a suite learns to lie."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _reason(report) in ("", "unconditional skip"):
        report.outcome, report.longrepr = (
            "failed",
            f"{item.nodeid} was skipped without a reason",
        )
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
    return said.removeprefix("Skipped").removeprefix(":").strip()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The *Not run* list comes before the closing line, which pytest writes last."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons: dict[str, list[str]] = {}
    for report in skipped:
        reasons.setdefault(_reason(report), []).append(report.nodeid)
    if reasons:
        terminalreporter.section("Not run")
    for reason, nodes in sorted(reasons.items()):
        terminalreporter.write_line(f"{reason}: {len(nodes)}")
        for node in nodes:
            terminalreporter.write_line(f"    {node}")
    _write_figures(terminalreporter, config.getoption("--figures"), reasons)


def _write_figures(reporter: pytest.TerminalReporter, path: str, reasons: dict[str, list[str]]) -> None:
    if not path:
        return
    counts = {kind: len(reporter.stats.get(kind, [])) for kind in ("passed", "failed", "error", "xfailed", "xpassed")}
    failed = [report.nodeid for kind in ("failed", "error") for report in reporter.stats.get(kind, [])]
    not_run = [{"reason": reason, "tests": nodes} for reason, nodes in sorted(reasons.items())]
    Path(path).write_text(json.dumps({**counts, "failures": failed, "not_run": not_run}) + "\n")


# -- the run's own home ------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """The hub's settings as if on a new machine. pytest-django has read them by now, so they are read again."""
    from django.conf import settings

    from concord.site import config as hub

    hub.config.cache_clear()
    settings.CONFIG = hub.config()
    settings.SECRET_KEY, settings.STATIC_ROOT = settings.CONFIG.secret_key, hub.make_private(_HOME / "home" / "static")
    if not hasattr(config, "workerinput"):
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if not _alive(left.name.removeprefix(_PREFIX)):
                _remove(left)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that began the run takes away the server and the home folder it made."""
    if not hasattr(config, "workerinput"):
        _remove(_HOME)


def _alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _remove(home: Path) -> None:
    from concord.site.embedded import Embedded

    if (home / "database").is_dir():
        Embedded(home / "database").destroy()
    shutil.rmtree(home, ignore_errors=True)


# -- database --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def database_server() -> Iterator[Embedded]:
    """One PostgreSQL server for the whole run, started by the first test that needs it, in whichever process."""
    from concord.site.embedded import Embedded

    with Embedded(_HOME / "database", durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(database_server: Embedded, django_db_blocker: object) -> str:
    """The name of a migrated database that nobody uses, to copy from: made once a run."""
    import fcntl

    name = "concord_template"
    with (_HOME / "template.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (_HOME / "template.done").exists():
            database_server.make_database(name)
            with django_db_blocker.unblock():
                _migrate(database_server, name)
            (_HOME / "template.done").touch()
    return name


def _migrate(server: Embedded, name: str) -> None:
    from django.core.management import call_command
    from django.db import connections

    _point_at(server, name)
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    connections.close_all()


def _point_at(server: Embedded, name: str) -> None:
    """Have Django's three aliases, and processes started from here, use database `name` of the test server."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict

    for alias, role in (("default", "app"), ("ledger", "ledger"), ("owner", "owner")):
        address = server.dsn(role, name)
        os.environ[f"CONCORD_{role.upper()}_DSN"] = address
        parts = conninfo_to_dict(address)
        entry = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        connections[alias].close()
        for settings in (connections[alias].settings_dict, connections.databases[alias]):
            settings.update({key: str(parts[part]) for key, part in entry.items()})


def _own_name() -> str:
    return f"concord_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def django_db_setup(database_server: Embedded, migrated_template: str, django_db_blocker: object) -> None:
    """In place of pytest-django's: this process's own copy of the migrated database, under the hub's real roles."""
    with django_db_blocker.unblock():
        _copy(database_server, migrated_template)


def _copy(server: Embedded, template: str) -> None:
    from django.db import connections

    connections.close_all()
    server.drop_database(_own_name())
    server.make_database(_own_name(), template)
    _point_at(server, _own_name())


@pytest.fixture
def database(
    database_server: Embedded, migrated_template: str, django_db_setup: None, django_db_blocker: object
) -> Iterator[Embedded]:
    """A database of this test's own, a fresh copy: what is committed is really committed, by the role that did it.

    For tests of the gate, the ledger and anything that several processes see. `@pytest.mark.django_db` is quicker where
    one transaction that is rolled back will do.
    """
    with django_db_blocker.unblock():
        yield database_server
        _copy(database_server, migrated_template)
