from __future__ import annotations

from django.db import models


class SignInTry(models.Model):
    """A try to sign in, by keyed fingerprints of account and origin: for counting, not for reading."""

    account = models.CharField(max_length=32)
    origin = models.CharField(max_length=32)
    well = models.BooleanField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "sign_in_try"
        indexes = [models.Index(fields=["origin", "at"])]
