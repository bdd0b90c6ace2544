"""An access in an emergency is looked at afterwards by a third person."""

from pathlib import Path

from django.db import migrations, models

_SQL = Path(__file__).parent / "sql" / "emergency_review.sql"


class Migration(migrations.Migration):
    dependencies = [("store", "0010_ledger_check")]

    operations = [
        migrations.AddField("emergencyaccess", "review", models.CharField(blank=True, default="", max_length=5)),
        migrations.AddField("emergencyaccess", "review_words", models.TextField(blank=True, default="")),
        migrations.AddField("emergencyaccess", "reviewed", models.DateTimeField(null=True)),
        migrations.AddField("emergencyaccess", "reviewed_by", models.CharField(blank=True, default="", max_length=64)),
        migrations.RunSQL(_SQL.read_text(encoding="utf-8")),
    ]
