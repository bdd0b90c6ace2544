"""Break-glass: who asked to see one child's record in an emergency, who said what, and what the database keeps of that."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql" / "emergency_access.sql"


class Migration(migrations.Migration):
    dependencies = [("store", "0008_pupil_postcode")]

    operations = [
        migrations.CreateModel(
            name="EmergencyAccess",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="emergencies", to="store.pupil"
                    ),
                ),
                (
                    "laestabs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None),
                ),
                ("reason", models.CharField(max_length=40)),
                ("words", models.TextField()),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_role", models.CharField(max_length=40)),
                ("asked", models.DateTimeField()),
                ("lapses", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=3)),
                ("decided", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("until", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=64)),
                (
                    "read_at",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), default=list, size=None
                    ),
                ),
            ],
            options={
                "db_table": "emergency_access",
                "ordering": ["-asked", "id"],
                "indexes": [
                    models.Index(fields=["asked_by", "asked"], name="emergency_asker"),
                    models.Index(fields=["asked"], name="emergency_asked"),
                ],
            },
        ),
        migrations.RunSQL(_SQL.read_text(encoding="utf-8")),
    ]
