"""Named users: invited, prepared, their proofs and sessions. Trainings and declarations are kept as they were recorded."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = "".join(
    f"""
CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM concord_app;
"""
    for table in ("training", "declaration_made")
)


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0003_agreement_document"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="districts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="recertify_by",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="joined",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="ended",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="ended_why",
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=64, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("made", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("used", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "invitation",
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("course", models.TextField()),
                ("on", models.DateField()),
                ("until", models.DateField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded", models.DateTimeField()),
            ],
            options={
                "db_table": "training",
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DeclarationMade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("until", models.DateField()),
            ],
            options={
                "db_table": "declaration_made",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="SignedIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("session", models.CharField(max_length=40, unique=True)),
                ("how", models.CharField(max_length=40)),
                ("device", models.CharField(max_length=80)),
                ("begun", models.DateTimeField()),
                ("seen", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "signed_in",
                "ordering": ["-seen"],
            },
        ),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passkeys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("credential", models.BinaryField(unique=True)),
                ("data", models.BinaryField()),
                ("count", models.BigIntegerField(default=0)),
                ("made", models.DateTimeField()),
                ("used", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "passkey",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CodeMaker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_maker",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", models.BinaryField()),
                ("last_step", models.BigIntegerField(default=0)),
                ("made", models.DateTimeField()),
                ("used", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "code_maker",
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("mark", models.CharField(max_length=64)),
                ("used", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "recovery_code",
            },
        ),
        migrations.CreateModel(
            name="LinkedAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="linked", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("issuer", models.TextField()),
                ("subject", models.TextField()),
                ("made", models.DateTimeField()),
                ("used", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "linked_account",
                "constraints": [models.UniqueConstraint(fields=("issuer", "subject"), name="one_person_a_subject")],
            },
        ),
        migrations.RunSQL(KEPT),
    ]
