"""Lines appended together go in by one statement: the places and hashes in a loop, the rows in a set."""

from django.db import migrations

APPEND = """
CREATE OR REPLACE FUNCTION ledger_append(bodies text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head bigint; first bigint; link bytea; body text; leaf_hash bytea; entry jsonb;
  whole text[] := '{}'; leaves bytea[] := '{}'; links bytea[] := '{}'; entries jsonb[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock(7201);
  SELECT l.seq, l.chain INTO head, link FROM ledger_line l ORDER BY l.seq DESC LIMIT 1;
  IF head IS NULL THEN head := -1; link := decode(repeat('00', 32), 'hex'); END IF;
  first := head;
  FOREACH body IN ARRAY bodies LOOP
    head := head + 1;
    -- The line's own place takes the stand-in's: inside a JSON text a quote is escaped, so the stand-in cannot be a value.
    body := replace(body, '"n":-1', '"n":' || head);
    entry := body::jsonb;
    IF (entry->>'n')::bigint IS DISTINCT FROM head THEN
      RAISE EXCEPTION 'a ledger line leaves its place to the database' USING ERRCODE = 'check_violation';
    END IF;
    leaf_hash := sha256('\\x00'::bytea || convert_to(body, 'UTF8'));
    link := sha256(link || leaf_hash);
    whole := whole || body; leaves := leaves || leaf_hash; links := links || link; entries := entries || entry;
  END LOOP;
  INSERT INTO ledger_line (seq, body, leaf, chain, at, kind, flow, answer, actor, manifest, laestabs, subjects)
  SELECT first + t.place, t.body, t.leaf, t.link, (t.entry->>'at')::timestamptz, t.entry->>'kind', coalesce(t.entry->>'flow', ''),
         coalesce(t.entry->>'answer', ''), coalesce(t.entry->>'actor', ''), coalesce(t.entry->>'manifest', ''),
         ARRAY(SELECT jsonb_array_elements_text(coalesce(t.entry->'establishments', '[]'))),
         ARRAY(SELECT jsonb_array_elements_text(coalesce(t.entry->'subjects', '[]')))
  FROM unnest(whole, leaves, links, entries) WITH ORDINALITY AS t(body, leaf, link, entry, place);
  RETURN head;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0006_across")]
    operations = [migrations.RunSQL(APPEND)]
