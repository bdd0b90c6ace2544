from __future__ import annotations

import uuid

from django.db import models


class Discrepancy(models.Model):
    """A value that one party holds to be wrong (2(d), 5(d)): who says so, who answers for it, by when, how it ended.

    `owner` is the side that provides the value and so settles it. `state`: open, settled, or told (an establishment's
    value was not taken when a conflict was settled; it is told and need only say that it has seen it).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    laestab = models.CharField(max_length=8)
    pupil = models.ForeignKey("store.Pupil", on_delete=models.CASCADE, related_name="discrepancies")
    upn = models.CharField(max_length=20)  # as the addressee knows the pupil, who may be on no roll of theirs any more
    item = models.CharField(max_length=60)
    held = models.TextField(blank=True)
    suggested = models.TextField(blank=True)
    says = models.TextField(blank=True)
    raised_side = models.CharField(max_length=16)
    raised_by = models.CharField(max_length=64)
    raised_role = models.CharField(max_length=40)
    raised = models.DateTimeField()
    owner = models.CharField(max_length=16)
    due = models.DateField()
    state = models.CharField(max_length=10)
    outcome = models.CharField(max_length=20, blank=True)
    answer = models.TextField(blank=True)
    settled_by = models.CharField(max_length=64, blank=True)
    settled = models.DateTimeField(null=True)

    class Meta:
        db_table = "discrepancy"
        indexes = [
            models.Index(fields=["state", "due"], name="discrepancy_due"),
            models.Index(fields=["laestab", "state"], name="discrepancy_at"),
        ]
