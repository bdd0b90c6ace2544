"""Signing in: counted, so that guessing is slow, and written down, so that it is seen.

A password, or an account elsewhere that asked for no second factor, opens nothing: the person is let in when a second
proof has held (`second_proof`). A passkey is two proofs in one, since its device checks who holds it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from concord.core.trouble import Trouble
from concord.desk import codes, standings
from concord.store import ledger
from concord.store.models import Person, SignInTry

WINDOW = timedelta(minutes=15)
KNOWN = timedelta(days=30)
"""How long an account that came in from an address counts as known there, and how long a try is kept at all."""
TRIES_OF_ACCOUNT = 8
TRIES_OF_ADDRESS = 100
TRIES_OF_CODE = 12
"""Codes of one person from anywhere: only somebody who has passed their first proof can use these up."""


def _fingerprint(text: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}|{text}".encode()).hexdigest()[:32]


def too_often(email: str, origin: str) -> bool:
    """Whether this account from this address, or this address altogether, has failed too often just now.

    Counted by account *and* address: a stranger's failures never lock out the person they guess at. An address that
    many share is shut to accounts that never came in from it, and stays open to those that did.
    """
    account, address = _fingerprint(email), _fingerprint(origin)
    recent = SignInTry.objects.filter(at__gt=timezone.now() - WINDOW, well=False, origin=address)
    if recent.filter(account=account).count() >= TRIES_OF_ACCOUNT:
        return True
    return recent.count() >= TRIES_OF_ADDRESS and not _known_here(account, address)


def _known_here(account: str, address: str) -> bool:
    since = timezone.now() - KNOWN
    return SignInTry.objects.filter(account=account, origin=address, well=True, at__gt=since).exists()


def tried(email: str, origin: str, person: Any) -> None:
    """Remember a first proof, right or wrong. A wrong one is in the ledger; a right one opens nothing yet."""
    _count(email, origin, person is not None)
    if person is None:
        _tell("sign-in refused", None)


def _count(account: str, origin: str, well: bool) -> None:
    now = timezone.now()
    SignInTry.objects.create(account=_fingerprint(account), origin=_fingerprint(origin), well=well, at=now)
    if well:
        SignInTry.objects.filter(at__lt=now - KNOWN).delete()


def second_proof(person: Person, code: str, origin: str) -> str:
    """How a typed second proof holds: `code` or `recovery code`. `Trouble` where it does not, or after too many."""
    account = f"code:{person.ref.hex}"
    recent = SignInTry.objects.filter(at__gt=timezone.now() - WINDOW, well=False, account=_fingerprint(account))
    if too_often(account, origin) or recent.count() >= TRIES_OF_CODE:
        raise Trouble("There were too many tries.", todo="Wait 15 minutes and try again.")
    how = "code" if codes.code_holds(person, code) else ""
    how = how or ("recovery code" if codes.recovery_code_holds(person, code) else "")
    _count(account, origin, bool(how))
    if how:
        return how
    _tell("second proof refused", person)
    raise Trouble("This code is wrong, or was used before.", todo="Wait for the next code of your app and enter that.")


def signed_in(person: Person, how: str) -> None:
    """Write down that somebody is in, and by which proofs."""
    _tell("signed in", person, how=how)


def proved_again(person: Person, how: str) -> None:
    """Write down that somebody proved again who they are, before confidential data (4(c))."""
    _tell("proved again", person, how=how)


def _tell(deed: str, person: Person | None, **facts: str) -> None:
    """A line of the ledger under the person's ref; a wrong address is nobody's."""
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    line: dict[str, Any] = {
        "kind": "deed",
        "at": at,
        "flow": "user-access",
        "clause": "4a",
        "actor": person.ref.hex if person else "unknown",
        "role": person.role if person else "",
        "deed": deed,
        "establishments": [],
        "subjects": [],
    }
    ledger.append([line | {"facts": facts} if facts else line])


def demonstration() -> list[dict[str, str]]:
    """The demonstration's sign-ins, for its own sign-in page, each with the code its app would show now."""
    path = Path(settings.CONFIG.home) / "demonstration.json"
    if not settings.CONFIG.demo or not path.exists():
        return []
    roles = standings.agreement().roles
    people = {one.email: one for one in Person.objects.filter(code_maker__isnull=False).select_related("code_maker")}
    return [
        {
            **one,
            "role_words": roles[one["role"]].title,
            "sees": roles[one["role"]].says,
            "code": _code_shown(people.get(one["email"])),
        }
        for one in json.loads(path.read_text())["sign_ins"]
    ]


def _code_shown(person: Person | None) -> str:
    """The code that works next for a person of the demonstration, in two groups; none while all near now are used."""
    if person is None:
        return ""
    step = max(codes.step_now(), person.code_maker.last_step + 1)
    if step > codes.step_now() + codes.DRIFT:
        return ""
    code = codes.code_at(codes.unseal(bytes(person.code_maker.secret), person), step)
    return f"{code[:3]} {code[3:]}"
