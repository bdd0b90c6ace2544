"""How fast the ledger is appended to in a real PostgreSQL, one line a transaction beside many lines in one.

    PYTHONPATH=src python bench/ledger_append.py [--single 300] [--grouped 6000] [--group 500]

Both go through `ledger_append`, the only way into the ledger: place, leaf and chain hash are worked out in the
database, and a commit returns when it is on disk (fsync on). The quicker this machine's disk says so, the less grouping
gains: `commit_ms` tells what one commit of one line takes here. Prints one JSON document; medians of seven rounds
after a first one, in lines a second of wall time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

GOAL = 20
ROUNDS = 7


def line(number: int) -> dict[str, Any]:
    """A decision as the gate writes it: about 500 bytes."""
    return {
        "kind": "decision",
        "at": "2026-10-02T03:04:05.123456Z",
        "flow": "professional-view",
        "clause": "2d",
        "actor": f"{number % 97:032x}",
        "role": "inclusion_officer",
        "ref": f"{number:032x}",
        "establishments": ["886/2001"],
        "categories": ["attendance", "enrolment", "identity"],
        "purpose": "attendance",
        "case": "",
        "subjects": [f"{number:032x}"],
        "answer": "permit",
        "scope": ["886/2001"],
        "items": ["attendance", "enrolment", "identity"],
    }


def rate(deed: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    deed()
    return count / (time.perf_counter() - started)


def measure(single: int, grouped: int, group: int) -> dict[str, object]:
    from concord.store import ledger

    lines = [line(number) for number in range(max(single, grouped))]

    def one_by_one() -> None:
        for each in lines[:single]:
            ledger.append([each])

    def together() -> None:
        for start in range(0, grouped, group):
            ledger.append(lines[start : start + group])

    together()  # a database's first lines also make its first files
    one_by_one()
    ones, many = [], []
    for _ in range(ROUNDS):
        ones.append(rate(one_by_one, single))
        many.append(rate(together, grouped))
    times = statistics.median(many) / statistics.median(ones)
    return {
        "lines_a_second": {
            "one_a_transaction": round(statistics.median(ones)),
            "grouped": round(statistics.median(many)),
        },
        "range": {"one_a_transaction": _range(ones), "grouped": _range(many)},
        "commit_ms": round(1000 / statistics.median(ones), 3),
        "group": group,
        "grouped_is_times": round(times, 1),
        "goal_times": GOAL,
        "met": times >= GOAL,
        "lines": ledger.append([line(0)]) + 1,
    }


def _range(found: list[float]) -> list[int]:
    return [round(min(found)), round(max(found))]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--single", type=int, default=300)
    words.add_argument("--grouped", type=int, default=6000)
    words.add_argument("--group", type=int, default=500)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as home:
        os.environ["CONCORD_HOME"] = home
        from concord.site.database import hub

        with hub():
            from concord.site.commands.migrate import bring_up

            bring_up()
            found = measure(given.single, given.grouped, given.group)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
