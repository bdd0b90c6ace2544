"""From a suspension to the last byte taken and the last page answered, over real HTTP, many times.

    PYTHONPATH=src:tests python bench/suspension.py [--tries 100] [--senders 3] [--sessions 2]

The hub is served by its own server, in processes of its own (`concord serve`), on its own PostgreSQL. In each try an
academy has an agreement in force; couriers send pieces of their files through the courier's own client as fast as they
are taken, and professionals with open sessions ask for the page of one of its pupils again and again. After a random
wait the head suspends. Times are of one clock, in milliseconds, as the client sees them: from the moment at which the
suspension's commit had returned to the arrival of the last answer that said a piece was taken, and of the last page
that showed the pupil (a negative number: it came before). `line_to_…` begins earlier, when the suspension's line was
written and not yet committed. `bytes_after_the_line` compares what the hub holds at the end with what it held,
committed, when that line was written. Every sender and session must be refused with clause 7(c). Prints one JSON
document.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
GOAL = 1.0
PIECE = 64 * 1024


@dataclass
class Asker:
    """Somebody who asks again and again until refused. `done`: when each answer that gave leave arrived."""

    once: Callable[[int], str]
    done: list[float] = field(default_factory=list)
    refused: str = ""
    fault: BaseException | None = None

    def ask(self, stop: threading.Event) -> None:
        try:
            while not self.refused and not stop.is_set():
                self.refused = self.once(len(self.done))
                if not self.refused:
                    self.done.append(time.perf_counter())
        except BaseException as fault:  # what a thread says otherwise is lost
            self.fault = fault


def sending(address: str, at: Any, upload: Any) -> Asker:
    """A courier's file on its way, piece by piece, through the courier's own client."""
    from concord.courier.hub import Hub, Refused

    line = Hub(address, at.keyid, at.key, attempts=1)

    def once(number: int) -> str:
        try:
            line.patch(f"/api/courier/uploads/{upload.pk}", number * PIECE, b"x" * PIECE)
        except Refused as no:
            return no.clause
        return ""

    return Asker(once)


def looking(address: str, cookie: tuple[str, str], path: str) -> Asker:
    """A session that is open on a pupil's page, and loads it again."""
    client = httpx.Client(cookies=dict([cookie]), base_url=address)

    def once(number: int) -> str:
        answer = client.get(path)
        if answer.status_code == 403 and "clause 7(c)" in answer.text:
            return "7c"
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return ""

    return Asker(once)


@dataclass(frozen=True)
class Courier:
    row: Any
    keyid: str
    key: Any


@dataclass(frozen=True)
class Ground:
    address: str
    head: Any
    laestab: str
    couriers: list[Courier]
    cookies: list[tuple[str, str]]
    page: str


def one_try(ground: Ground, number: int, chance: random.Random) -> dict[str, float]:
    from concord.desk import agreements, ending
    from concord.desk.agreements import Step
    from concord.store.models import Upload
    from desk.agreement.in_flight import begin, wait_until

    files = [begin(one.row, "academy-census-copy") for one in ground.couriers]
    senders = [sending(ground.address, one, file) for one, file in zip(ground.couriers, files, strict=True)]
    sessions = [looking(ground.address, cookie, ground.page) for cookie in ground.cookies]
    seen: dict[str, float] = {}

    def along(permit: Any, deed: Any, events: Any) -> None:
        seen.update(line=time.perf_counter(), held=held(files))

    with under_way([*senders, *sessions]):
        time.sleep(chance.random() * 0.05)
        step = Step("suspended", "establishment", evidence=f"Incident {number}")
        agreements.record_all(ground.head, ground.laestab, [step], along)
        committed = time.perf_counter()
        wait_until(lambda: all(one.refused or one.fault for one in [*senders, *sessions]), 20)
    found = told(senders, sessions, seen, committed) | {"bytes_after_the_line": held(files) - seen["held"]}
    ending.lift(ground.head, ground.laestab)
    Upload.objects.filter(pk__in=[one.pk for one in files]).delete()
    return found


@contextmanager
def under_way(askers: list[Asker]) -> Iterator[None]:
    """Every asker at work in a thread of its own, each with an answer already."""
    from desk.agreement.in_flight import wait_until

    stop = threading.Event()
    threads = [threading.Thread(target=one.ask, args=(stop,)) for one in askers]
    for thread in threads:
        thread.start()
    wait_until(lambda: all(one.done or one.refused or one.fault for one in askers))
    yield
    stop.set()
    for thread in threads:
        thread.join()


