"""When a record must go, and how (4(e)): the row of the schedule in force on its trigger day decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from concord.core.agreement.days import months_after
from concord.core.agreement.schedule import Agreement
from concord.core.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Due:
    """The first day on which a record is no longer kept, what then happens, and on what authority."""

    on: date
    action: str
    basis: str


def due(agreement: Agreement, retention: str, trigger: date) -> Due | None:
    """When a record of a class falls due, None where the class is kept while useful. A hold is the caller's to heed.

    `trigger` is the day the class counts from (an entry's day, a date of birth); before the first row, the first holds.
    """
    rows = agreement.retention.get(retention)
    if rows is None:
        raise Trouble(f"{retention!r} is not a class of record.", todo="See retention.toml of the agreement.")
    row = next((r for r in reversed(rows) if r.since <= trigger), rows[0])
    return None if row.months is None else Due(months_after(trigger, row.months), row.action, row.basis)
