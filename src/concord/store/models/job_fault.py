from __future__ import annotations

from django.db import models


class JobFault(models.Model):
    """Why a queued job failed, until it goes well: the kind of fault and its first line, no data."""

    job = models.BigIntegerField(primary_key=True)  # of procrastinate's queue
    verb = models.CharField(max_length=60)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "job_fault"
        ordering = ["job"]
