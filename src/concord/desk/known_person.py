"""The named person behind a session: read afresh with every request, so that an access ended a moment ago has ended."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from concord.store import session
from concord.store.models import Person


class KnownPerson(ModelBackend):
    """Passwords are proved as Django proves them."""

    def get_user(self, user_id: Any) -> Person | None:
        found = session.person(user_id)
        return found if found and self.user_can_authenticate(found) else None
