"""The print of all that decides how agreements stand, taken by the database: planned once, and one call with its lock."""

from django.db import migrations

# Volatile: in a transaction that reads what is committed, the print is taken after the lock was given, not before it.
PRINT = """
CREATE FUNCTION agreements_print(places text[], held_by int) RETURNS text
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF held_by IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock_shared(held_by, hashtext(place)) FROM unnest(places) AS place;
  END IF;
  RETURN md5(concat_ws('|',
    (SELECT string_agg(concat_ws('~', laestab, kind, phase, opened), '|' ORDER BY laestab)
       FROM establishment WHERE laestab = ANY(places)),
    (SELECT string_agg(one::text, '|' ORDER BY id) FROM establishment_change one WHERE establishment_id = ANY(places)),
    (SELECT string_agg(one::text, '|' ORDER BY id) FROM agreement_event one WHERE establishment_id = ANY(places))));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0014_ledger_whom")]
    operations = [migrations.RunSQL(PRINT)]
