from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Person(AbstractBaseUser):
    """A named user (clauses 4(a)-(c)): authorised by a named person, trained, declared. The ledger shows `ref`."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.CharField(max_length=40)
    establishments = ArrayField(models.CharField(max_length=8), default=list)  # ["*"] is every establishment
    districts = ArrayField(models.CharField(max_length=60), default=list)  # resolved to establishments at each request
    caseload = ArrayField(models.UUIDField(), default=list)
    active = models.BooleanField(default=True)
    trained_until = models.DateField(null=True)
    declared_until = models.DateField(null=True)
    authorised_until = models.DateField(null=True)
    recertify_by = models.DateField(null=True)  # unless the manager confirms it by this day, access ends with it
    authorised_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="authorised")
    joined = models.DateTimeField(null=True)  # when the invitation was taken up; never, while this is empty
    ended = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)

    objects = BaseUserManager["Person"]()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        db_table = "person"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.active
