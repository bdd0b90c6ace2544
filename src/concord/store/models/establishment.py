from __future__ import annotations

from django.db import models


class Establishment(models.Model):
    """Anything with a DfE number in the LA's area, as the establishment register (GIAS) gives it."""

    laestab = models.CharField(primary_key=True, max_length=8)  # 886/2001: text, never a number
    urn = models.CharField(max_length=6, unique=True)
    name = models.TextField()
    type_code = models.CharField(max_length=4)
    type_name = models.TextField()
    kind = models.CharField(max_length=20)  # the agreement's: maintained, academy, pru …
    phase = models.CharField(max_length=4)
    district = models.TextField(blank=True)
    trust = models.TextField(blank=True)
    capacity = models.IntegerField(null=True)
    low_age = models.SmallIntegerField(null=True)
    high_age = models.SmallIntegerField(null=True)
    opened = models.DateField(null=True)
    closed = models.DateField(null=True)
    head_name = models.TextField(blank=True)

    class Meta:
        db_table = "establishment"
        ordering = ["laestab"]


class EstablishmentChange(models.Model):
    """An opening, a closure or a conversion, so that the kind on any day can be worked out."""

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20)  # opened, closed, converted
    on = models.DateField()
    link = models.CharField(max_length=60, blank=True)  # of a conversion: kind before > kind after
    recorded = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "establishment_change"
        constraints = [models.UniqueConstraint(fields=["establishment", "kind", "on"], name="one_change_a_day")]
