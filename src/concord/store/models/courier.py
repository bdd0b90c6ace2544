from __future__ import annotations

import uuid

from django.db import models


class EnrolmentToken(models.Model):
    """A single-use leave to enrol one courier (clause 2(d)); only its hash is kept."""

    digest = models.CharField(primary_key=True, max_length=64)
    establishment = models.ForeignKey("store.Establishment", on_delete=models.PROTECT)
    issued_by = models.CharField(max_length=64)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "enrolment_token"


class Courier(models.Model):
    """A school-side program bound to one establishment by its signing key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    establishment = models.ForeignKey("store.Establishment", on_delete=models.PROTECT, related_name="couriers")
    signing_key = models.BinaryField()
    host = models.TextField(blank=True)
    enrolled = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    last_seen = models.DateTimeField(null=True)

    class Meta:
        db_table = "courier"


class SeenNonce(models.Model):
    """A signed request's nonce, kept until its signature would be stale anyway: no request is accepted twice."""

    keyid = models.CharField(max_length=64)
    nonce = models.CharField(max_length=128)
    seen = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "seen_nonce"
        constraints = [models.UniqueConstraint(fields=["keyid", "nonce"], name="a_nonce_once")]


class Upload(models.Model):
    """A sealed file on its way in, in pieces. `receipt` is given once, when everything is durable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    courier = models.ForeignKey(Courier, on_delete=models.PROTECT)
    idempotency = models.CharField(max_length=80)
    manifest = models.JSONField()
    signature = models.TextField()
    offset = models.BigIntegerField(default=0)
    size = models.BigIntegerField()
    state = models.CharField(max_length=20, default="open")  # open, finished, stopped
    begun = models.DateTimeField()
    receipt = models.JSONField(null=True)

    class Meta:
        db_table = "upload"
        constraints = [models.UniqueConstraint(fields=["courier", "idempotency"], name="an_upload_once")]


class UploadPiece(models.Model):
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces")
    offset = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "upload_piece"
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="a_piece_once")]
