"""Guidance for each collection: its days, who does what, and how to read an error (clause 2(e))."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.desk import guide
from concord.web.access import open_page


@open_page
def guidance(request: HttpRequest, collection: str = "") -> HttpResponse:
    if not collection:
        return render(request, "pages/guidance.html", {"guides": guide.every()})
    if request.GET.get("format") == "pdf":
        named = {"Content-Disposition": f'attachment; filename="guide-{collection}.pdf"'}
        return HttpResponse(guide.document(collection), content_type="application/pdf", headers=named)
    return render(request, "pages/guidance.html", {"guide": guide.of(collection)})
