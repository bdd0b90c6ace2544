from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Pupil(models.Model):
    """A person in the register. The identity columns are the values held now; who said so and when is in `PupilValue`.

    Row-level security: an application session sees a row only inside the scope of its permit, and never a hidden one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    upn = models.CharField(max_length=13, db_index=True)
    surname = models.TextField()
    forename = models.TextField()
    dob = models.DateField(null=True, db_index=True)
    sex = models.CharField(max_length=1, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    search = models.TextField(default="")  # folded names, for a search that forgives spelling
    laestabs = ArrayField(models.CharField(max_length=8), default=list)  # where enrolled now; LA where nowhere
    hidden = models.BooleanField(default=False)
    restricted = models.BooleanField(default=False, db_default=False)  # seen through the flow of hidden records alone

    class Meta:
        db_table = "pupil"
        indexes = [
            GinIndex(fields=["laestabs"], name="pupil_laestabs"),
            models.Index(fields=["postcode"], name="pupil_postcode"),
            GinIndex(fields=["search"], name="pupil_search", opclasses=["gin_trgm_ops"]),
        ]


class PupilValue(models.Model):
    """One value of one data item: who said so, from which day it holds, when it was recorded and when superseded."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="values")
    item = models.CharField(max_length=60)  # as in the XML: SENprovision
    value = models.TextField()
    source = models.CharField(max_length=20)  # a LAEstab, or LA
    via = models.CharField(max_length=80)  # SC-AUT-2026 v2
    holds_from = models.DateField()
    recorded = models.DateTimeField()
    superseded = models.DateTimeField(null=True)

    class Meta:
        db_table = "pupil_value"
        indexes = [
            models.Index(fields=["pupil", "item"], condition=models.Q(superseded__isnull=True), name="value_now"),
            models.Index(fields=["pupil", "item", "recorded"], name="value_history"),
            models.Index(
                fields=["value"],
                condition=models.Q(item__in=("UPN", "FormerUPN", "UniqueLearnerNumber")),
                name="value_identifies",
            ),
        ]


class Enrolment(models.Model):
    """A pupil on the roll of an establishment, from the day of entry."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="enrolments")
    laestab = models.CharField(max_length=8, db_index=True)
    entry = models.DateField()
    leaving = models.DateField(null=True)
    status = models.CharField(max_length=1, blank=True)  # EnrolStatus
    year_group = models.CharField(max_length=3, blank=True)  # NCyearActual
    via = models.CharField(max_length=80)
    recorded = models.DateTimeField()

    class Meta:
        db_table = "enrolment"
        constraints = [models.UniqueConstraint(fields=["pupil", "laestab", "entry"], name="one_enrolment_an_entry")]


class AttendancePeriod(models.Model):
    """Sessions possible and by code over a collection's attendance window, as a return gave them."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="attendance")
    laestab = models.CharField(max_length=8)
    begins = models.DateField()
    ends = models.DateField()
    possible = models.IntegerField()
    sessions = models.JSONField()  # {"I": 6}
    via = models.CharField(max_length=80)

    class Meta:
        db_table = "attendance_period"
        constraints = [
            models.UniqueConstraint(fields=["pupil", "laestab", "begins", "ends"], name="one_period_an_enrolment")
        ]


class Suspension(models.Model):
    """A suspension or permanent exclusion of a pupil, as a return gave it."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="suspensions")
    laestab = models.CharField(max_length=8)
    category = models.CharField(max_length=4)
    start = models.DateField()
    sessions = models.IntegerField(null=True)
    reasons = ArrayField(models.CharField(max_length=2), default=list)
    via = models.CharField(max_length=80)

    class Meta:
        db_table = "suspension"
        constraints = [
            models.UniqueConstraint(fields=["pupil", "laestab", "start", "category"], name="a_suspension_once")
        ]
