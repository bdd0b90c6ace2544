"""How much is held of an establishment, by class of record: counts alone, to plan what must go (4(e))."""

from __future__ import annotations

from django.db import connection

from concord.core.agreement.model import Permit

_COUNTS = {
    "census_return": "SELECT count(*) FROM return_version v JOIN collection_return r ON r.id = v.of_id "
    "WHERE r.establishment_id = %s",
    "pupil_record": "SELECT count(*) FROM pupil WHERE %s = ANY (laestabs)",
    "attendance_mark": "SELECT count(*) FROM attendance_period WHERE laestab = %s",
    "suspension_record": "SELECT count(*) FROM suspension WHERE laestab = %s",
    "agreement_record": "SELECT count(*) FROM agreement_event WHERE establishment_id = %s",
    "ledger": "SELECT count(*) FROM ledger_line WHERE laestabs && ARRAY[%s]::varchar[]",
}


def count(permit: Permit, laestab: str) -> dict[str, int]:
    """Records held of one establishment the permit covers, by retention class; those nobody counts are not there."""
    if laestab not in permit.establishments:
        return {}
    found = {}
    with connection.cursor() as cursor:
        for name, query in _COUNTS.items():
            cursor.execute(query, [laestab])
            found[name] = int(cursor.fetchone()[0])
    return found
