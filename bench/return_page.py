"""The return page of one establishment with 2,000 findings, as more and more other establishments have theirs.

Run: PYTHONPATH=src python bench/return_page.py [--others 0,50,400] [--rounds 20]
A PostgreSQL of its own is started in a temporary home. The page is what `desk.own_return.opened` reads for it, gate and
ledger left out: the queries between them, their plans and their times. Prints one JSON document: queries, milliseconds
(median), and for each number of others the tables that any plan reads from end to end. All rows are made up.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from typing import Any

FINDINGS = 2000
COLLECTION = "SC-AUT-2026"
WHOLE_TABLES = {"finding", "note", "return_version", "collection_return", "return_event"}


def place(number: int) -> str:
    return f"886/{2000 + number}"


def fill(first: int, last: int, findings: int = FINDINGS) -> None:
    """Establishments `first` to `last`, each with a checked version of 2,000 findings and 500 notes."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO establishment
              (laestab, urn, name, type_code, type_name, kind, phase, district, trust, head_name)
            SELECT '886/' || (2000 + n), (100000 + n)::text, 'Example ' || n, '01', '', 'maintained', 'PS', '', '', ''
            FROM generate_series(%s, %s) n ON CONFLICT DO NOTHING;
            """,
            [first, last],
        )
        cursor.execute(
            "INSERT INTO sealed_file (sha256, sealed, size, kept, retention) "
            "VALUES (repeat('0', 64), '', 0, now(), '') ON CONFLICT DO NOTHING"
        )
        for number in range(first, last + 1):
            _one(cursor, place(number), findings)
        for table in WHOLE_TABLES:
            cursor.execute(f"ANALYZE {table}")


def _one(cursor: Any, laestab: str, findings: int) -> None:
    cursor.execute(
        "INSERT INTO collection_return (establishment_id, collection, state, changed) VALUES (%s, %s, 'loaded', now()) "
        "RETURNING id",
        [laestab, COLLECTION],
    )
    of = cursor.fetchone()[0]
    cursor.execute(
        "INSERT INTO return_version (of_id, number, file_id, name, received, by, via, outcome, errors, queries, "
        "pupils, could_not_run, checked) VALUES (%s, 1, repeat('0', 64), 'a.xml', now(), '', 'page', 'findings', "
        "1000, 1000, 400, '[]', now()) RETURNING id",
        [of],
    )
    version = cursor.fetchone()[0]
    cursor.execute("UPDATE collection_return SET current_id = %s WHERE id = %s", [version, of])
    cursor.execute(
        "INSERT INTO return_event (of_id, at, verb, state, by, role, reason, version_id) "
        "SELECT %s, now(), 'receive', 'received', '', '', '', %s FROM generate_series(1, 6)",
        [of, version],
    )
    cursor.execute(
        'INSERT INTO finding (version_id, rule, dfe_rule, severity, level, "table", "row", pupil, item, message, '
        "digest) "
        "SELECT %s, (ARRAY['C0351', '1500', 'C0402', '1750Q'])[1 + n %% 4], '', (ARRAY['error', 'query'])[1 + n %% 2], "
        "'item', 'pupil', n, 'U' || n %% 400, 'Sex', 'x', md5(n::text) FROM generate_series(1, %s) n",
        [version, findings],
    )
    cursor.execute(
        "INSERT INTO note (of_id, rule, pupil, item, digest, reason, text, by, at) SELECT %s, f.rule, f.pupil, f.item, "
        "f.digest, '', 'x', '', now() FROM finding f WHERE version_id = %s AND severity = 'query' LIMIT 500",
        [of, version],
    )


def asked(permit: Any, laestab: str) -> list[tuple[str, Any]]:
    """The statements the page makes inside its transaction, with their values."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from concord.store.scope import under

    made: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith("SELECT") and "set_config" not in sql:
            made.append((sql, values))
        return execute(sql, values, many, context)

    with under(permit), connection.execute_wrapper(note), CaptureQueriesContext(connection):
        painted(permit, laestab)
    return made


def painted(permit: Any, laestab: str) -> int:
    """What `desk.own_return.opened` reads of the store."""
    from concord.store import returns

    of = returns.find(permit, laestab, COLLECTION)
    assert of is not None
    assert of.current is not None
    causes = returns.causes(permit, of.current)
    returns.unexplained(permit, of.current)
    returns.events(permit, of)
    returns.versions(permit, of)
    return sum(one["count"] for one in causes)


def read_whole(permit: Any, laestab: str) -> set[str]:
    """The tables that some plan of the page reads from end to end."""
    from django.db import connection

    from concord.store.scope import under

    found: set[str] = set()
    statements = asked(permit, laestab)
    with under(permit), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
            plan = cursor.fetchone()[0]
            found |= _scans((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
        assert connection.in_atomic_block
    return found & WHOLE_TABLES


def _scans(plan: dict[str, Any]) -> set[str]:
    own = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return own.union(*(_scans(one) for one in plan.get("Plans", ())))


def rows_read(permit: Any, laestab: str) -> dict[str, int]:
    """How many rows the page's plans take from each table, before and after what they filter away."""
    from django.db import connection

    from concord.store.scope import under

    found: dict[str, int] = dict.fromkeys(sorted(WHOLE_TABLES), 0)
    statements = asked(permit, laestab)
    with under(permit), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
            plan = cursor.fetchone()[0]
            _add((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"], found)
    return found


def _add(plan: dict[str, Any], found: dict[str, int]) -> None:
    table = plan.get("Relation Name")
    if table in found:
        each = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        found[table] += round(each * plan["Actual Loops"])
    for one in plan.get("Plans", ()):
        _add(one, found)


def measure(permit: Any, rounds: int) -> dict[str, Any]:
    from concord.store.scope import under

    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        with under(permit):
            seen = painted(permit, place(0))
        times.append((time.perf_counter() - started) * 1000)
    return {
        "findings": seen,
        "queries": len(asked(permit, place(0))),
        "median_ms": round(statistics.median(times), 1),
        "read_whole": sorted(read_whole(permit, place(0))),
        "rows_read": rows_read(permit, place(0)),
    }


def main() -> None:
    known = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known.add_argument("--others", default="0,50,400")
    known.add_argument("--rounds", type=int, default=20)
    given = known.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"CONCORD_HOME": home, "DJANGO_SETTINGS_MODULE": "concord.site.settings"}
        from concord.site.database import database

        with database():
            from concord.site.commands.migrate import bring_up

            bring_up()
            found, there = {}, -1
            for others in map(int, given.others.split(",")):
                fill(there + 1, others)
                there = others
                from concord.desk import gate

                permit = gate.ask(gate.system(), "return-approval", establishments=[place(0)], categories=["return"])
                found[str(others)] = measure(permit, given.rounds)
    json.dump({"findings_each": FINDINGS, "others": found, "load": os.getloadavg()[0]}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
