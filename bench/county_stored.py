"""A county's returns stored in the hub's own database: received, checked with findings kept, compared, and loaded.

Run: PYTHONPATH=src python bench/county_stored.py FOLDER [--schools 590]
FOLDER holds one School Census XML an establishment and `gias.csv`, as `bench/county_batch.py --make` writes them. A
PostgreSQL of its own is started in a temporary home, durable as in service. Agreements are put in force first, outside
the time. Two processes check (as two workers do); loads into the register follow one another, as their lock demands.
Prints one JSON document: wall and CPU seconds of each step. All pupils are synthetic and seeded.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")
COLLECTION = "SC-AUT-2026"


def ready() -> None:
    """Django, on the database whose addresses are in the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "concord.site.settings"
    import django

    django.setup()


def at_work(job: tuple[str, str, int]) -> tuple[float, int]:
    """One step for one establishment: CPU seconds, and the version it is about."""
    kind, what, version = job
    from concord.desk import across, load_return, validate_return

    started = time.process_time()
    if kind == "receive":
        version = _received(Path(what))
    elif kind == "check":
        validate_return.validate(version, what)
    elif kind == "compare":
        across.compare(version, what)
    else:
        load_return.load(version)
    return time.process_time() - started, version


def _received(path: Path) -> int:
    from concord.core.agreement.model import Actor
    from concord.desk import receive_return

    laestab = f"{path.name[:3]}/{path.name[3:7]}"
    sender = Actor(ref="bench", role="data_manager", establishments=frozenset([laestab]))
    return int(receive_return.receive(sender, path.read_bytes(), path.name, laestab, "page").pk)


def step(pool: Any, jobs: list[tuple[str, str, int]]) -> tuple[dict[str, float], list[int]]:
    started = time.time()
    done = list(pool.map(at_work, jobs, chunksize=4)) if pool else [at_work(one) for one in jobs]
    figures = {"wall": round(time.time() - started, 1), "cpu": round(sum(cpu for cpu, _ in done), 1)}
    return figures, [version for _, version in done]


def signed(extract: str) -> None:
    """The establishments, and the agreement in force with each."""
    from concord.core.agreement.model import EVERY, Actor
    from concord.desk import establishments, gate
    from concord.site.demonstration import clerk
    from concord.store.models import Establishment

    establishments.learn(gate.system(), extract)
    until = gate.today() + timedelta(days=30)
    la = Actor("bench-la", "mi_manager", EVERY, trained_until=until, declared_until=until, stepped_up=True)
    for place in Establishment.objects.filter(closed=None):
        head = Actor(ref="bench-head", role="head", establishments=frozenset([place.laestab]))
        clerk._sign(head, la, place.laestab)


def held() -> dict[str, int]:
    from concord.store.models import AcrossFinding, EnrolledInReturn, Finding, Pupil, PupilValue

    models = (Finding, EnrolledInReturn, AcrossFinding, Pupil, PupilValue)
    return {model._meta.db_table: model.objects.using("owner").count() for model in models}


def run(paths: list[Path], extract: str) -> dict[str, Any]:
    from concord.site.commands.migrate import bring_up

    bring_up()
    signed(extract)
    from django.db import connections

    connections.close_all()
    places = [f"{path.name[:3]}/{path.name[3:7]}" for path in paths]
    found: dict[str, Any] = {}
    with ProcessPoolExecutor(2, get_context("spawn"), ready) as pool:
        found["received"], versions = step(pool, [("receive", str(path), 0) for path in paths])
        pairs = list(zip(places, versions, strict=True))
        found["checked"], _ = step(pool, [("check", *pair) for pair in pairs])
    found["compared"], _ = step(None, [("compare", *pair) for pair in pairs])
    found["loaded"], _ = step(None, [("load", *pair) for pair in pairs])
    return {**found, "held": held()}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--schools", type=int, default=590)
    given = asked.parse_args()
    paths = sorted(given.folder.glob("*.xml"))[: given.schools]
    with tempfile.TemporaryDirectory() as home:
        os.environ["CONCORD_HOME"] = home
        from concord.site.database import database

        with database():
            ready()
            found = run(paths, (given.folder / "gias.csv").read_text())
    stored = sum(found[name]["wall"] for name in ("checked", "loaded"))
    load = [round(each, 1) for each in os.getloadavg()]
    json.dump({"establishments": len(paths), **found, "stored_seconds": stored, "limit": 300, "load": load}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
