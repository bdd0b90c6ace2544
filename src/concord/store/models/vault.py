from __future__ import annotations

from django.db import models


class SealedFile(models.Model):
    """Bytes as they were sent, sealed to the hub's key; `sha256` is the hash of the content inside."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    sealed = models.BinaryField()
    size = models.BigIntegerField()
    kept = models.DateTimeField()
    retention = models.CharField(max_length=40)

    class Meta:
        db_table = "sealed_file"
