"""A print of all that decides how agreements stand, taken in one statement: the same print, the same standing."""

from __future__ import annotations

from collections.abc import Iterable

from concord.store import quick

_SQL = """
SELECT md5(concat_ws('|',
    (SELECT string_agg(concat_ws('~', laestab, kind, phase, opened), '|' ORDER BY laestab)
       FROM establishment WHERE laestab = ANY(%(of)s)),
    (SELECT string_agg(one::text, '|' ORDER BY id) FROM establishment_change one WHERE establishment_id = ANY(%(of)s)),
    (SELECT string_agg(one::text, '|' ORDER BY id) FROM agreement_event one WHERE establishment_id = ANY(%(of)s))))
"""


def of_agreements(laestabs: Iterable[str]) -> str:
    """32 hex digits over these establishments' own facts and every event recorded of them up to this statement."""
    return str(quick.rows(_SQL, {"of": sorted(laestabs)})[0][0])
