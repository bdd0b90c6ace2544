"""The gallery: `/` draws every part, `/<page>/<amount>` one page. For tests and for those who write pages; never in
the hub.

Look at it: `PYTHONPATH=src:tests python -m web.parts.gallery_urls` and open the address it prints.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from web.parts import sample_pages, samples


def _parts(amount: int) -> dict[str, Any]:
    from concord.web.parts.states import STATES
    from concord.web.parts.table import Table

    return {
        "states": list(STATES)[:amount],
        "facts": samples.facts(min(amount, 4)),
        "duties": samples.duties(min(amount, 6)),
        "table": Table(**(vars(samples.returns_table(amount)) | {"id": f"list-{amount}"})),
        "bars": samples.bars(count=min(amount, 5)),
        "lines": samples.lines(min(amount, 4)) if amount else None,
        "year": samples.year(39 if amount > 1 else amount),
        "events": samples.events(min(amount, 4)),
        "rows": samples.facts_of_a_pupil()[:amount],
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Every part with nothing, one and many, and every kind of field with its error."""
    amounts = {name: _parts(amount) for name, amount in sample_pages.AMOUNTS.items()}
    context = sample_pages.FRAME | {"amounts": amounts, "pages": sample_pages.PAGES, "refused": samples.Refused()}
    context |= {
        "asked": "The autumn census copy.",
        "today": samples.TODAY,
        "form": samples.Signing(data={"signed_0": "31"}),
    }
    return render(request, "gallery.html", context)


def page(request: HttpRequest, name: str, amount: str) -> HttpResponse:
    """One page with its made-up context."""
    if name not in sample_pages.PAGES or amount not in sample_pages.AMOUNTS:
        raise Http404
    template, context = sample_pages.PAGES[name]
    return render(request, template, sample_pages.FRAME | context(sample_pages.AMOUNTS[amount]))


urlpatterns = [path("", gallery), path("<str:name>/<str:amount>", page)]


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "web.parts.gallery_settings"
    from django.core.management import execute_from_command_line

    from concord.site.front_end import build

    build()
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", *sys.argv[1:]])
