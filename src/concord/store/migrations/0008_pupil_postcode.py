"""Pupils are found by postcode, as a load asks of each return."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0007_ledger_in_sets")]

    operations = [
        migrations.AddIndex("pupil", models.Index(fields=["postcode"], name="pupil_postcode")),
    ]
