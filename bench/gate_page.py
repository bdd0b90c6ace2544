"""How much of a pupil page's time the gate takes, with its durable ledger line, in a real PostgreSQL.

    PYTHONPATH=src python bench/gate_page.py [--schools 10] [--pupils 900] [--pages 200]

A synthetic county is signed, sent, checked, approved and loaded as in the demonstration; then an officer opens one
pupil page after another through the hub's own middleware, session and templates, as far as the bytes of the answer.
`gate` is `gate.ask`: the standing read afresh, the decision, and its line committed in a transaction of its own before
anything is shown. `deed` is what the shown page adds: the agreement looked at once more and the deed's line. Wall time
in milliseconds, one process, medians over the pages; `share` is the median of gate / page of each page. One JSON
document.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

GOAL = 0.20
SPENT: dict[str, float] = defaultdict(float)


def timed(name: str, deed: Callable[..., Any]) -> Callable[..., Any]:
    """The same deed, with its time added to `SPENT`."""

    def run(*given: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return deed(*given, **named)
        finally:
            SPENT[name] += time.perf_counter() - started

    return run


def watch() -> None:
    """Time the gate where every page calls it."""
    from concord.desk import gate
    from concord.store import ledger

    gate.ask = timed("gate", gate.ask)
    gate._stands_still = timed("deed", gate._stands_still)
    ledger.append_within = timed("deed", ledger.append_within)


def client() -> Any:
    """An officer who sees the county's pupils, signed in, with a purpose given."""
    from django.test import Client

    from concord.store.models import Person

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(Person.objects.get(role="mi_officer"))
    session = browser.session
    session["purpose"] = "data_quality"
    session.save()
    return browser


def pupils(many: int) -> list[tuple[str, str]]:
    """Pupils on the rolls that have an agreement, with their establishment: as the owner of the tables sees them."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT p.id::text, p.laestabs[1] FROM pupil p JOIN agreement_event a "
            "ON a.establishment_id = p.laestabs[1] AND a.kind = 'countersigned' "
            "WHERE NOT p.hidden ORDER BY md5(p.id::text) LIMIT %s",
            [many],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def measure(pages: int) -> dict[str, object]:
    browser, wanted = client(), pupils(pages)
    for pupil, _ in wanted[:10]:
        browser.get(f"/pupils/{pupil}")
    rows, statuses = [], []
    for pupil, place in wanted:
        SPENT.clear()
        started = time.perf_counter()
        answer = browser.get(f"/pupils/{pupil}")
        whole = time.perf_counter() - started
        statuses.append(answer.status_code)
        if answer.status_code == 200:
            rows.append((place, whole, SPENT["gate"], SPENT["deed"], len(answer.content)))
    if not rows:
        raise SystemExit(f"no page was shown: {len(wanted)} pupils, answers {set(statuses)}")
    share = statistics.median(gate / whole for _, whole, gate, _, _ in rows)
    return {
        "pages": len(rows),
        "refused_or_missing": len(wanted) - len(rows),
        "establishments": len({row[0] for row in rows}),
        "page_ms": _ms([row[1] for row in rows]),
        "gate_ms": _ms([row[2] for row in rows]),
        "deed_ms": _ms([row[3] for row in rows]),
        "page_bytes": round(statistics.median(row[4] for row in rows)),
        "share": round(share, 3),
        "share_with_deed": round(statistics.median((gate + deed) / whole for _, whole, gate, deed, _ in rows), 3),
        "goal": GOAL,
        "met": share <= GOAL,
    }


def _ms(found: list[float]) -> dict[str, float]:
    ordered = sorted(found)
    return {
        "median": round(1000 * statistics.median(ordered), 2),
        "p95": round(1000 * ordered[int(len(ordered) * 0.95) - 1], 2),
    }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--schools", type=int, default=10)
    words.add_argument("--pupils", type=int, default=900)
    words.add_argument("--pages", type=int, default=200)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="concord-bench-") as home:
        os.environ["CONCORD_HOME"] = home
        from concord.site.database import hub

        with hub():
            from concord.site.commands.migrate import bring_up

            bring_up()
            from concord.site.demonstration import story

            story.play(given.schools, given.pupils, 886, lambda what, done, of: None)
            watch()
            found = measure(given.pages)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
