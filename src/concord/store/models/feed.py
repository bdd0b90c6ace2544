from __future__ import annotations

from django.db import models


class FeedSet(models.Model):
    """The whole set of one kind of one establishment's regular feed, as the last delta left it (clause 2(d)).

    `records` is zlib over JSON Lines of {"id", "record"}; `count` its lines.
    """

    establishment = models.ForeignKey("store.Establishment", on_delete=models.PROTECT, related_name="feeds")
    kind = models.CharField(max_length=20)  # pupils, contacts, attendance, suspensions, sen, fsm
    records = models.BinaryField()
    count = models.IntegerField()
    received = models.DateTimeField()
    loaded = models.DateTimeField(null=True)

    class Meta:
        db_table = "feed_set"
        constraints = [models.UniqueConstraint(fields=["establishment", "kind"], name="one_set_a_kind")]


class MarksOfYear(models.Model):
    """A pupil's marks at one establishment over a school year: a code a half day from `begins`, separated by commas."""

    pupil = models.ForeignKey("store.Pupil", on_delete=models.CASCADE, related_name="marks")
    laestab = models.CharField(max_length=8)
    begins = models.DateField()
    marks = models.TextField()
    recorded = models.DateTimeField()

    class Meta:
        db_table = "marks_of_year"
        constraints = [models.UniqueConstraint(fields=["pupil", "laestab", "begins"], name="one_year_of_marks")]


class Contact(models.Model):
    """Somebody to call about a pupil, in order, as the establishment's feed gave it."""

    pupil = models.ForeignKey("store.Pupil", on_delete=models.CASCADE, related_name="contacts")
    laestab = models.CharField(max_length=8)
    priority = models.CharField(max_length=4)
    surname = models.TextField(blank=True)
    forename = models.TextField(blank=True)
    relationship = models.CharField(max_length=10, blank=True)
    responsibility = models.CharField(max_length=10, blank=True)
    phone = models.TextField(blank=True)
    recorded = models.DateTimeField()

    class Meta:
        db_table = "contact"
        constraints = [models.UniqueConstraint(fields=["pupil", "laestab", "priority"], name="one_contact_a_place")]
