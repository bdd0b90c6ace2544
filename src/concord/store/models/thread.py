from __future__ import annotations

from django.db import models


class QueryThread(models.Model):
    """What an establishment and the LA say to each other about one rule of one return, or about the return itself."""

    of = models.ForeignKey("store.CollectionReturn", on_delete=models.CASCADE, related_name="threads")
    rule = models.CharField(max_length=20, blank=True)  # empty: about the return as a whole
    state = models.CharField(max_length=20)  # desk.refer_query.WORDS
    opened = models.DateTimeField()
    changed = models.DateTimeField()

    class Meta:
        db_table = "query_thread"
        constraints = [models.UniqueConstraint(fields=["of", "rule"], name="one_thread_a_rule")]


class ThreadMessage(models.Model):
    """One thing said, and by whom. Never changed."""

    thread = models.ForeignKey(QueryThread, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    role = models.CharField(max_length=40)
    side = models.CharField(max_length=20)  # establishment, authority
    text = models.TextField()

    class Meta:
        db_table = "thread_message"
        ordering = ["id"]


class Referral(models.Model):
    """A query that the LA took to the DfE or to the support contractor outside this program, and what came of it."""

    thread = models.ForeignKey(QueryThread, on_delete=models.CASCADE, related_name="referrals")
    to = models.CharField(max_length=20)  # dfe, contractor
    asked = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    words = models.TextField()
    by = models.CharField(max_length=64)
    recorded = models.DateTimeField()
    outcome = models.TextField(blank=True)
    answered = models.DateField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "referral"
        ordering = ["id"]


class ReturnReceipt(models.Model):
    """The hub's signed receipt for a version: that it arrived, or that it was signed off and submitted.

    `manifest` is kept with the deed; `receipt` is made from the deed's ledger line, at once or when asked for.
    """

    version = models.ForeignKey("store.ReturnVersion", on_delete=models.CASCADE, related_name="receipts")
    kind = models.CharField(max_length=10)  # received, submitted
    manifest = models.JSONField()
    sha256 = models.CharField(max_length=64, unique=True)  # of the manifest: how the ledger line names it
    receipt = models.JSONField(null=True)

    class Meta:
        db_table = "return_receipt"
        ordering = ["id"]


class CopyNote(models.Model):
    """Why an academy's copy of its return is not here, or that it was reminded of it (clause 2(f))."""

    establishment = models.ForeignKey("store.Establishment", on_delete=models.PROTECT, related_name="copy_notes")
    collection = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)  # reminded, reason
    reason = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "copy_note"
        indexes = [models.Index(fields=["collection", "establishment"], name="copy_note_of")]
        ordering = ["id"]
