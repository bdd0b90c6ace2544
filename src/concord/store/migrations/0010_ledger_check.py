"""What was found each time the ledger was proved: appended by the ledger's own role, changed by nobody."""

from django.db import migrations, models

LOCKS = """
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_check FROM concord_app;
GRANT SELECT, INSERT ON ledger_check TO concord_ledger;
GRANT USAGE, SELECT ON SEQUENCE ledger_check_id_seq TO concord_ledger;
CREATE TRIGGER ledger_check_keeps BEFORE UPDATE OR DELETE ON ledger_check
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_check_stays BEFORE TRUNCATE ON ledger_check
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0009_emergency_access")]
    operations = [
        migrations.CreateModel(
            name="LedgerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("holds", models.BooleanField()),
                ("lines", models.BigIntegerField()),
                ("line", models.BigIntegerField(null=True)),
                ("says", models.TextField(blank=True)),
            ],
            options={"db_table": "ledger_check"},
        ),
        migrations.RunSQL(LOCKS),
    ]
