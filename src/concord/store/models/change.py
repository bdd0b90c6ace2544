from __future__ import annotations

import uuid

from django.db import models


class Change(models.Model):
    """A difference between what a return says and what the register holds (clause 4(f)).

    `kind`: value (an item differs), pupil (who is this?), roll (two establishments claim one pupil).
    `state`: conflict (waits for an MI officer), accepted, rejected, loaded. `decided_by` is `rule` where the dated
    acceptance rule of the agreement decided, else an actor's ref.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey("store.ReturnVersion", null=True, on_delete=models.PROTECT, related_name="changes")
    laestab = models.CharField(max_length=8)
    kind = models.CharField(max_length=10)
    pupil = models.ForeignKey("store.Pupil", null=True, on_delete=models.CASCADE)
    row = models.IntegerField(null=True)  # the pupil's row in the return; none for the regular feed
    item = models.CharField(max_length=60, blank=True)
    held = models.TextField(blank=True)
    held_source = models.CharField(max_length=20, blank=True)
    held_on = models.DateField(null=True)
    offered = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    state = models.CharField(max_length=10)
    decided_by = models.CharField(max_length=64, blank=True)
    decided = models.DateTimeField(null=True)
    raised = models.DateTimeField()
    incoming = models.JSONField(default=dict)

    class Meta:
        db_table = "change"
        indexes = [models.Index(fields=["state", "raised"]), models.Index(fields=["version", "state"])]
