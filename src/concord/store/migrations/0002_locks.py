"""The second lock behind the gate, in the database itself.

- `ledger_append` is the only way into the ledger; the application role may call it, and may not write the table.
- Triggers refuse UPDATE, DELETE and TRUNCATE on append-only tables, whoever asks.
- Row-level security: an application session sees a pupil only inside the scope it declared for this transaction,
  and never a hidden one. With no scope declared it sees none.
"""

from django.db import migrations

LEDGER = """
CREATE FUNCTION ledger_append(bodies text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head bigint; link bytea; body text; leaf_hash bytea; entry jsonb;
BEGIN
  PERFORM pg_advisory_xact_lock(7201);
  SELECT l.seq, l.chain INTO head, link FROM ledger_line l ORDER BY l.seq DESC LIMIT 1;
  IF head IS NULL THEN head := -1; link := decode(repeat('00', 32), 'hex'); END IF;
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
    INSERT INTO ledger_line (seq, body, leaf, chain, at, kind, flow, answer, actor, manifest, laestabs, subjects)
    VALUES (head, body, leaf_hash, link, (entry->>'at')::timestamptz, entry->>'kind', coalesce(entry->>'flow', ''),
            coalesce(entry->>'answer', ''), coalesce(entry->>'actor', ''), coalesce(entry->>'manifest', ''),
            ARRAY(SELECT jsonb_array_elements_text(coalesce(entry->'establishments', '[]'))),
            ARRAY(SELECT jsonb_array_elements_text(coalesce(entry->'subjects', '[]'))));
  END LOOP;
  RETURN head;
END $$;
REVOKE ALL ON FUNCTION ledger_append(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_append(text[]) TO concord_app, concord_ledger;
-- A new owner must be able to create in the schema at the moment it takes over, and at no other.
GRANT CREATE ON SCHEMA public TO concord_ledger;
ALTER FUNCTION ledger_append(text[]) OWNER TO concord_ledger;
REVOKE CREATE ON SCHEMA public FROM concord_ledger;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
"""

APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in ("ledger_line", "checkpoint", "witness_signature", "agreement_event")
)

GRANTS = """
GRANT USAGE ON SCHEMA public TO concord_app, concord_ledger;
-- Temporary tables carry many rows at once past row-level security's ban on COPY.
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO concord_app', current_database()); END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO concord_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO concord_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_line, checkpoint, witness_signature FROM concord_app;
REVOKE UPDATE, DELETE, TRUNCATE ON agreement_event FROM concord_app;
GRANT SELECT, INSERT ON ledger_line, checkpoint, witness_signature TO concord_ledger;
GRANT USAGE, SELECT ON SEQUENCE witness_signature_id_seq TO concord_ledger;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO concord_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO concord_app;
"""

_IN_SCOPE = """(
  NOT hidden
  AND laestabs && (SELECT string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')::varchar[])
  AND (coalesce(current_setting('concord.subjects', true), '') = ''
       OR id = ANY ((SELECT string_to_array(nullif(current_setting('concord.subjects', true), ''), ',')::uuid[])::uuid[]))
)"""
_OF_PUPIL = "(EXISTS (SELECT 1 FROM pupil p WHERE p.id = pupil_id))"
_CHILDREN = ("pupil_value", "enrolment", "attendance_period", "suspension", "marks_of_year", "contact")

ROWS = f"""
ALTER TABLE pupil ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON pupil TO concord_app USING {_IN_SCOPE}
  WITH CHECK (NOT hidden AND coalesce(current_setting('concord.scope', true), '') <> '');
""" + "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_pupil ON {table} TO concord_app USING {_OF_PUPIL} WITH CHECK {_OF_PUPIL};
"""
    for table in _CHILDREN
)

# A return, its versions, findings and notes: inside the scope, and what belongs to a return goes with it.
_PLACE = "({column} = ANY ((SELECT string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')::varchar[])::varchar[]))"
_PARTS = (
    ("return_version", "collection_return", "of_id"),
    ("return_event", "collection_return", "of_id"),
    ("note", "collection_return", "of_id"),
    ("finding", "return_version", "version_id"),
)
RETURNS = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON {table} TO concord_app USING {_PLACE.format(column=column)} WITH CHECK {_PLACE.format(column=column)};
"""
    for table, column in (
        ("collection_return", "establishment_id"),
        ("change", "laestab"),
        ("feed_set", "establishment_id"),
    )
) + "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_whole ON {table} TO concord_app
  USING (EXISTS (SELECT 1 FROM {whole} w WHERE w.id = {key})) WITH CHECK (EXISTS (SELECT 1 FROM {whole} w WHERE w.id = {key}));
"""
    for table, whole, key in _PARTS
)

# Which establishments a pupil is at, without a word about the pupil: what the gate must know before it can decide.
WHEREABOUTS = """
CREATE FUNCTION pupil_whereabouts(wanted uuid[]) RETURNS TABLE (id uuid, laestabs varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT p.id, p.laestabs FROM pupil p WHERE p.id = ANY (wanted) AND NOT p.hidden $$;
REVOKE ALL ON FUNCTION pupil_whereabouts(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pupil_whereabouts(uuid[]) TO concord_app;
"""


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial"), ("sessions", "0001_initial")]
    operations = [migrations.RunSQL(sql) for sql in (LEDGER, APPEND_ONLY, GRANTS, ROWS, RETURNS, WHEREABOUTS)]
