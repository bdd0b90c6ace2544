"""The fixtures that other tests lean on: real roles, real commits, a fresh database each time."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connections, transaction

from concord.site.embedded import Embedded


def _user(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(databases=["default", "ledger", "owner"])
def test_each_alias_signs_in_as_its_own_role() -> None:
    assert [_user(alias) for alias in ("default", "ledger", "owner")] == [
        "concord_app",
        "concord_ledger",
        "concord_owner",
    ]


@pytest.mark.django_db
def test_the_application_role_cannot_write_the_ledger_by_itself() -> None:
    with connections["default"].cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("INSERT INTO ledger_line (seq) VALUES (1)")


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_commits_the_next_does_not_see(database: Embedded, turn: int) -> None:
    from concord.store.models import Establishment

    assert not Establishment.objects.exists()
    with transaction.atomic(durable=True):
        Establishment.objects.create(laestab="886/2001", urn="100001", name="An example", kind="maintained")
    assert Establishment.objects.count() == 1


@pytest.mark.django_db
def test_a_rolled_back_test_starts_from_nothing_too() -> None:
    from concord.store.models import Establishment

    assert not Establishment.objects.exists()
