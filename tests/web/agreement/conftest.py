"""The parties of `desk.agreement`, signed in to the hub's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from concord.core.agreement.model import Actor
from concord.store.models import Person
from desk.agreement.parties import Parties, gather


@pytest.fixture
def parties(database: object) -> Parties:
    return gather()


@pytest.fixture
def enter(parties: Parties) -> Callable[[Actor], Client]:
    """A client signed in as a person."""

    def make(actor: Actor) -> Client:
        client = Client()
        client.force_login(Person.objects.get(ref=actor.ref))
        return client

    return make
