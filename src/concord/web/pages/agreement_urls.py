"""The addresses of an agreement: read, signed, stopped, supposed."""

from __future__ import annotations

from django.urls import URLPattern, path

from concord.web.pages import agreement_deeds, agreement_papers, agreements, installations, what_if


def addresses() -> list[URLPattern]:
    """Called once the converter of a DfE number is registered."""
    one = "agreement/<laestab:laestab>"
    return [
        path("agreements", agreements.agreements, name="agreements"),
        path("agreements/offer", agreements.offer_all, name="offer_all"),
        path("agreement", agreements.agreement, name="agreement"),
        path(one, agreements.agreement, name="agreement_of"),
        path(f"{one}/privacy-notice", agreement_papers.privacy_notice, name="privacy_notice"),
        path(f"{one}/documents/<int:number>", agreement_papers.document, name="agreement_document"),
        path(f"{one}/run-off", agreement_papers.plan, name="run_off"),
        path("installations", installations.own, name="installations"),
        path("installations/<laestab:laestab>", installations.one, name="installation"),
        path("installations/<laestab:laestab>/done", installations.done, name="installation_done"),
        path(f"{one}/what-if", what_if.what_if_page, name="what_if"),
        *(path(f"{one}/{name}", agreement_deeds.deed, {"name": name}) for name in agreement_deeds.DEEDS),
    ]
