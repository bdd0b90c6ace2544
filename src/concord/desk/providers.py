"""Identity providers by which named users may sign in (OpenID Connect): which there are, and what they publish."""

from __future__ import annotations

import ipaddress
import time
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from concord.core.trouble import Trouble

KEEP = 600.0
"""Seconds for which what a provider publishes is taken as it was read."""

_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
_KNOWN = {"id", "title", "issuer", "client_id", "client_secret", "second_factor", "email_is_verified", "scopes"}


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `second_factor`: values of `amr` or `acr` that say it asked for one; else ours is asked.

    `email_is_verified`: the provider's addresses are its own and right, though it does not say so in each token.
    """

    id: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = ""
    second_factor: tuple[str, ...] = ()
    email_is_verified: bool = False
    scopes: str = "openid email"


def providers() -> dict[str, Provider]:
    """The providers of `CONCORD_OIDC`, by id; none where it is empty."""
    path = settings.CONFIG.oidc
    return _read(path, path.stat().st_mtime_ns) if path and path.exists() else {}


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict[str, Provider]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("provider", [])
        return {row["id"]: _one(row) for row in rows}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as fault:
        raise Trouble(
            f"{path.name} does not name its identity providers as it should.",
            why=str(fault),
            todo="See docs/sign-in.md for an example.",
        ) from None


def _one(row: dict[str, Any]) -> Provider:
    if set(row) - _KNOWN:
        raise Trouble(f"Not a word of a provider: {', '.join(sorted(set(row) - _KNOWN))}.", todo="See docs/sign-in.md.")
    made = Provider(**row | {"second_factor": tuple(row.get("second_factor", ()))})
    _safe(made.issuer)
    return made


def _safe(address: str) -> str:
    """An address of a provider: HTTPS, or this machine itself."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or "")):
        return address
    raise Trouble("An identity provider is reached over HTTPS only.", why=f"It gives {parts.scheme}://{parts.netloc}.")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_kept: dict[str, tuple[float, dict[str, Any]]] = {}


def _fetched(address: str, *, fresh: bool = False) -> dict[str, Any]:
    at, known = _kept.get(address, (0.0, {}))
    if known and not fresh and time.monotonic() - at < KEEP:
        return known
    found = asked("GET", address)
    _kept[address] = (time.monotonic(), found)
    return found


def asked(method: str, address: str, **more: Any) -> dict[str, Any]:
    """A provider's answer as JSON: in ten seconds, without redirects, and no more than a megabyte of it."""
    try:
        with httpx.Client(timeout=10, follow_redirects=False) as client:
            answer = client.request(method, _safe(address), **more)
            found = answer.json() if len(answer.content) < 1_000_000 else None
    except (httpx.HTTPError, ValueError):
        raise _silent() from None
    if answer.status_code != 200 or not isinstance(found, dict):
        raise _silent()
    return found


def _silent() -> Trouble:
    return Trouble(
        "The identity provider did not answer as it should.",
        todo="Try again, or sign in with your password or passkey.",
    )


def published(provider: Provider) -> dict[str, Any]:
    """The provider's own description (OpenID Connect Discovery); refused where it is of another issuer."""
    found = _fetched(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer or any(not isinstance(found.get(key), str) for key in _NEEDED):
        raise _silent()
    for key in _NEEDED:
        _safe(found[key])
    return found


def signing_keys(provider: Provider, *, fresh: bool = False) -> dict[str, Any]:
    """The provider's public keys, as a JWK set; `fresh` after it signed with one not seen before."""
    return _fetched(published(provider)["jwks_uri"], fresh=fresh)
