"""A county's returns read and checked on two cores: 590 establishments, 250,000 pupils, every rule of the book.

Run: PYTHONPATH=src python bench/county_batch.py FOLDER [--make] [--batch 24] [--school 1500] [--rounds 5]
FOLDER holds one School Census XML an establishment; `--make` writes it first (590 establishments, 250,000 pupils).
Prints one JSON document: wall and CPU seconds from the first byte read to the last finding written out, the largest
memory of the processes together, and what was found; then one establishment's return from bytes to findings, in CPU
seconds. Two processes work, each with one thread of the frames' engine. All pupils are synthetic and seeded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

LIMITS = {"seconds": 120, "mib": 2048, "one_return_cpu": 1.0}


def make(folder: Path, schools: int, pupils: int) -> None:
    """Each establishment's census as its MIS would write it, and the register of establishments they stand in."""
    from concord.core.returns import write
    from concord.county import make as plan
    from concord.county.register import gias
    from concord.county.writing import census_name

    folder.mkdir(parents=True, exist_ok=True)
    county = plan(schools, pupils, 2026)
    gias(list(county.open)).write_csv(folder / "gias.csv")
    for place in county.open:
        ret = county.returns(place)
        (folder / census_name(ret)).write_bytes(write(ret))


def checked(paths: list[str]) -> dict[str, Any]:
    """Read some files and check them together, every finding written out."""
    from concord.core.collection import by_id
    from concord.core.returns import read
    from concord.core.rules import check_many, setting_of

    started, cpu = time.time(), time.process_time()
    returns = [read(Path(path).read_bytes(), name=path) for path in paths]
    parsed = time.process_time() - cpu
    outcomes = check_many(returns, setting_of(by_id(returns[0].header.collection_id)))
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.counts)
        counts["listed"] += len(outcome.findings)
        counts["clean" if outcome.kind == "clean" else "with_findings"] += 1
    counts["pupils"] = sum(int((ret.tables["pupil"]["Roll"] == "on").sum()) for ret in returns)
    counts["left"] = sum(ret.tables["pupil"].height for ret in returns) - counts["pupils"]
    usage = {"cpu": time.process_time() - cpu, "parse": parsed, "from": started, "to": time.time(), "pid": os.getpid()}
    return usage | {"mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "counts": dict(counts)}


def county(folder: Path, size: int) -> dict[str, Any]:
    """All files, in batches; the largest first, so that no process is left with a long one at the end."""
    paths = sorted(folder.glob("*.xml"), key=lambda path: -path.stat().st_size)
    batches = [[str(path) for path in paths[at :: -(-len(paths) // size)]] for at in range(-(-len(paths) // size))]
    started = time.time()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:  # a forked child waits for threads it lacks
        done = list(pool.map(checked, batches))
    wall = time.time() - started
    memory = {one["pid"]: max(each["mib"] for each in done if each["pid"] == one["pid"]) for one in done}
    counts: Counter[str] = Counter()
    for one in done:
        counts.update(one["counts"])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "establishments": len(paths),
        "bytes": sum(path.stat().st_size for path in paths),
        "wall_seconds": round(wall, 1),
        "cpu_seconds": round(sum(one["cpu"] for one in done), 1),
        "of_which_reading": round(sum(one["parse"] for one in done), 1),
        "mib": round(sum(memory.values()) + own),
        **counts,
    }


def one(pupils: int, rounds: int) -> dict[str, Any]:
    """One establishment's return, from its bytes to its findings."""
    from concord.core.collection import by_id
    from concord.core.returns import read, write
    from concord.core.rules import check, setting_of
    from concord.county import one_return

    ret, _ = one_return(pupils, 2026, defects=500)
    content, setting = write(ret), setting_of(by_id(ret.header.collection_id))
    times, found = [], 0
    for _ in range(rounds):
        started = time.process_time()
        found = len(check(read(content), setting).findings)
        times.append(time.process_time() - started)
    return {
        "pupils": pupils,
        "bytes": len(content),
        "findings": found,
        "first_cpu_seconds": round(times[0], 3),
        "median_cpu_seconds": round(statistics.median(times), 3),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--make", action="store_true")
    asked.add_argument("--schools", type=int, default=590)
    asked.add_argument("--pupils", type=int, default=250_000)
    asked.add_argument("--batch", type=int, default=24)
    asked.add_argument("--school", type=int, default=1500)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    if given.make:
        make(given.folder, given.schools, given.pupils)
    found = {"county": county(given.folder, given.batch), "one_return": one(given.school, given.rounds)}
    load = os.getloadavg()
    json.dump(
        {**found, "limits": LIMITS, "cores": os.cpu_count(), "load": [round(each, 1) for each in load]}, sys.stdout
    )
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
