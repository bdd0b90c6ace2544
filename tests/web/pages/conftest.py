"""A small hub with its pages: three establishments, one person a role, and a client that is one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

import small_hub
from small_hub import HERE

PLACES = {
    "head": [HERE],
    "data_manager": [HERE],
    "senco": [HERE],
    "attendance_officer": [HERE],
    "inclusion_officer": [HERE],
}
"""Roles bound to establishments; all others cover the whole county."""


@pytest.fixture
def hub(database: object) -> Iterator[None]:
    """The agreement is in force with all three; nobody has sent anything."""
    small_hub.forget()
    small_hub.settle_in(small_hub.HERE, small_hub.THERE, small_hub.ACADEMY)
    yield
    small_hub.forget()


Enter = Callable[..., Client]


@pytest.fixture
def enter(hub: None) -> Enter:
    """`enter("head")` is a browser in which a head of `HERE` has signed in; `places` gives other establishments."""
    from concord.desk import gate, people

    def one(role: str, *places: str, caseload: tuple[Any, ...] = ()) -> Client:
        name = f"{role}-{'-'.join(places)}".replace("/", "").replace("_", "-")
        person = people.let_in(
            gate.system(),
            email=f"{name}@test.example",
            name=f"Test {role}",
            role=role,
            establishments=list(places) or PLACES.get(role, ["*"]),
            password="not-used-in-these-tests",
        )
        if caseload:
            person.caseload = list(caseload)
            person.save(update_fields=["caseload"])
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return one


@pytest.fixture
def with_pupils(hub: None) -> list[Any]:
    """Three pupils in the register: two at `HERE`, one at `THERE`."""
    from concord.store.models import Pupil

    small_hub.load(small_hub.census([small_hub.someone(1), small_hub.someone(2)]), HERE)
    small_hub.load(small_hub.census([small_hub.someone(3)], small_hub.THERE), small_hub.THERE)
    with small_hub.seeing("*", HERE, small_hub.THERE):
        return list(Pupil.objects.order_by("upn"))
