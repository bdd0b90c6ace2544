"""A small identity provider on this machine: OpenID Connect's discovery, authorization code with PKCE, keys, userinfo.

It keeps to the standard, so that what the hub leaves out is refused; `lie` and `sign` make it break one rule at a time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "concord", "a secret of the client that is long enough"
Claims = dict[str, Any]


@dataclass
class User:
    """Who is signed in at the provider."""

    sub: str = "subject-1"
    email: str = "head@people.example"
    email_verified: bool = True
    amr: tuple[str, ...] = ("pwd", "mfa")


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """The provider's state. `lie` changes the claims of the ID token; `sign` replaces how it is signed."""

    user: User = field(default_factory=User)
    key: rsa.RSAPrivateKey = field(default_factory=_key)
    kid: str = "one"
    lie: Callable[[Claims], Claims] = field(default=lambda claims: claims)
    sign: Callable[[Provider, Claims], str] | None = None
    email_in_token: bool = True
    userinfo_sub: str = ""
    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, User] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)

    def rotate(self) -> None:
        self.key, self.kid = _key(), f"{self.kid}+"

    def discovery(self) -> Claims:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        ends = {name: f"{self.issuer}/{end}" for name, end in (names | {"userinfo_endpoint": "userinfo"}).items()}
        return {"issuer": self.issuer, "response_types_supported": ["code"], **ends}

    def jwks(self) -> Claims:
        return {"keys": [{**RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True), "kid": self.kid, "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next: back to the client with a code, since the user is signed in and consents."""
        needed = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        wrong = [name for name, value in needed.items() if asked.get(name) != value]
        wrong += [name for name in ("redirect_uri", "state", "nonce", "code_challenge") if not asked.get(name)]
        if wrong or "openid" not in asked.get("scope", "").split():
            raise ValueError(f"the request is not a proper one: {wrong}")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], basic: str) -> Claims:
        if base64.b64decode(basic.removeprefix("Basic ")).decode() != f"{CLIENT}:{SECRET}":
            raise ValueError("not our client")
        asked = self.codes.pop(form["code"])  # a code is good once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if challenge.decode() != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            raise ValueError("not the one who asked")
        self.used.append(form["code"])
        access = secrets.token_urlsafe(16)
        self.tokens[access] = self.user
        return {"access_token": access, "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims: Claims = {"iss": self.issuer, "sub": self.user.sub, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": nonce, "amr": list(self.user.amr)}
        if self.email_in_token:
            claims |= {"email": self.user.email, "email_verified": self.user.email_verified}
        claims = self.lie(claims)
        return self.sign(self, claims) if self.sign else signed(self, claims)

    def userinfo(self, bearer: str) -> Claims:
        user = self.tokens[bearer.removeprefix("Bearer ")]
        told = {"email": user.email, "email_verified": user.email_verified}
        return {"sub": self.userinfo_sub or user.sub, **told}


def signed(provider: Provider, claims: Claims) -> str:
    return jwt.encode(claims, provider.key, algorithm="RS256", headers={"kid": provider.kid})


class Answers(BaseHTTPRequestHandler):
    """The provider's addresses."""

    server: Serving

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts, provider = urlsplit(self.path), self.server.provider
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        bearer = self.headers.get("Authorization", "")
        ways: dict[str, Callable[[], Claims]] = {
            "/.well-known/openid-configuration": provider.discovery,
            "/jwks": provider.jwks,
            "/userinfo": lambda: provider.userinfo(bearer),
        }
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.authorize(query))
            self.end_headers()
        else:
            self._json(ways[parts.path])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._json(lambda: self.server.provider.token(form, self.headers.get("Authorization", "")))

    def _json(self, make: Callable[[], Claims]) -> None:
        try:
            told, status = make(), 200
        except (ValueError, KeyError) as fault:
            told, status = {"error": "invalid_request", "error_description": str(fault)}, 400
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Serving(ThreadingHTTPServer):
    """The provider on a free port of this machine, from `with` to its end."""

    daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.provider = provider
        provider.issuer = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Serving:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.shutdown()
        self.server_close()
