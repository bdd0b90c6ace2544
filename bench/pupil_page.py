"""A pupil's page, with gate, row-level security and two ledger lines, against the raw ceiling of the same server.

    PYTHONPATH=src python bench/pupil_page.py --seconds 8

Serves, one after the other on the same machine with one granian worker: a WSGI application that returns the page's own
bytes and does nothing else, and the hub. Both are asked by the same client with the same number of connections.
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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RAW = """
import os, pathlib
BODY = pathlib.Path(os.environ["RAW_BODY"]).read_bytes()
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def furnish() -> tuple[str, str]:
    """One establishment, one pupil, one officer signed in: the page's address and the session's cookie."""
    from django.test import Client

    import small_hub
    from concord.store.models import Person, Pupil

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
    pupil = Pupil.objects.using("owner").first()
    address = f"/pupils/{pupil.pk}"
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    Path(os.environ["RAW_BODY"]).write_bytes(answer.content)
    return address, f"{client.cookies['sid'].key}={client.cookies['sid'].value}"


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
    """Answers a second, and how many were not 200."""
    import http.client

    done: list[int] = []
    wrong: list[int] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        count = bad = 0
        while time.perf_counter() < until:
            line.request("GET", path, headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            count, bad = count + 1, bad + (answer.status != 200)
        done.append(count)
        wrong.append(bad)

    started = time.perf_counter()
    running = [threading.Thread(target=ask) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return sum(done) / (time.perf_counter() - started), sum(wrong)


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def measured(target: str, folder: str, path: str, cookie: str, chosen: argparse.Namespace) -> dict[str, Any]:
    port = free_port()
    server = serve(target, folder, port)
    try:
        wait_for(port)
        asked(port, path, cookie, 1.5, 2)
        rate, wrong = asked(port, path, cookie, chosen.seconds, chosen.threads)
        return {"answers_a_second": round(rate, 1), "not_200": wrong}
    finally:
        server.terminate()
        server.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"CONCORD_HOME": folder, "RAW_BODY": f"{folder}/body"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "concord.site.settings"
        Path(folder, "raw_page.py").write_text(RAW)
        from concord.site.database import hub

        with hub() as server:
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", database="owner", verbosity=0, interactive=False)
            path, cookie = furnish()
            connections.close_all()
            raw = measured("raw_page:application", folder, path, cookie, chosen)
            page = measured("concord.site.wsgi:application", folder, path, cookie, chosen)
            getattr(server, "destroy", lambda: None)()
        share = 100 * page["answers_a_second"] / raw["answers_a_second"]
        size = len(Path(os.environ["RAW_BODY"]).read_bytes()) if Path(os.environ["RAW_BODY"]).exists() else 0
    report = {"raw": raw, "page": page, "share_percent": round(share, 1), "bytes": size, "load": os.getloadavg()}
    json.dump(report, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    main()
