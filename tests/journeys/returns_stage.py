"""A county of 590 establishments that have sent nothing, and one of 1,500 pupils with a file of 500 seeded defects.

`python -m journeys.returns_stage` lets its people in, makes the bad file and the corrected one beside it, prints who
and what as one line of JSON, and serves the pages with a worker beside them.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

ESTABLISHMENTS, COUNTY_PUPILS, PUPILS, SEED, DEFECTS = 590, 250_000, 1500, 2026, 500
PEOPLE = (("data_manager", "Robin Exports"), ("head", "Sam Answers"), ("mi_officer", "Mika Settler"))


def main() -> None:
    os.environ["CONCORD_DEMO"] = "true"
    from concord.site.config import config
    from concord.site.database import hub

    with hub() as server:
        from concord.site.commands.migrate import bring_up, empty

        empty(server)
        bring_up()
        sys.stdout.write(json.dumps(set_up(config().home)) + "\n")
        sys.stdout.flush()
    from concord.site.commands.demo import serve_instead

    serve_instead()


def set_up(home: Path) -> dict[str, Any]:
    from concord.core.returns import write
    from concord.county import one_return
    from concord.desk import gate
    from concord.site.demonstration import clerk

    bad, planted = one_return(PUPILS, SEED, defects=DEFECTS)
    clean, _ = one_return(PUPILS, SEED)
    laestab = bad.header.laestab
    _learn(laestab)
    word = clerk.passphrase()
    people = {role: _let_in(gate.system(), role, name, laestab, word) for role, name in PEOPLE}
    (home / "bad.xml").write_bytes(write(bad))
    (home / "corrected.xml").write_bytes(write(clean))
    from journeys.stage import codes_of

    return {
        "laestab": laestab,
        "file": str(home / "corrected.xml"),
        "word": word,
        "people": people,
        "codes": codes_of(people),
        "odd_upn": str(len(planted)),
    }


def _learn(laestab: str) -> None:
    """The one establishment, whose agreement is in force, and the others around it."""
    from concord.county import make
    from concord.county.register import gias
    from concord.desk import establishments, gate

    one = make(1, PUPILS, SEED, defects=0, untidy=0, only="all_through_academy").establishments
    urns = {place.urn for place in one}
    many = make(ESTABLISHMENTS, COUNTY_PUPILS, SEED).establishments
    others = [place for place in many if place.laestab != laestab and place.urn not in urns]
    establishments.learn(gate.system(), gias([*one, *others]).write_csv())
    _sign(laestab)


def _sign(laestab: str) -> None:
    from datetime import timedelta

    from concord.core.agreement.model import EVERY, Actor
    from concord.desk import gate
    from concord.site.demonstration import clerk

    until = gate.today() + timedelta(days=30)
    manager = Actor("stage-la", "mi_manager", EVERY, trained_until=until, declared_until=until, stepped_up=True)
    head = Actor(ref="stage-head", role="head", establishments=frozenset([laestab]))
    clerk._sign(head, manager, laestab)


def _let_in(by: Any, role: str, name: str, laestab: str, word: str) -> str:
    from concord.desk import people
    from concord.site.demonstration import clerk

    email = f"{role}@returns.example".replace("_", "-")
    places = ["*"] if role == "mi_officer" else [laestab]
    person = people.let_in(by, email=email, name=name, role=role, establishments=places, password=word)
    clerk.give_app(person)
    return email


if __name__ == "__main__":
    sys.exit(main())
