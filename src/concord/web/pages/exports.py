"""Lists and files taken away: the establishment's own list with what was found, and approved files for COLLECT."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from concord.core.trouble import Trouble
from concord.desk import export_returns, return_workbook
from concord.web.access import flow
from concord.web.pages.asking import asking, side

_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(True, name.replace("/", "-")) or "attachment"}


@flow("own-return", "return-approval")
def own_list(request: HttpRequest, laestab: str, collection: str) -> HttpResponse:
    """The return's own rows with *Validation result* and *Errors*, as a workbook or as CSV."""
    form = request.GET.get("format", "xlsx")
    if form not in _KINDS:
        raise Trouble("This list can be taken away as CSV or XLSX.", todo="Use the links on the return's page.")
    name, content = return_workbook.taken_away(asking(request), side(request), laestab, collection, form)
    return HttpResponse(content, content_type=_KINDS[form], headers=_attached(name))


@flow("return-approval")
def approved(request: HttpRequest, collection: str) -> HttpResponseBase:
    """Every approved file of a collection in one archive, made while it is sent."""
    export = export_returns.approved(asking(request), collection)
    return StreamingHttpResponse(export.chunks(), content_type="application/zip", headers=_attached(export.name))


@flow("return-approval")
def approved_one(request: HttpRequest, collection: str, laestab: str) -> HttpResponse:
    """One approved file, byte for byte as it was sent."""
    name, content = export_returns.one(asking(request), collection, laestab)
    return HttpResponse(content, content_type="application/octet-stream", headers=_attached(name))
