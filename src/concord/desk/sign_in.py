"""Signing in: counted, so that guessing is slow, and written down, so that it is seen."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from concord.desk import standings
from concord.store import ledger
from concord.store.models import SignInTry

WINDOW = timedelta(minutes=15)
TRIES_OF_ACCOUNT = 8
TRIES_OF_ADDRESS = 100


def _fingerprint(text: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}|{text}".encode()).hexdigest()[:32]


def too_often(email: str, origin: str) -> bool:
    """Whether this account from this address, or this address altogether, has failed too often just now.

    Counted by account *and* address: a stranger's failures never lock out the person they guess at.
    """
    recent = SignInTry.objects.filter(at__gt=timezone.now() - WINDOW, well=False)
    pair = recent.filter(account=_fingerprint(email), origin=_fingerprint(origin)).count()
    return pair >= TRIES_OF_ACCOUNT or recent.filter(origin=_fingerprint(origin)).count() >= TRIES_OF_ADDRESS


def tried(email: str, origin: str, person: Any) -> None:
    """Remember a try, and write it in the ledger under the person's ref; a wrong address is nobody's."""
    SignInTry.objects.create(
        account=_fingerprint(email), origin=_fingerprint(origin), well=person is not None, at=timezone.now()
    )
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    who = person.ref.hex if person is not None else "unknown"
    line = {
        "kind": "deed",
        "at": at,
        "flow": "user-access",
        "clause": "4a",
        "actor": who,
        "role": person.role if person else "",
    }
    ledger.append(
        [
            line
            | {"deed": "signed in" if person is not None else "sign-in refused", "establishments": [], "subjects": []}
        ]
    )


def demonstration() -> list[dict[str, str]]:
    """The demonstration's sign-ins, for its own sign-in page."""
    path = Path(settings.CONFIG.home) / "demonstration.json"
    if not path.exists():
        return []
    roles = standings.agreement().roles
    return [
        {**one, "role_words": roles[one["role"]].title, "sees": roles[one["role"]].says}
        for one in json.loads(path.read_text())["sign_ins"]
    ]
