"""Addresses of hidden records, access in an emergency, discrepancies and movers."""

from __future__ import annotations

from django.urls import path

from concord.web.pages import discrepancies, emergency, hidden, movers

urlpatterns = [
    path("hidden", hidden.hidden, name="hidden"),
    path("hidden/<uuid:ref>", hidden.notice, name="hidden_notice"),
    path("hidden/<uuid:ref>/answer", hidden.decide, name="hidden_answer"),
    path("hidden/<uuid:ref>/record", hidden.record, name="hidden_record"),
    path("emergency", emergency.emergency, name="emergency"),
    path("emergency/ask", emergency.ask, name="emergency_ask"),
    path("emergency/list", emergency.every, name="emergency_list"),
    path("emergency/<uuid:access>", emergency.one, name="emergency_one"),
    path("emergency/<uuid:access>/answer", emergency.answer, name="emergency_answer"),
    path("emergency/<uuid:access>/review", emergency.review, name="emergency_review"),
    path("pupils/<uuid:pupil_id>/hide", hidden.report, name="hide_pupil"),
    path("pupils/<uuid:pupil_id>/wrong", discrepancies.raise_one, name="raise_discrepancy"),
    path("discrepancies", discrepancies.discrepancies, name="discrepancies"),
    path("discrepancies/<uuid:ident>", discrepancies.discrepancy, name="discrepancy"),
    path("discrepancies/<uuid:ident>/read", discrepancies.read, name="discrepancy_read"),
    path("movers", movers.movers, name="movers"),
    path("movers/transfers", movers.transfers, name="transfers"),
    path("movers/<uuid:ident>", movers.mover, name="mover"),
]
