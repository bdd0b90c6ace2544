"""How a named user was let in and prepared, and where they are signed in (clauses 4(a)-(c))."""

from __future__ import annotations

import uuid

from django.db import models

from concord.store.models.person import Person


class Invitation(models.Model):
    """A link, good once and for hours, by which an authorised person chooses how they sign in; only its hash."""

    mark = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField()
    until = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"


class Training(models.Model):
    """A course that a person took. `recorded_by` is None where the program itself saw it taken."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    course = models.TextField()
    on = models.DateField()
    until = models.DateField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    recorded = models.DateTimeField()

    class Meta:
        db_table = "training"
        ordering = ["-on", "-id"]


class DeclarationMade(models.Model):
    """A version of the security and data protection declaration that a person accepted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="declarations")
    version = models.CharField(max_length=20)
    at = models.DateTimeField()
    until = models.DateField()

    class Meta:
        db_table = "declaration_made"
        ordering = ["-at"]


class SignedIn(models.Model):
    """A session of a person: since when, by which proofs, from what kind of device. `session` is Django's key of it."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    session = models.CharField(max_length=40, unique=True)
    how = models.CharField(max_length=40)
    device = models.CharField(max_length=80)
    begun = models.DateTimeField()
    seen = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        db_table = "signed_in"
        ordering = ["-seen"]
