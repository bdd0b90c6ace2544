from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class EnrolledInReturn(models.Model):
    """Who a version names, and how: what returns are compared by. Only the last version of a return keeps it."""

    version = models.ForeignKey("store.ReturnVersion", on_delete=models.CASCADE, related_name="enrolled")
    row = models.IntegerField()
    upn = models.CharField(max_length=20)
    roll = models.CharField(max_length=3)  # on, off
    status = models.CharField(max_length=1, blank=True)
    entry = models.DateField(null=True)
    leaving = models.DateField(null=True)
    born = models.DateField(null=True)

    class Meta:
        db_table = "enrolled_in_return"
        indexes = [models.Index(fields=["upn", "version"], name="enrolled_by_upn")]


class AcrossFinding(models.Model):
    """One pupil of whom two returns, or a return and the census before it, do not agree: told to the one concerned.

    `others` are the establishments it is about; whether their names may be told is decided when it is shown.
    """

    version = models.ForeignKey("store.ReturnVersion", on_delete=models.CASCADE, related_name="across")
    establishment = models.CharField(max_length=8)
    collection = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)  # two_rolls, dual, leaver, unclaimed
    upn = models.CharField(max_length=20)
    row = models.IntegerField(null=True)
    status = models.CharField(max_length=1, blank=True)
    others = ArrayField(models.CharField(max_length=8), default=list)
    found = models.DateTimeField()

    class Meta:
        db_table = "across_finding"
        constraints = [models.UniqueConstraint(fields=["version", "kind", "upn"], name="one_finding_across")]
        indexes = [
            models.Index(fields=["establishment", "collection"], name="across_by_place"),
            models.Index(fields=["collection", "upn"], name="across_by_upn"),
        ]


class ReturnCounts(models.Model):
    """The counts of a version by their names in the rule book: what the next census is compared with."""

    version = models.OneToOneField("store.ReturnVersion", on_delete=models.CASCADE, primary_key=True)
    counts = models.JSONField()

    class Meta:
        db_table = "return_counts"
