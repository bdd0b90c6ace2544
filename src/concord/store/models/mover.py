from __future__ import annotations

import uuid

from django.db import models


class MoverCase(models.Model):
    """A vulnerable pupil who left one establishment and is on no other's roll (clause 3(f)), worked to an outcome.

    `signs` name what makes the pupil vulnerable (`codesets/register/vulnerable.toml`); `evidence` is what the register
    held when the case was raised: establishment, day and return of the leaving.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    pupil = models.ForeignKey("store.Pupil", on_delete=models.CASCADE, related_name="mover_cases")
    laestab = models.CharField(max_length=8)  # the establishment that was left
    left = models.DateField()
    via = models.CharField(max_length=80)
    year_group = models.CharField(max_length=3, blank=True)
    signs = models.JSONField(default=list)
    raised = models.DateTimeField()
    due = models.DateField()
    state = models.CharField(max_length=10)  # open, closed
    outcome = models.CharField(max_length=20, blank=True)
    to_laestab = models.CharField(max_length=8, blank=True)
    words = models.TextField(blank=True)
    closed = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "mover_case"
        constraints = [models.UniqueConstraint(fields=["pupil", "laestab", "left"], name="one_case_a_leaving")]
        indexes = [models.Index(fields=["state", "due"], name="mover_due")]