def told(senders: list[Asker], sessions: list[Asker], seen: dict[str, float], committed: float) -> dict[str, float]:
    wrong = [one.fault or one.refused for one in [*senders, *sessions] if one.fault or one.refused != "7c"]
    if wrong or not all(one.done for one in [*senders, *sessions]):
        raise RuntimeError(f"not every asker was first given leave and then refused by clause 7(c): {wrong}")
    piece, page = (max(one.done[-1] for one in several) for several in (senders, sessions))
    return {
        "commit_to_last_piece": (piece - committed) * 1000,
        "commit_to_last_page": (page - committed) * 1000,
        "line_to_last_piece": (piece - seen["line"]) * 1000,
        "line_to_last_page": (page - seen["line"]) * 1000,
        "pieces": sum(len(one.done) for one in senders),
        "pages": sum(len(one.done) for one in sessions),
    }


def held(files: list[Any]) -> int:
    """The bytes of these files that the hub holds, as committed."""
    from django.db.models import Sum

    from concord.store.models import Upload

    return int(Upload.objects.filter(pk__in=[one.pk for one in files]).aggregate(all=Sum("offset"))["all"] or 0)


def set_up(address: str, home: Path, senders: int, sessions: int) -> Ground:
    """The academy with its pupils in the register, its couriers enrolled by HTTP, professionals signed in."""
    import small_hub
    from concord.store.models import Pupil
    from desk.agreement.parties import ACADEMY, gather, sign

    parties = gather()
    sign(parties)
    small_hub.load(small_hub.census([small_hub.someone(1)], laestab=ACADEMY), ACADEMY)
    with small_hub.seeing(ACADEMY):
        pupil = Pupil.objects.get().pk
    couriers = [enrolled(address, home / f"courier-{number}", parties.head, ACADEMY) for number in range(senders)]
    cookies = [signed_in(number) for number in range(sessions)]
    return Ground(address, parties.head, ACADEMY, couriers, cookies, f"/pupils/{pupil}")


def enrolled(address: str, folder: Path, head: Any, laestab: str) -> Courier:
    from concord.courier.enrolment import enrol
    from concord.courier.home import Home
    from concord.courier.keys import read_key
    from concord.desk import couriers
    from concord.store.models import Courier as Row

    home = Home(folder)
    made = enrol(home, address, couriers.issue_token(head, laestab))
    return Courier(Row.objects.get(pk=made.courier), made.courier, read_key(home))


def signed_in(number: int) -> tuple[str, str]:
    """An admissions officer's open session, with the purpose of the look given."""
    from django.conf import settings
    from django.test import Client

    from concord.store.models import Person
    from desk.agreement.parties import person

    client = Client()
    client.force_login(Person.objects.get(ref=person("admissions", f"Addy Place {number}").ref))
    session = client.session
    session["purpose"] = "admissions"
    session.save()
    return settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def served() -> Iterator[str]:
    """The hub's own server on this home's database; its address."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "concord.site.command", "serve", "--port", str(port), "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["address"].rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=60)


def measure(tries: int, senders: int, sessions: int, home: Path) -> dict[str, object]:
    with served() as address:
        ground, chance = set_up(address, home, senders, sessions), random.Random(886)
        found = [one_try(ground, number, chance) for number in range(tries)]
    times = ("commit_to_last_piece", "commit_to_last_page", "line_to_last_piece", "line_to_last_page")
    worst = max(one[name] for one in found for name in times)
    return {
        "tries": tries,
        "senders": senders,
        "sessions": sessions,
        "pieces_taken": int(sum(one["pieces"] for one in found)),
        "pages_shown": int(sum(one["pages"] for one in found)),
        "bytes_after_the_line": int(sum(one["bytes_after_the_line"] for one in found)),
        **{f"{name}_ms": _spread([one[name] for one in found]) for name in times},
        "goal_seconds": GOAL,
        "met": worst <= GOAL * 1000 and not any(one["bytes_after_the_line"] for one in found),
    }


def _spread(found: list[float]) -> dict[str, float]:
    ordered = sorted(found)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[max(0, int(len(ordered) * 0.95) - 1)], 2),
        "most": round(ordered[-1], 2),
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--tries", type=int, default=100)
    words.add_argument("--senders", type=int, default=3)
    words.add_argument("--sessions", type=int, default=2)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as home:
        os.environ["CONCORD_HOME"] = home
        from concord.site.database import hub

        with hub():
            from concord.site.commands.migrate import bring_up

            bring_up()
            found = measure(given.tries, given.senders, given.sessions, Path(home))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
