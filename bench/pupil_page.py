"""A pupil's page, with gate, row-level security and two ledger lines, against raw answers of the same server.

    PYTHONPATH=src python bench/pupil_page.py --rounds 7

Serves, on the same machine with one granian worker each, and asks in turn, round after round: a WSGI application that
returns the page's own bytes and does nothing else; one that looks up the session and one row of the pupil in the same
PostgreSQL and writes them as JSON, the least that any answer about a pupil takes; and the hub. All are asked by the
same client with the same number of connections. Answers a second, and answers a CPU second of the web server and of it
with its database; shares are of the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RAW = """
import os, pathlib
BODY = pathlib.Path(os.environ["RAW_BODY"]).read_bytes()
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
"""
LOOKUP = """
import json, os, threading
import psycopg
DSN, HERE = os.environ["CONCORD_OWNER_DSN"], threading.local()
def application(environ, start_response):
    if not hasattr(HERE, "line"):
        HERE.line = psycopg.connect(DSN, autocommit=True)
    token = environ["HTTP_COOKIE"].partition("sid=")[2].partition(";")[0]
    session = HERE.line.execute("SELECT session_data FROM django_session WHERE session_key = %s", [token]).fetchone()
    pupil = environ["PATH_INFO"].rpartition("/")[2]
    row = HERE.line.execute("SELECT * FROM pupil WHERE id = %s", [pupil]).fetchone()
    assert session and row
    body = json.dumps(row, default=str).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def furnish() -> tuple[str, str, str]:
    """One establishment, two pupils, one officer signed in: the addresses of a page without marks and of one with the
    picture of a school year, and the cookies that a browser would bring."""
    from django.test import Client

    import small_hub
    from concord.store.models import MarksOfYear, Person, Pupil

    small_hub.settle_in()
    small_hub.load(small_hub.census([small_hub.someone(number) for number in range(30)]))
    until = small_hub.la().trained_until
    facts = {"trained_until": until, "declared_until": until, "authorised_until": until, "establishments": ["*"]}
    person = Person.objects.create(email="officer@example.org", name="Officer", role="mi_officer", **facts)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person)
    session = client.session
    session["purpose"], session["case"] = "data_quality", "BENCH"
    session.save()
    plain, marked = Pupil.objects.using("owner")[:2]
    week = ["/", "/", "I", "I", "/", "L", "/", "/", "/", "/", "-", "-", "-", "-"]
    codes = ",".join(week * 39)
    held = {"laestab": small_hub.HERE, "begins": date(2025, 9, 1), "marks": codes, "recorded": datetime.now(UTC)}
    MarksOfYear.objects.using("owner").create(pupil=marked, **held)
    addresses = [f"/pupils/{pupil.pk}" for pupil in (marked, plain)]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, answer.status_code
    Path(os.environ["RAW_BODY"]).write_bytes(answer.content)
    cookies = "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())
    return addresses[1], addresses[0], cookies


def serve(target: str, folder: str, port: int) -> subprocess.Popen[bytes]:
    words = [
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "2",
    ]
    paths = os.pathsep.join([str(ROOT / "src"), folder])
    environment = {**os.environ, "PYTHONPATH": paths}
    order = [sys.executable, "-m", "granian", *words, "--no-access-log", "--log-level", "error", target]
    return subprocess.Popen(order, env=environment, cwd=folder)


