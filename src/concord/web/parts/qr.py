"""The picture an authenticator app reads a new secret from, with the secret as text for whoever cannot use a camera."""

from __future__ import annotations

import base64
import io
from typing import Any

import qrcode
from django.http import HttpRequest
from qrcode.image.svg import SvgPathImage

from concord.desk import codes

_SECRET = "new-secret"  # noqa: S105 - the name of a place in the session


def pending_secret(request: HttpRequest) -> bytes:
    """The secret that this session is about to bind: made once, so that the code belongs to the picture on the page."""
    if _SECRET not in request.session:
        request.session[_SECRET] = base64.b64encode(codes.new_secret()).decode()
    return base64.b64decode(request.session[_SECRET])


def forget_secret(request: HttpRequest) -> None:
    request.session.pop(_SECRET, None)


def app_of(person: Any, secret: bytes) -> dict[str, str]:
    """Context of a page that binds an app: `picture`, an SVG as a data address, and `spelled`, in groups of four."""
    made = io.BytesIO()
    qrcode.make(codes.address_of(secret, person), image_factory=SvgPathImage, border=4, box_size=10).save(made)
    text = codes.spelled(secret)
    return {
        "picture": f"data:image/svg+xml;base64,{base64.b64encode(made.getvalue()).decode()}",
        "spelled": " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
    }
