from __future__ import annotations

from django.db import models


class AgreementDocument(models.Model):
    """A document in the life of an agreement, sealed in the vault: notice, evidence, signed agreement, statement.

    `about` says what it belongs to and keeps it from being made twice. The names of those who signed stand here, and
    not among the events, which are kept for ever. Only `returned` and `why` ever change.
    """

    establishment = models.ForeignKey("store.Establishment", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20)  # notice, evidence, signed, statement, statement_data
    about = models.CharField(max_length=80)
    file = models.ForeignKey("store.SealedFile", on_delete=models.PROTECT)
    name = models.TextField()
    media = models.CharField(max_length=80)
    made = models.DateTimeField()
    by = models.CharField(max_length=64)  # an opaque actor ref
    facts = models.JSONField(default=dict)
    returned = models.DateTimeField(null=True)  # a notice that the authority gave back
    why = models.TextField(blank=True)

    class Meta:
        db_table = "agreement_document"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["establishment", "kind", "about"], name="a_document_once")]
