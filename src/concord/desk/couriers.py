"""Couriers: let in once by a token, known by their key, stopped at once (mission B1-B3, clause 2(d))."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.seal import wire
from concord.core.seal.signature import public_key, public_text, unb64
from concord.core.trouble import Trouble
from concord.desk import gate, keys, standings
from concord.store import tree
from concord.store.models import Courier, EnrolmentToken, SeenNonce

TOKEN_HOURS = 8
FRESH = timedelta(minutes=10)


class Unknown(Trouble):
    """A request that no enrolled courier signed. It says no more than that."""

    def __init__(self, why: str = "") -> None:
        super().__init__("The request is not from an enrolled courier.", why=why, todo="Enrol the courier again.")


def origin() -> str:
    """The ledger's name in checkpoints: the LA's number and the agreement's."""
    return f"concord/{standings.agreement().terms.authority.number}"


def issue_token(actor: Actor, laestab: str) -> str:
    """A single-use leave to enrol one courier for one establishment, for eight hours. Only its hash is kept."""
    return token_under(gate.ask(actor, "courier-enrolment", establishments=[laestab]), laestab)


def token_under(permit: Permit, laestab: str) -> str:
    """The same under a permit already given: for the support contractor, whom the head teacher lets in (2(d))."""
    token = secrets.token_urlsafe(32)
    with gate.act(permit, "courier enrolment allowed", laestab):
        EnrolmentToken.objects.create(
            digest=hashlib.sha256(token.encode()).hexdigest(),
            establishment_id=laestab,
            issued_by=permit.actor,
            expires=timezone.now() + timedelta(hours=TOKEN_HOURS),
        )
    return token


def enrol(token: str, signing_key: str, host: str) -> dict[str, Any]:
    """Bind a courier's key to the establishment of its token. A token opens once."""
    raw, digest = unb64(signing_key, "The signing key", 32), hashlib.sha256(token.encode()).hexdigest()
    found = _token(EnrolmentToken.objects.all(), digest)
    if (same := _same(found, raw)) is not None:
        return _card(same)
    place = _open(found).establishment
    courier = Courier(establishment=place, signing_key=raw, host=host[:200], enrolled=timezone.now())
    permit = gate.ask(actor_of(courier), "courier-enrolment", establishments=[place.laestab])
    with gate.act(permit, "courier enrolled", place.laestab) as deed:
        held = _token(EnrolmentToken.objects.select_for_update(), digest)
        if (same := _same(held, raw)) is None:
            _open(held)
            EnrolmentToken.objects.filter(pk=digest).update(used=timezone.now())
            courier.save(force_insert=True)
        deed.facts |= {"courier": (same or courier).id.hex}
    return _card(same or courier)


def _token(tokens: QuerySet[EnrolmentToken], digest: str) -> EnrolmentToken | None:
    return tokens.filter(digest=digest, expires__gt=timezone.now()).first()


def _same(token: EnrolmentToken | None, key: bytes) -> Courier | None:
    """The courier this token and key made before: the answer was lost on its way, and is given again."""
    if token is None or token.used is None:
        return None
    return Courier.objects.filter(establishment=token.establishment_id, signing_key=key, revoked=None).first()


def _open(token: EnrolmentToken | None) -> EnrolmentToken:
    if token is None or token.used is not None:
        raise Trouble(
            "This enrolment code cannot be used.",
            why="It is unknown, used already, or older than eight hours.",
            todo="Ask for a new one on the establishment's courier page.",
        )
    return token


def _card(courier: Courier) -> dict[str, Any]:
    la = standings.agreement().terms.authority
    return {
        "courier": str(courier.id),
        "establishment": courier.establishment_id,
        "la": la.number,
        "name": courier.establishment.name,
        "kind": courier.establishment.kind,
        "hub": {"recipient": keys.seal_recipient(), "signing_key": public_text(keys.signing_key()), "origin": origin()},
        "checkpoint": tree.sign_head(origin(), keys.signing_key()).document(),
    }


def actor_of(courier: Courier) -> Actor:
    return Actor(
        ref=courier.id.hex,
        role="courier",
        establishments=frozenset([courier.establishment_id]),
        active=courier.revoked is None,
    )


def recognise(method: str, url: str, headers: dict[str, str], body: bytes) -> Courier:
    """The courier that signed this request (RFC 9421), at most once and not long ago; `Unknown` otherwise."""
    courier = _named(wire.keyid_of(headers))
    if courier is None or courier.revoked is not None:
        raise Unknown
    key = public_key_of(courier)
    wire.verify_request(method, url, headers, body, key, timezone.now(), lambda nonce: _seen(str(courier.id), nonce))
    return courier


def check_enrolment(method: str, url: str, headers: dict[str, str], body: bytes, signing_key: object) -> None:
    """An enrolment is signed with the key it brings, which proves that its sender holds it."""
    wire.verify_request(
        method, url, headers, body, public_key(signing_key), timezone.now(), lambda nonce: _seen("enrol", nonce)
    )


def _named(keyid: str) -> Courier | None:
    try:
        wanted = UUID(keyid)
    except ValueError:
        return None
    return Courier.objects.select_related("establishment").filter(pk=wanted).first()


def public_key_of(courier: Courier) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(bytes(courier.signing_key))


def _seen(keyid: str, nonce: str) -> bool:
    """Whether a nonce was used before; it is now. Old ones go, since their signatures are stale by themselves."""
    now = timezone.now()
    SeenNonce.objects.filter(seen__lt=now - FRESH).delete()
    try:
        with transaction.atomic():
            SeenNonce.objects.create(keyid=keyid, nonce=nonce[:128], seen=now)
    except IntegrityError:
        return True
    return False


def revoke(actor: Actor, courier_id: UUID) -> None:
    """Stop a courier at once: its next request, and the next piece of a half-sent file, is from nobody."""
    courier = Courier.objects.get(pk=courier_id)
    permit = gate.ask(actor, "courier-enrolment", establishments=[courier.establishment_id])
    with gate.act(permit, "courier revoked", courier.establishment_id) as deed:
        courier.revoked = timezone.now()
        courier.save(update_fields=["revoked"])
        deed.facts |= {"courier": courier.id.hex}
