"""Decisions of the gate: how many a CPU-second, beside Cedar on policies made from the same files, answers compared.

Run: PYTHONPATH=src python bench/decide.py [--cases 2000] [--rounds 5]
Prints one JSON document. Every case is answered by both engines and must agree. Times are CPU seconds of this process.
Prints one JSON document. Both engines answer every case and must agree. Times are CPU seconds of this process.
parsed once; `cedar_whole` also makes its request from the ask, as a caller would. Cases are synthetic and seeded.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cedarpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from agreeing import HERE, KENT, kent, notice, signed, suspension
from cedar_twin import case, parsed, policies, request
from concord.core.agreement.decide import decide
from concord.core.agreement.load import load
from concord.core.agreement.model import Permit
from concord.core.agreement.standing import standing

PASSES = 20  # ours takes milliseconds a round: it is run so often that the clock can tell


def spent(deed: Callable[[], object], passes: int = 1) -> float:
    """CPU seconds of one call, the collector still."""
    gc.disable()
    start = time.process_time()
    for _ in range(passes):
        deed()
    taken = time.process_time() - start
    gc.enable()
    return taken / passes


def figures(times: Sequence[float], count: int) -> dict[str, float]:
    """Decisions a CPU-second at the median round, with the slowest and the fastest; microseconds each."""
    rates = sorted(count / taken for taken in times)
    return {
        "per_cpu_second": round(statistics.median(rates)),
        "least": round(rates[0]),
        "most": round(rates[-1]),
        "microseconds": round(1e6 / statistics.median(rates), 2),
    }


def measure(cases: int, rounds: int) -> dict[str, object]:
    agreement, told, chance = kent(), parsed(KENT), random.Random(886)
    drawn = [case(agreement, chance) for _ in range(cases)]
    pairs = [(asked, {now.establishment: now}) for asked, now in drawn]
    ready = [request(asked, now) for asked, now in drawn]
    ours = [isinstance(decide(agreement, asked, standings), Permit) for asked, standings in pairs]
    theirs = [cedarpy.is_authorized(asked, told, entities).allowed for asked, entities in ready]
    split = {word: [pair for pair, one in zip(pairs, ours, strict=True) if one is word] for word in (True, False)}
    times: dict[str, list[float]] = {"ours": [], "cedar": [], "cedar_whole": []}
    apart: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(rounds):
        times["ours"].append(spent(lambda: [decide(agreement, asked, standings) for asked, standings in pairs], PASSES))
        times["cedar"].append(spent(lambda: [cedarpy.is_authorized(asked, told, about) for asked, about in ready]))
        times["cedar_whole"].append(spent(lambda: [_whole(one, told) for one in drawn]))
        for word, some in split.items():
            apart[word].append(spent(lambda some=some: [decide(agreement, asked, now) for asked, now in some], PASSES))
    ratios = [peer / own for own, peer in zip(times["ours"], times["cedar"], strict=True)]
    return {
        "cases": cases,
        "permits": sum(ours),
        "disagreements": sum(one != other for one, other in zip(ours, theirs, strict=True)),
        "policies": policies(KENT).count("permit("),
        **{name: figures(taken, cases) for name, taken in times.items()},
        "times_cedar_parsed": {
            "median": round(statistics.median(ratios)),
            "least": round(min(ratios)),
            "most": round(max(ratios)),
        },
        "our_permits": figures(apart[True], len(split[True])),
        "our_refusals_with_their_words": figures(apart[False], len(split[False])),
        "standing": _standings(rounds),
        "load_seconds": round(spent(lambda: load(KENT)), 3),
    }


def _whole(one: tuple, told: cedarpy.PolicySet) -> bool:
    asked, entities = request(*one)
    return cedarpy.is_authorized(asked, told, entities).allowed


def _standings(rounds: int, count: int = 2000) -> dict[str, float]:
    """Deriving a standing from seven events."""
    events = [
        *signed(),
        suspension(signed()[0].on.replace(year=2024)),
        notice(*[signed()[0].on.replace(year=y) for y in (2025, 2026)]),
    ]
    on = signed()[0].on.replace(year=2025, month=10)
    return figures(
        [spent(lambda: [standing(kent(), events, HERE, on) for _ in range(count)]) for _ in range(rounds)], count
    )


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--cases", type=int, default=2000)
    words.add_argument("--rounds", type=int, default=5)
    given = words.parse_args()
    found = measure(given.cases, given.rounds)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 1 if found["disagreements"] else 0


if __name__ == "__main__":
    sys.exit(main())
