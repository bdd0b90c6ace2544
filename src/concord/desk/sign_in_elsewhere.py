"""Signing in through an identity provider: OpenID Connect's authorization code flow with PKCE.

A provider says who somebody is; whether they may come in is decided here. Only a named user who exists already is
signed in: by issuer and subject once linked, the first time by the e-mail address that the provider has verified.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
from django.utils import timezone

from concord.core.trouble import Trouble
from concord.desk import gate, grants
from concord.desk.providers import Provider, asked, published, signing_keys
from concord.store.models import LinkedAccount, Person

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures only: nothing keyed with the client's secret, and never none."""

LEEWAY = 60
_TODO = "Try again, or sign in with your password or passkey."


@dataclass(frozen=True, slots=True)
class Kept:
    """What must come back, or match: kept by the browser in a sealed cookie between going and coming."""

    provider: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider told, and how: `strong` where it asked for a second factor."""

    issuer: str
    subject: str
    email: str
    strong: bool


def begin(provider: Provider, back: str) -> tuple[str, Kept]:
    """The address to send the browser to, and what to keep until it comes back to the address `back`."""
    kept = Kept(provider.id, secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": provider.scopes,
        "state": kept.state,
        "nonce": kept.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{published(provider)['authorization_endpoint']}?{urlencode(query)}", kept


def finish(provider: Provider, kept: Kept, given: Mapping[str, str], back: str) -> Told:
    """What the provider tells about whoever came back with these parameters. Raises `Trouble` on anything amiss."""
    if kept.provider != provider.id or not hmac.compare_digest(kept.state.encode(), given.get("state", "").encode()):
        raise _no("It is not the answer to a question asked here")
    if given.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: the answer of another provider
        raise _no("It comes from another provider")
    if not given.get("code"):
        raise _no("The provider did not let you in")
    tokens = _tokens(provider, kept, given["code"], back)
    claims = _claims(provider, str(tokens.get("id_token", "")))
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), kept.nonce.encode()):
        raise _no("It was made for another visit")
    return _told(provider, claims | _more(provider, claims, tokens))


def _no(why: str) -> Trouble:
    return Trouble("Signing in there did not work.", why=f"{why}.", todo=_TODO)


def _tokens(provider: Provider, kept: Kept, code: str, back: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "code_verifier": kept.verifier,
    }
    who = (provider.client_id, provider.client_secret) if provider.client_secret else None
    return asked("POST", published(provider)["token_endpoint"], data=form, auth=who)


def _claims(provider: Provider, token: str) -> dict[str, Any]:
    """The claims of an ID token that is the provider's, for us, and in date."""
    for fresh in (False, True):
        try:
            return _verified(provider, token, fresh)
        except KeyError:  # signed with a key not seen yet: the keys are fetched once more
            continue
        except jwt.PyJWTError:
            break
    raise _no("What the provider sent is not signed as it should be")


def _verified(provider: Provider, token: str, fresh: bool) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError
    sets = jwt.PyJWKSet.from_dict(signing_keys(provider, fresh=fresh))
    named = [one for one in sets.keys if one.key_id == header.get("kid")]
    keys = named or (sets.keys if "kid" not in header else [])
    if len(keys) != 1:
        raise KeyError
    claims: dict[str, Any] = jwt.decode(
        token,
        keys[0].key,
        algorithms=[header["alg"]],
        audience=provider.client_id,
        issuer=provider.issuer,
        leeway=LEEWAY,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise jwt.InvalidAudienceError
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
        raise jwt.InvalidAudienceError
    return claims


def _more(provider: Provider, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> dict[str, Any]:
    """The e-mail address from the provider's userinfo, where the ID token lacks it: of the same subject only."""
    address = published(provider).get("userinfo_endpoint")
    if claims.get("email") or not address or not tokens.get("access_token"):
        return {}
    found = asked("GET", str(address), headers={"Authorization": f"Bearer {tokens['access_token']}"})
    if found.get("sub") != claims["sub"]:
        raise _no("The provider told of two people")
    return {key: found[key] for key in ("email", "email_verified") if key in found}


def _told(provider: Provider, claims: Mapping[str, Any]) -> Told:
    verified = claims.get("email_verified") is True or provider.email_is_verified
    email = str(claims.get("email", "")).lower() if verified else ""
    amr = claims.get("amr") if isinstance(claims.get("amr"), list) else []
    strong = bool({*map(str, amr or []), str(claims.get("acr", ""))} & set(provider.second_factor))
    return Told(provider.issuer, str(claims["sub"]), email, strong)


def person_of(told: Told) -> Person:
    """The named user who was told of; one answer for all who may not come in."""
    linked = LinkedAccount.objects.select_related("person").filter(issuer=told.issuer, subject=told.subject).first()
    person = linked.person if linked else _first_time(told)
    if person is None or not person.active:
        raise Trouble(
            "Nobody has let this account in here.",
            why="An account elsewhere opens nothing by itself: a manager invites each user by name.",
            todo="Ask your manager to invite you, under the e-mail address of that account.",
        )
    if linked:
        LinkedAccount.objects.filter(pk=linked.pk).update(used=timezone.now())
    return person


def _first_time(told: Told) -> Person | None:
    """Link the account to the person with its verified address, unless theirs is linked to another one already."""
    person = Person.objects.filter(email=told.email, active=True).first() if told.email else None
    if person is None or LinkedAccount.objects.filter(person=person, issuer=told.issuer).exists():
        return None
    permit = gate.ask(gate.system(), grants.FLOW, establishments=[])
    with gate.act(permit, "account elsewhere linked") as deed:
        now = timezone.now()
        LinkedAccount.objects.create(person=person, issuer=told.issuer, subject=told.subject, made=now, used=now)
        deed.establishments = frozenset(person.establishments) - {"*"}
        deed.facts |= {"person": person.ref.hex}
    return person
