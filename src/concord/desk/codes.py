"""Second proofs that are typed: six digits of an authenticator app (RFC 6238), or a recovery code. Each works once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from concord.core.trouble import Trouble
from concord.desk import keys, standings
from concord.store.models import CodeMaker, Person, RecoveryCode

STEP = 30
DIGITS = 6
DRIFT = 1  # steps a phone's clock may be off, either way
RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def new_secret() -> bytes:
    """160 bits, the length of the hash, as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def code_at(secret: bytes, step: int) -> str:
    """The code of a 30-second step since 1970 (RFC 4226 with HMAC-SHA-1, which every authenticator app knows)."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_now() -> int:
    return int(time.time()) // STEP


def address_of(secret: bytes, person: Person) -> str:
    """What the QR code says: the secret under the authority's name. The account's label is no e-mail address."""
    issuer = f"Concord, {standings.agreement().terms.authority.short}"
    label = quote(f"{issuer}:{person.ref.hex[:6]}", safe=":")
    return f"otpauth://totp/{label}?{urlencode({'secret': spelled(secret), 'issuer': issuer}, quote_via=quote)}"


def spelled(secret: bytes) -> str:
    """The secret as it is typed into an app by hand."""
    return base64.b32encode(secret).decode()


def _step_of(secret: bytes, code: str) -> int | None:
    """The step a code belongs to, near now; all that could be are compared, whichever fits."""
    plain = "".join(code.split())
    now, found = step_now(), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), plain.encode()):
            found = step
    return found


def enrol(person: Person, secret: bytes, code: str) -> None:
    """Bind an authenticator app, once it has shown that it knows the secret. It replaces an earlier one."""
    step = _step_of(secret, code)
    if step is None:
        raise Trouble("This is not the code the app shows now.", todo="Wait for the next one and type it.")
    sealed = {"secret": seal(secret, person), "last_step": step, "made": timezone.now(), "used": timezone.now()}
    CodeMaker.objects.update_or_create(person=person, defaults=sealed)


def seal(secret: bytes, person: Person) -> bytes:
    """AES-256-GCM under the hub's own key, bound to the person: moved to another's row, it does not open."""
    nonce = os.urandom(12)
    return nonce + AESGCM(keys.proof_key()).encrypt(nonce, secret, person.ref.bytes)


def unseal(sealed: bytes, person: Person) -> bytes:
    return AESGCM(keys.proof_key()).decrypt(sealed[:12], sealed[12:], person.ref.bytes)


def code_holds(person: Person, code: str) -> bool:
    """Whether a code of the person's app is right and was never used. Of two at the same time, one gets a yes."""
    maker = CodeMaker.objects.filter(person=person).first()
    if maker is None:
        return False
    step = _step_of(unseal(bytes(maker.secret), person), code)
    if step is None:
        return False
    fresh = CodeMaker.objects.filter(pk=maker.pk, last_step__lt=step)
    return bool(fresh.update(last_step=step, used=timezone.now()))


def new_recovery_codes(person: Person) -> list[str]:
    """Ten recovery codes in place of any before, told once: of 49 bits each, so that a keyed hash is enough."""
    made = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, mark=_mark(person, one)) for one in made)
    return [f"{one[:5]}-{one[5:]}" for one in made]


def recovery_code_holds(person: Person, code: str) -> bool:
    """Whether a recovery code is one of the person's that was never used; it is used up by this."""
    plain = "".join(one for one in code.upper() if one in _LETTERS)
    fresh = RecoveryCode.objects.filter(person=person, mark=_mark(person, plain), used=None)
    return bool(fresh.update(used=timezone.now()))


def recovery_codes_left(person: Person) -> int:
    return RecoveryCode.objects.filter(person=person, used=None).count()


def _mark(person: Person, code: str) -> str:
    return hmac.new(keys.proof_key(), person.ref.bytes + code.encode(), hashlib.sha256).hexdigest()
