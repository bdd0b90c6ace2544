from __future__ import annotations

from django.db import models


class AgreementEvent(models.Model):
    """One recorded fact in the life of an agreement (clauses 2(a), 2(d), 4(h), 7(b)-(d)): all a standing derives from.

    Append-only: a trigger refuses UPDATE and DELETE.
    """

    establishment = models.ForeignKey("store.Establishment", on_delete=models.PROTECT, related_name="agreement_events")
    kind = models.CharField(max_length=40)
    on = models.DateField()
    recorded = models.DateTimeField()
    party = models.CharField(max_length=20)
    by = models.CharField(max_length=64)  # an opaque actor ref
    role = models.CharField(max_length=40, blank=True)
    version = models.CharField(max_length=20, blank=True)
    evidence = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "agreement_event"
        ordering = ["id"]
        indexes = [models.Index(fields=["establishment", "on"])]
