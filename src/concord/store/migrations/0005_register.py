"""The register's second half: discrepancies and movers, records out of reach, and a search behind the second lock.

Hidden is a place, not a filter: a hidden pupil's rows are taken out of every table into `sealed_row`, which the application
role may not read, write or even see. They move only through the functions below, which read the ledger to learn who has
leave, and want two different people. A restricted pupil stays where they are, behind a policy of their own.
"""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"
FILES = ("register_rows.sql", "hidden_tables.sql", "hidden_moves.sql", "hidden_orders.sql", "pupil_search.sql")


class Migration(migrations.Migration):
    dependencies = [("store", "0004_people")]

    operations = [
        migrations.AddField("pupil", "restricted", models.BooleanField(db_default=False, default=False)),
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("laestab", models.CharField(max_length=8)),
                ("upn", models.CharField(max_length=20)),
                ("item", models.CharField(max_length=60)),
                ("held", models.TextField(blank=True)),
                ("suggested", models.TextField(blank=True)),
                ("says", models.TextField(blank=True)),
                ("raised_side", models.CharField(max_length=16)),
                ("raised_by", models.CharField(max_length=64)),
                ("raised_role", models.CharField(max_length=40)),
                ("raised", models.DateTimeField()),
                ("owner", models.CharField(max_length=16)),
                ("due", models.DateField()),
                ("state", models.CharField(max_length=10)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("answer", models.TextField(blank=True)),
                ("settled_by", models.CharField(blank=True, max_length=64)),
                ("settled", models.DateTimeField(null=True)),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="discrepancies", to="store.pupil"
                    ),
                ),
            ],
            options={"db_table": "discrepancy"},
        ),
        migrations.CreateModel(
            name="MoverCase",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("laestab", models.CharField(max_length=8)),
                ("left", models.DateField()),
                ("via", models.CharField(max_length=80)),
                ("year_group", models.CharField(blank=True, max_length=3)),
                ("signs", models.JSONField(default=list)),
                ("raised", models.DateTimeField()),
                ("due", models.DateField()),
                ("state", models.CharField(max_length=10)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("to_laestab", models.CharField(blank=True, max_length=8)),
                ("words", models.TextField(blank=True)),
                ("closed", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=64)),
                (
                    "pupil",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mover_cases", to="store.pupil"
                    ),
                ),
            ],
            options={"db_table": "mover_case"},
        ),
        migrations.AddIndex("discrepancy", models.Index(fields=["state", "due"], name="discrepancy_due")),
        migrations.AddIndex("discrepancy", models.Index(fields=["laestab", "state"], name="discrepancy_at")),
        migrations.AddIndex("movercase", models.Index(fields=["state", "due"], name="mover_due")),
        migrations.AddConstraint(
            "movercase", models.UniqueConstraint(fields=["pupil", "laestab", "left"], name="one_case_a_leaving")
        ),
        migrations.AddIndex(
            "pupilvalue",
            models.Index(
                fields=["value"],
                condition=models.Q(item__in=("UPN", "FormerUPN", "UniqueLearnerNumber")),
                name="value_identifies",
            ),
        ),
        *(migrations.RunSQL((_SQL / name).read_text()) for name in FILES),
    ]
