from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models


class LedgerLine(models.Model):
    """One decision or deed. Written only by the database function `ledger_append`; never changed or deleted.

    `body` is canonical JSON; `leaf` = SHA-256(0x00 || body); `chain` = SHA-256(previous chain || leaf). The other
    columns are copies for finding, taken from `body` by the function; the proof is over `body` alone.
    """

    seq = models.BigIntegerField(primary_key=True)
    body = models.TextField()
    leaf = models.BinaryField()
    chain = models.BinaryField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    flow = models.CharField(max_length=40)
    answer = models.CharField(max_length=10)
    actor = models.CharField(max_length=64)
    manifest = models.CharField(max_length=64, blank=True)  # of the file whose arrival the line tells
    laestabs = ArrayField(models.CharField(max_length=8))
    subjects = ArrayField(models.CharField(max_length=32))

    class Meta:
        db_table = "ledger_line"
        indexes = [
            BrinIndex(fields=["at"], name="ledger_at"),  # lines come in the order of time
            GinIndex(fields=["laestabs", "subjects"], name="ledger_whom"),
            models.Index("manifest", condition=~models.Q(manifest=""), name="ledger_manifest"),
        ]


class Checkpoint(models.Model):
    """A signed head of the ledger: origin, size, root, time. `witnesses` hold the couriers' countersignatures."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField()
    note = models.JSONField()

    class Meta:
        db_table = "checkpoint"


class LedgerCheck(models.Model):
    """The ledger was looked at: whether it held, and what was wrong. Written by the ledger's own role, for good."""

    at = models.DateTimeField()
    holds = models.BooleanField()
    lines = models.BigIntegerField()
    line = models.BigIntegerField(null=True)  # the first that is wrong, where one is known
    says = models.TextField(blank=True)

    class Meta:
        db_table = "ledger_check"


class WitnessSignature(models.Model):
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="witnesses")
    courier = models.UUIDField()
    note = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "witness_signature"
        constraints = [models.UniqueConstraint(fields=["checkpoint", "courier"], name="a_witness_once")]
