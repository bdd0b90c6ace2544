"""Passkeys (WebAuthn): made, used to sign in and to prove again. The device checks its holder, so one is two proofs."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from concord.core.trouble import Trouble
from concord.desk import standings
from concord.store.models import Passkey, Person

State = dict[str, Any]
"""What the server remembers of a challenge between asking and answer: kept in the session, taken out when used."""

_NOT = "The passkey was not accepted."
_MOST = 10


@dataclass(frozen=True, slots=True)
class Site:
    """The site as a browser names it: `origin` is scheme, host and port, as the page's own address has them."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """A passkey belongs to a name; browsers make none for a bare address such as 127.0.0.1."""
        try:
            ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


def _server(site: Site) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=site.host, name=f"Concord, {standings.agreement().terms.authority.name}")
    return Fido2Server(entity, verify_origin=lambda origin: origin == site.origin)


def begin_new(person: Person, site: Site) -> tuple[dict[str, Any], State]:
    """What the browser needs to make a passkey, and what to remember. The passkey is told no name and no address."""
    label = f"{standings.agreement().terms.authority.short} account {person.ref.hex[:6]}"
    user = PublicKeyCredentialUserEntity(id=person.ref.bytes, name=label, display_name=label)
    options, state = _server(site).register_begin(
        user,
        [_data(one) for one in Passkey.objects.filter(person=person)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), dict(state)


def finish_new(person: Person, site: Site, state: State | None, answer: Mapping[str, Any], name: str) -> Passkey:
    """Keep a new passkey, if it answers the challenge of this site and its device checked its holder."""
    if Passkey.objects.filter(person=person).count() >= _MOST:
        raise Trouble(f"You have {_MOST} passkeys already.", todo="Remove one you no longer use.")
    try:
        made = _server(site).register_complete(state or {}, answer)
        data = made.credential_data
    except (ValueError, KeyError, TypeError) as fault:
        raise Trouble(_NOT, why=str(fault)[:200], todo="Try again.") from None
    if data is None:
        raise Trouble(_NOT, todo="Try again.")
    now, called = timezone.now(), name.strip()[:60] or "Passkey"
    try:
        return Passkey.objects.create(
            person=person,
            name=called,
            credential=data.credential_id,
            data=bytes(data),
            count=made.counter,
            made=now,
            used=now,
        )
    except IntegrityError:
        raise Trouble("This passkey is known already.", todo="Use it to sign in.") from None


def begin_use(site: Site, person: Person | None = None) -> tuple[dict[str, Any], State]:
    """What the browser needs to use a passkey: any of this site's, or one of a person who is known already."""
    mine = None if person is None else [_data(one) for one in Passkey.objects.filter(person=person)]
    options, state = _server(site).authenticate_begin(mine, user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), dict(state)


def finish_use(site: Site, state: State | None, answer: Mapping[str, Any], person: Person | None = None) -> Person:
    """Whose passkey it is, if it answers the challenge. One answer for every other case: unknown, copied, another's."""
    try:
        kept = _known(answer, person)
        _server(site).authenticate_complete(state or {}, [_data(kept)], answer)
        count = AuthenticatorData(websafe_decode(answer["response"]["authenticatorData"])).counter
    except (ValueError, KeyError, TypeError, Passkey.DoesNotExist):
        raise Trouble(_NOT, todo="Try again, or sign in with your password.") from None
    if count and count <= kept.count:  # a device that counts never counts backwards: this one is a copy
        raise Trouble(_NOT, todo="Remove this passkey and make a new one.")
    same = Passkey.objects.filter(pk=kept.pk, count=kept.count)
    if not same.update(count=count, used=timezone.now()):
        raise Trouble(_NOT, todo="Try again.")
    return kept.person


def _known(answer: Mapping[str, Any], person: Person | None) -> Passkey:
    known = Passkey.objects.select_related("person").filter(person__active=True)
    known = known if person is None else known.filter(person=person)
    return known.get(credential=websafe_decode(answer["rawId"]))


def _data(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.data))
