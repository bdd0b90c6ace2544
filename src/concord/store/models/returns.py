from __future__ import annotations

from django.db import models


class CollectionReturn(models.Model):
    """One establishment's answer to one collection. Its state is that of its last event."""

    establishment = models.ForeignKey("store.Establishment", on_delete=models.PROTECT, related_name="returns")
    collection = models.CharField(max_length=20)  # SC-AUT-2026
    state = models.CharField(max_length=20, default="nothing_yet")
    current = models.ForeignKey("store.ReturnVersion", null=True, on_delete=models.PROTECT, related_name="+")
    changed = models.DateTimeField()

    class Meta:
        db_table = "collection_return"
        constraints = [models.UniqueConstraint(fields=["establishment", "collection"], name="one_return_a_collection")]
        indexes = [models.Index(fields=["collection", "state"])]


class ReturnVersion(models.Model):
    """One upload of a return: the file as sent, and what the checks found. Every version is kept."""

    of = models.ForeignKey(CollectionReturn, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    file = models.ForeignKey("store.SealedFile", on_delete=models.PROTECT)
    name = models.TextField()
    received = models.DateTimeField()
    by = models.CharField(max_length=64)
    via = models.CharField(max_length=20)  # courier, page
    outcome = models.CharField(max_length=20, default="waiting")  # waiting, clean, findings
    errors = models.IntegerField(default=0)
    queries = models.IntegerField(default=0)
    pupils = models.IntegerField(default=0)
    could_not_run = models.JSONField(default=list)
    checked = models.DateTimeField(null=True)

    class Meta:
        db_table = "return_version"
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="a_version_once")]


class Finding(models.Model):
    """One place where a rule is broken, in one version."""

    version = models.ForeignKey(ReturnVersion, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=20)
    dfe_rule = models.CharField(max_length=20, blank=True)
    severity = models.CharField(max_length=5)
    level = models.CharField(max_length=10)
    table = models.CharField(max_length=40)
    row = models.IntegerField(null=True)
    pupil = models.CharField(max_length=20, blank=True)  # the UPN as sent
    item = models.CharField(max_length=60, blank=True)
    line = models.IntegerField(null=True)
    message = models.TextField()
    digest = models.CharField(max_length=32)  # of the values looked at: a note holds until it changes

    class Meta:
        db_table = "finding"
        indexes = [models.Index(fields=["version", "severity", "rule"]), models.Index(fields=["version", "pupil"])]


class Note(models.Model):
    """The establishment's explanation of a query; carried to later versions until the data it explains changes."""

    of = models.ForeignKey(CollectionReturn, on_delete=models.CASCADE, related_name="notes")
    rule = models.CharField(max_length=20)
    pupil = models.CharField(max_length=20, blank=True)
    item = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=32)
    reason = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "note"
        indexes = [models.Index(fields=["of", "rule", "pupil", "item"])]


class ReturnEvent(models.Model):
    """One step in a return's life: who did what, and the state after it."""

    of = models.ForeignKey(CollectionReturn, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    verb = models.CharField(max_length=30)
    state = models.CharField(max_length=20)
    by = models.CharField(max_length=64)
    role = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    version = models.ForeignKey(ReturnVersion, null=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "return_event"
        ordering = ["id"]
