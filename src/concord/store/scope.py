"""The second lock: what the permit allows, told to the database for the length of one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from concord.core.agreement.model import Permit
from concord.store import quick

NOWHERE = "LA"
"""Where a pupil is who is on no roll: the LA answers for them, and only roles that cover the whole county see them."""

_SET = """
SELECT set_config('concord.scope', %(scope)s, true), set_config('concord.subjects', %(subjects)s, true),
       set_config('concord.restricted', %(restricted)s, true)
"""


@contextmanager
def under(permit: Permit) -> Iterator[None]:
    """A transaction in which row-level security lets through what `permit` covers, and nothing else.

    The settings are local to the transaction, so a pooled connection never carries one permit's scope into another's.
    A permit that names its subjects opens those pupils only.
    """
    settings = {
        "scope": ",".join(sorted(permit.establishments)),
        "subjects": ",".join(permit.subjects),
        "restricted": "on" if _reaches_restricted(permit) else "off",
    }
    with transaction.atomic():
        quick.rows(_SET, settings)
        yield


def begin_with(permit: Permit, laestab: str) -> None:
    """The scope of this transaction as it is, with one of its establishments first: the database looks through it in
    order, row by row, and nearly every row a load writes is of the establishment it loads."""
    if laestab in permit.establishments:
        places = [laestab, *sorted(permit.establishments - {laestab})]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('concord.scope', %s, true)", [",".join(places)])


def _reaches_restricted(permit: Permit) -> bool:
    """Children whose whereabouts are kept from everybody: seen through one flow, kept right by the hub's own load."""
    return permit.flow == "hidden-record" or (permit.flow, permit.role) == ("register-load", "system")
