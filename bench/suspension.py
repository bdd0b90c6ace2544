"""From a suspension to the last byte taken, with files in flight, over many tries, in a real PostgreSQL.

    PYTHONPATH=src:tests python bench/suspension.py [--tries 100] [--senders 3]

In each try an academy has an agreement in force and couriers send pieces of 4 KiB as fast as they are taken, each in a
thread of its own; after a random wait the head suspends. Times are of one clock, in milliseconds: from the head's
request to its commit, and from the commit to the last piece that any courier was told was taken (a negative number:
the last piece came before). `bytes_after_the_line` compares what the hub holds at the end with what it held, committed,
when the suspension's ledger line was written. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
GOAL = 1.0


def one_try(number: int, senders: int, chance: random.Random) -> dict[str, float]:
    from concord.desk import ending
    from desk.agreement.in_flight import Sender, begin, suspend_while_sending
    from desk.agreement.parties import ACADEMY, courier

    mine = [Sender(one, begin(one, "academy-census-copy")) for one in (courier() for _ in range(senders))]
    race = suspend_while_sending(parties().head, ACADEMY, mine, f"Incident {number}", chance.random() * 0.05)
    faults = [one.fault for one in mine if one.fault]
    if faults:
        raise RuntimeError(faults)
    ending.lift(parties().head, ACADEMY)
    return {
        "asked_to_commit": (race.committed - race.asked) * 1000,
        "commit_to_last_piece": (race.last_taken - race.committed) * 1000,
        "asked_to_last_piece": (race.last_taken - race.asked) * 1000,
        "bytes_after_the_line": race.held_at_the_end - race.held_at_the_line,
        "pieces": sum(len(one.taken) for one in mine),
    }


_PARTIES: list[object] = []


def parties():
    return _PARTIES[0]


def measure(tries: int, senders: int) -> dict[str, object]:
    from desk.agreement.parties import gather, sign

    _PARTIES.append(gather())
    sign(parties())
    chance = random.Random(886)
    found = [one_try(number, senders, chance) for number in range(tries)]
    worst = max(one["commit_to_last_piece"] for one in found)
    asked = [one["asked_to_last_piece"] for one in found]
    return {
        "tries": tries,
        "senders": senders,
        "pieces_taken": int(sum(one["pieces"] for one in found)),
        "bytes_after_the_line": int(sum(one["bytes_after_the_line"] for one in found)),
        "commit_to_last_piece_ms": _spread([one["commit_to_last_piece"] for one in found]),
        "asked_to_commit_ms": _spread([one["asked_to_commit"] for one in found]),
        "asked_to_last_piece_ms": _spread(asked),
        "goal_seconds": GOAL,
        "met": worst <= GOAL * 1000 and not any(one["bytes_after_the_line"] for one in found),
    }


def _spread(found: list[float]) -> dict[str, float]:
    ordered = sorted(found)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95) - 1], 2),
        "most": round(ordered[-1], 2),
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--tries", type=int, default=100)
    words.add_argument("--senders", type=int, default=3)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as home:
        os.environ["CONCORD_HOME"] = home
        from concord.site.database import hub

        with hub():
            from concord.site.commands.migrate import bring_up

            bring_up()
            found = measure(given.tries, given.senders)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
