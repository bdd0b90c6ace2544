"""How long a search of the register takes, with the scope applied behind the second lock: JSON on standard output.

    PYTHONPATH=src python bench/search.py --pupils 250000

Makes a database of its own under a temporary folder, fills it with generated names and asks through the store's own
function, under the application's role, in a scope of the whole county and of twelve establishments.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import uuid
from pathlib import Path
from time import perf_counter
from typing import Any

NAMES = [
    "al",
    "ber",
    "cor",
    "dan",
    "el",
    "fen",
    "gar",
    "hol",
    "in",
    "jes",
    "kel",
    "lor",
    "mar",
    "nor",
    "ol",
    "per",
    "quin",
    "ros",
    "sam",
    "tor",
    "ul",
    "ver",
    "win",
    "yor",
    "zel",
]
ENDS = ["a", "by", "den", "er", "ford", "ham", "is", "ley", "man", "ner", "son", "ton", "wick", "wood", "worth"]
ASKED = {
    "whole name": (["marford", "samson"], [], []),
    "beginning": (["marf"], [], []),
    "two letters": (["ma"], [], []),
    "surname spelled nearly right": (["marvord"], [], []),
    "both spelled nearly right": (["marvord", "samzon"], [], []),
    "nobody": (["xqzzyx"], [], []),
    "UPN": ([], ["A000000123456"], []),
    "UPN of nobody": ([], ["Z999999999999"], []),
}


def fill(server: Any, places: list[str], count: int, seed: int) -> None:
    """Rows as the register keeps them, written by the owner; each pupil at one establishment."""
    import psycopg

    dice = random.Random(seed)
    with psycopg.connect(server.dsn("owner")) as owner, owner.cursor() as cursor:
        columns = "id, upn, surname, forename, dob, sex, postcode, search, laestabs, hidden"
        with cursor.copy(f"COPY pupil ({columns}) FROM STDIN") as copy:
            for number in range(count):
                sur, fore = (dice.choice(NAMES) + dice.choice(ENDS) for _ in range(2))
                born = f"{dice.randint(2006, 2021)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
                row = (uuid.UUID(int=dice.getrandbits(128)), f"A{number:012d}", sur.title(), fore.title(), born)
                copy.write_row((*row, "F", "ZZ1 1ZZ", f"{sur} {fore}", [dice.choice(places)], False))
        cursor.execute("ANALYZE pupil")


def measure(scope: list[str], times: int) -> dict[str, Any]:
    """Milliseconds of each kind of search: the median and the worst of `times` runs, and how many it found."""
    from types import SimpleNamespace

    from concord.store import search
    from concord.store.scope import under

    permit: Any = SimpleNamespace(
        establishments=frozenset(scope), subjects=(), flow="professional-view", role="admissions"
    )
    found: dict[str, Any] = {}
    for kind, (names, identifiers, born) in ASKED.items():
        took = []
        for _ in range(times):
            with under(permit):
                started = perf_counter()
                rows = search.find(permit, names, identifiers, born, limit=51)
                took.append(1000 * (perf_counter() - started))
        found[kind] = {
            "median_ms": round(statistics.median(took), 1),
            "worst_ms": round(max(took), 1),
            "found": len(rows),
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pupils", type=int, default=250_000)
    parser.add_argument("--establishments", type=int, default=590)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--seed", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CONCORD_HOME"] = folder
        from concord.site.database import hub

        with hub() as server:
            from django.core.management import call_command

            call_command("migrate", database="owner", verbosity=0, interactive=False)
            places = [f"886/{number:04d}" for number in range(2000, 2000 + chosen.establishments)]
            fill(server, places, chosen.pupils, chosen.seed)
            report = {
                "pupils": chosen.pupils,
                "whole_county": measure([*places, "LA"], chosen.times),
                "twelve_establishments": measure(places[:12], chosen.times),
                "load_average": os.getloadavg(),
            }
            from django.db import connections

            connections.close_all()
            getattr(server, "destroy", lambda: None)()
    json.dump(report, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    main()
