"""Every address of the hub."""

from __future__ import annotations

from django.urls import path, register_converter

from concord.web.api import couriers
from concord.web.pages import (
    agreement_urls,
    clauses,
    conflicts,
    guidance,
    home,
    ledger,
    people_urls,
    progress,
    pupils,
    register_urls,
    return_urls,
    returns,
    session,
    who_looked,
)


class LaestabConverter:
    regex = "[0-9]{3}/[0-9]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CollectionConverter(LaestabConverter):
    regex = "[A-Z]{2,4}-[A-Z]{3}-[0-9]{4}"


register_converter(LaestabConverter, "laestab")
register_converter(CollectionConverter, "collection")

handler500 = "concord.web.pages.faults.broken"
_return = "returns/<laestab:laestab>/<collection:collection>"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", session.sign_in, name="sign_in"),
    path("sign-out", session.sign_out, name="sign_out"),
    path("accessibility", home.accessibility, name="accessibility"),
    path("returns", returns.returns, name="returns"),
    path(_return, returns.one_return, name="return"),
    path(f"{_return}/file", returns.file, name="file"),
    path(f"{_return}/findings", returns.findings, name="findings"),
    path(f"{_return}/queries", returns.queries, name="queries"),
    path(f"{_return}/sign-off", returns.sign_off, name="sign_off"),
    *return_urls.addresses(),
    path("progress", progress.progress, name="progress"),
    path("progress/<collection:collection>", progress.progress, name="progress_of"),
    path("progress/<collection:collection>/approve", progress.approve_many, name="approve_many"),
    path("progress/<collection:collection>/<laestab:laestab>", progress.decide, name="decide"),
    path("conflicts", conflicts.conflicts, name="conflicts"),
    path("conflicts/list", conflicts.listed, name="conflict_list"),
    path("conflicts/undo/<str:change>", conflicts.undo, name="undo"),
    path("pupils", pupils.search, name="pupils"),
    path("pupils/<uuid:pupil_id>", pupils.pupil, name="pupil"),
    path("pupils/<uuid:pupil_id>/history/<str:item>", pupils.history, name="history"),
    *register_urls.urlpatterns,
    path("who-looked", who_looked.who_looked_page, name="who_looked"),
    path("who-looked/<laestab:laestab>", who_looked.who_looked_page, name="who_looked_at"),
    *agreement_urls.addresses(),
    *people_urls.urlpatterns,
    path("clauses", clauses.clauses, name="clauses"),
    path("clauses/<str:clause_id>", clauses.clause, name="clause"),
    path("ledger", ledger.ledger, name="ledger"),
    path("ledger/export", ledger.export, name="ledger_export"),
    path("guidance", guidance.guidance, name="guidance"),
    path("guidance/<collection:collection>", guidance.guidance, name="guidance_of"),
    path("api/courier/enrol", couriers.enrol),
    path("api/courier/uploads", couriers.uploads),
    path("api/courier/uploads/<uuid:upload_id>", couriers.upload),
    path("api/courier/uploads/<uuid:upload_id>/finish", couriers.finish),
    path("api/courier/status", couriers.status),
    path("api/courier/consistency", couriers.consistency),
    path("api/courier/witness", couriers.countersign),
]
