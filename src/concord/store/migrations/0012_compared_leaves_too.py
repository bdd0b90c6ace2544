"""What returns are compared by leaves with a restricted pupil as well, and comes back with them.

`sealed_findings` is what both ways of hiding have in common. Of somebody who died or is adopted the rows went already,
with every other that has the UPN; a restricted pupil stays in the register, and theirs stayed too.
"""

from django.db import migrations

FINDINGS = """
CREATE OR REPLACE FUNCTION sealed_findings(of_ref uuid, upns text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE which text;
BEGIN
  which := format('(pupil = ANY (%L::text[]) OR message LIKE ANY (%L::text[]))', upns,
                  ARRAY(SELECT '%' || one || '%' FROM unnest(upns) AS one));
  EXECUTE format('UPDATE return_version v SET errors = greatest(0, v.errors - f.e), queries = greatest(0, v.queries - f.q) FROM '
    '(SELECT version_id, count(*) FILTER (WHERE severity = ''error'') AS e, count(*) FILTER (WHERE severity = ''query'') AS q '
    'FROM finding WHERE %s GROUP BY 1) f WHERE f.version_id = v.id', which);
  PERFORM sealed_take(of_ref, 'finding', which);
  PERFORM sealed_take(of_ref, 'enrolled_in_return', format('upn = ANY (%L::text[])', upns));
  PERFORM sealed_take(of_ref, 'across_finding', format('upn = ANY (%L::text[])', upns));
END $$;
"""

# Those restricted before this was so.
BEFORE = """
DO $$ DECLARE one record;
BEGIN
  FOR one IN SELECT h.ref, p.upn FROM hidden_record h JOIN pupil p ON p.id = h.pupil
             WHERE h.kind = 'restricted' AND h.state IN ('hidden', 'undo_asked') AND p.upn <> '' LOOP
    PERFORM sealed_take(one.ref, 'enrolled_in_return', format('upn = %L', one.upn));
    PERFORM sealed_take(one.ref, 'across_finding', format('upn = %L', one.upn));
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0011_emergency_review")]
    operations = [migrations.RunSQL(FINDINGS), migrations.RunSQL(BEFORE)]
