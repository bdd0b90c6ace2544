from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class EmergencyAccess(models.Model):
    """One request to see one child's record in an emergency (clauses 2(d), 4(c)): who asks and why, who said what.

    What was asked is never changed; what was answered is said once (`migrations/sql/emergency_access.sql`). How it
    stands is worked out from these facts (`core.agreement.emergency.state_of`) and kept nowhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    pupil = models.ForeignKey("store.Pupil", on_delete=models.CASCADE, related_name="emergencies")
    laestabs = ArrayField(models.CharField(max_length=8))  # where the pupil was when it was asked for
    reason = models.CharField(max_length=40)
    words = models.TextField()
    asked_by = models.CharField(max_length=64)
    asked_role = models.CharField(max_length=40)
    asked = models.DateTimeField()
    lapses = models.DateTimeField()
    answer = models.CharField(max_length=3, blank=True)  # yes, no, off
    decided = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True)
    read_at = ArrayField(models.CharField(max_length=8), default=list)  # establishments that have read the notice

    review = models.CharField(max_length=5, blank=True, default="")  # right, wrong
    review_words = models.TextField(blank=True, default="")
    reviewed = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "emergency_access"
        ordering = ["-asked", "id"]
        indexes = [
            models.Index(fields=["asked_by", "asked"], name="emergency_asker"),
            models.Index(fields=["asked"], name="emergency_asked"),
        ]
