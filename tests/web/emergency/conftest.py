"""The people of an emergency, signed in to the hub's pages."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

import small_hub
from desk.emergency.emergency_kit import Cast, cast


@pytest.fixture
def hub(database: object) -> Iterator[None]:
    small_hub.forget()
    small_hub.settle_in()
    yield
    small_hub.forget()


@pytest.fixture
def people(hub: None) -> Cast:
    return cast()


@pytest.fixture
def enter(people: Cast) -> Callable[..., Client]:
    """A client signed in as one of the cast; `proved` is a second proof given just now."""

    def make(name: str, *, proved: bool = True) -> Client:
        client = Client()
        client.force_login(people.people[name])
        session = client.session
        if proved:
            session["stepped-up"] = time.time()
            session.save()
        return client

    return make


@pytest.fixture
def asked(people: Cast, enter: Callable[..., Client]) -> uuid.UUID:
    """The social worker has asked for a pupil of HERE, by the page."""
    answer: Any = enter("worker").post("/emergency/ask", people.form(0))
    assert answer.status_code == 302, answer.content.decode()
    return uuid.UUID(answer["Location"].rsplit("/", 1)[1])
