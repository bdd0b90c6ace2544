"""Documents of agreements: kept for good, seen only inside the scope of a permit."""

import django.db.models.deletion
from django.db import migrations, models

LOCKS = """
ALTER TABLE agreement_document ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON agreement_document TO concord_app
  USING (establishment_id = ANY ((SELECT string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')::varchar[])::varchar[]))
  WITH CHECK (establishment_id = ANY ((SELECT string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')::varchar[])::varchar[]));
REVOKE UPDATE, DELETE, TRUNCATE ON agreement_document FROM concord_app;
GRANT UPDATE (returned, why) ON agreement_document TO concord_app;
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0002_locks")]

    operations = [
        migrations.CreateModel(
            name="AgreementDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("about", models.CharField(max_length=80)),
                ("name", models.TextField()),
                ("media", models.CharField(max_length=80)),
                ("made", models.DateTimeField()),
                ("by", models.CharField(max_length=64)),
                ("facts", models.JSONField(default=dict)),
                ("returned", models.DateTimeField(null=True)),
                ("why", models.TextField(blank=True)),
                (
                    "establishment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="store.establishment"
                    ),
                ),
                ("file", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.sealedfile")),
            ],
            options={"db_table": "agreement_document", "ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="agreementdocument",
            constraint=models.UniqueConstraint(fields=("establishment", "kind", "about"), name="a_document_once"),
        ),
        migrations.RunSQL(LOCKS),
    ]
