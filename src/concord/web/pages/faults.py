"""Pages for what went wrong: kept so plain that they stand when everything else has fallen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from concord.web.access import open_page


@open_page
def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Nothing is looked up: whatever broke could break again here."""
    return HttpResponse(render_to_string("500.html"), status=500)


@open_page
def no_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from another site. `reason` is for the log, not for the reader."""
    return render(request, "403_csrf.html", status=403)