def asked(port: int, path: str, cookie: str, seconds: float, threads: int) -> tuple[float, int]:
    """Answers a second, and how many were not 200. The client is bare, so that the server sets the pace."""
    done: list[int] = []
    wrong: list[int] = []
    until = time.perf_counter() + seconds
    asking = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()

    def ask() -> None:
        count = bad = 0
        with socket.create_connection(("127.0.0.1", port), 30) as line, line.makefile("rb") as answers:
            while time.perf_counter() < until:
                line.sendall(asking)
                count, bad = count + 1, bad + (not answers.readline().startswith(b"HTTP/1.1 200"))
                length = 0
                while (head := answers.readline()) != b"\r\n":
                    if head.lower().startswith(b"content-length:"):
                        length = int(head.partition(b":")[2])
                answers.read(length)
        done.append(count)
        wrong.append(bad)

    started = time.perf_counter()
    running = [threading.Thread(target=ask) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return sum(done) / (time.perf_counter() - started), sum(wrong)


def cpu_seconds(root: int) -> float:
    """CPU seconds so far of a process and all that it began."""
    return _spent(lambda folder: root in _line_of(int(folder.name)))


def cpu_seconds_of(name: str) -> float:
    """CPU seconds so far of the processes whose command line has this word."""
    return _spent(lambda folder: name in (folder / "cmdline").read_bytes().decode(errors="replace"))


def _spent(wanted: Callable[[Path], bool]) -> float:
    spent = 0.0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if wanted(folder):
                    user, system = _fields(folder)[11:13]
                    spent += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
            except OSError:
                continue  # it ended while we looked
    return spent


def _fields(folder: Path) -> list[str]:
    return (folder / "stat").read_text().rpartition(")")[2].split()


def _line_of(process: int) -> list[int]:
    """A process, its parent, and so on up."""
    line = []
    while process > 1:
        line.append(process)
        process = int(_fields(Path("/proc", str(process)))[1])
    return line


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


FIGURES = ("answers_a_second", "a_cpu_second_of_the_web_server", "a_cpu_second_with_the_database")


class Served:
    """One application served, and what it answered in each round."""

    def __init__(self, target: str, folder: str, path: str, cookie: str) -> None:
        self.path, self.cookie, self.port = path, cookie, free_port()
        self.server = serve(target, folder, self.port)
        self.rounds: list[dict[str, float]] = []
        self.wrong = 0
        wait_for(self.port)
        asked(self.port, path, cookie, 1.5, 2)

    def ask(self, seconds: float, threads: int) -> None:
        web, database = cpu_seconds(self.server.pid), cpu_seconds_of("postgres: concord")
        rate, wrong = asked(self.port, self.path, self.cookie, seconds, threads)
        web, database = cpu_seconds(self.server.pid) - web, cpu_seconds_of("postgres: concord") - database
        count = rate * seconds
        self.rounds.append(dict(zip(FIGURES, (rate, count / web, count / (web + database)), strict=True)))
        self.wrong += wrong

    def told(self) -> dict[str, float]:
        return {key: round(median(one[key] for one in self.rounds)) for key in FIGURES} | {"not_200": self.wrong}

    def share_of(self, peer: Served) -> dict[str, float]:
        """Percent of the peer's figure, round by round: the median of the rounds, and the least and the most."""
        shares = {
            key: [100 * one[key] / other[key] for one, other in zip(self.rounds, peer.rounds, strict=True)]
            for key in FIGURES
        }
        return {
            key: [round(figure, 1) for figure in (median(all_), min(all_), max(all_))] for key, all_ in shares.items()
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2, help="Of each application in each round.")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"CONCORD_HOME": folder, "RAW_BODY": f"{folder}/body"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "concord.site.settings"
        Path(folder, "raw_page.py").write_text(RAW)
        Path(folder, "raw_lookup.py").write_text(LOOKUP)
        from concord.site.database import hub

        with hub() as server:
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", database="owner", verbosity=0, interactive=False)
            path, with_year, cookie = furnish()
            connections.close_all()
            hub_of = "concord.site.wsgi:application"
            of = {
                "bare_bytes": Served("raw_page:application", folder, path, cookie),
                "bare_lookup": Served("raw_lookup:application", folder, path, cookie),
                "page": Served(hub_of, folder, path, cookie),
                "page_with_year": Served(hub_of, folder, with_year, cookie),
            }
            try:
                for _ in range(chosen.rounds):
                    for one in of.values():
                        one.ask(chosen.seconds, chosen.threads)
            finally:
                for one in of.values():
                    one.server.terminate()
                    one.server.wait(20)
            getattr(server, "destroy", lambda: None)()
        size = len(Path(os.environ["RAW_BODY"]).read_bytes())
    report: dict[str, Any] = {name: one.told() for name, one in of.items()}
    report["percent_median_least_most"] = {
        f"{whose}_of_{peer}": of[whose].share_of(of[peer])
        for peer in ("bare_bytes", "bare_lookup")
        for whose in ("page", "page_with_year")
    }
    report |= {"bytes": size, "load": os.getloadavg()}
    json.dump(report, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    main()
