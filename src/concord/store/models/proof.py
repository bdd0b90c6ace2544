"""What a person proves with, apart from a password: a passkey, a code, a recovery code, an account elsewhere."""

from __future__ import annotations

import uuid

from django.db import models

from concord.store.models.person import Person


class Passkey(models.Model):
    """A WebAuthn credential. `data` is its attested credential data, as the standard lays it out: no secret."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential = models.BinaryField(unique=True)
    data = models.BinaryField()
    count = models.BigIntegerField(default=0)
    made = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "passkey"
        ordering = ["id"]


class CodeMaker(models.Model):
    """An authenticator app's secret (RFC 6238), sealed. `last_step` is that of the last code used: none comes again."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="code_maker")
    secret = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    made = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "code_maker"


class RecoveryCode(models.Model):
    """A code for the day the phone is lost: only its keyed hash is kept, and it works once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    mark = models.CharField(max_length=64)
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_code"


class LinkedAccount(models.Model):
    """A person's account at an identity provider: its issuer and its subject there, which never change."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="linked")
    issuer = models.TextField()
    subject = models.TextField()
    made = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        db_table = "linked_account"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_person_a_subject")]
