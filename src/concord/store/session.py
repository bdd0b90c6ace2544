"""Sessions in the database, as Django keeps them; the reading of one, part of every request, is prepared."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from concord.store import quick
from concord.store.models import Person

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()"
_FIELDS = [field.attname for field in Person._meta.concrete_fields]
_PERSON = f"SELECT {', '.join(_FIELDS)} FROM person WHERE id = %s"  # noqa: S608 - the model's own columns


class SessionStore(db.SessionStore):
    """Of a session that is not there, or over, nothing is left: not even its key."""

    def load(self) -> dict[str, Any]:
        found = quick.row(_SESSION, [self.session_key])
        if found is None:
            self._session_key = None
            return {}
        return dict(self.decode(found[0]))


def person(number: object) -> Person | None:
    """The person of a session, read afresh."""
    found = quick.row(_PERSON, [number])
    return Person.from_db("default", _FIELDS, found) if found else None
