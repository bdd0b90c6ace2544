-- How rows are taken out of the register and put back. Nobody but the functions of hidden_orders.sql calls these.

-- Take the rows of a table that meet a condition, and before them whatever points at them.
CREATE FUNCTION sealed_take(of_ref uuid, rel regclass, which text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE fk record;
BEGIN
  FOR fk IN
    SELECT c.conrelid::regclass AS child, a.attname AS col, b.attname AS parent
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f' AND c.confrelid = rel AND array_length(c.conkey, 1) = 1 AND c.conrelid <> rel
  LOOP
    PERFORM sealed_take(of_ref, fk.child, format('%I IN (SELECT %I FROM %s WHERE %s)', fk.col, fk.parent, rel, which));
  END LOOP;
  EXECUTE format('INSERT INTO sealed_row (ref, rel, body) SELECT %L, %L, to_jsonb(t) FROM %s t WHERE %s', of_ref, rel::text, rel, which);
  EXECUTE format('DELETE FROM %s WHERE %s', rel, which);
END $$;

-- Findings leave with their pupil, and the sums of the versions they stood in follow.
CREATE FUNCTION sealed_findings(of_ref uuid, upns text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE which text;
BEGIN
  which := format('(pupil = ANY (%L::text[]) OR message LIKE ANY (%L::text[]))', upns,
                  ARRAY(SELECT '%' || one || '%' FROM unnest(upns) AS one));
  EXECUTE format('UPDATE return_version v SET errors = greatest(0, v.errors - f.e), queries = greatest(0, v.queries - f.q) FROM '
    '(SELECT version_id, count(*) FILTER (WHERE severity = ''error'') AS e, count(*) FILTER (WHERE severity = ''query'') AS q '
    'FROM finding WHERE %s GROUP BY 1) f WHERE f.version_id = v.id', which);
  PERFORM sealed_take(of_ref, 'finding', which);
END $$;

-- Everything the hub knows of a pupil, wherever it stands: by the rows that point at the pupil, and by the UPN.
CREATE FUNCTION sealed_pupil(of_ref uuid, who uuid) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE upns text[]; place record;
BEGIN
  SELECT array_agg(DISTINCT one) INTO upns FROM (
    SELECT upn FROM pupil WHERE id = who
    UNION SELECT value FROM pupil_value WHERE pupil_id = who AND item IN ('UPN', 'FormerUPN')) AS found (one) WHERE one <> '';
  upns := coalesce(upns, '{}');
  PERFORM sealed_findings(of_ref, upns);
  PERFORM sealed_take(of_ref, 'change', format('incoming->>''UPN'' = ANY (%L::text[])', upns));
  PERFORM sealed_take(of_ref, 'pupil', format('id = %L', who));
  FOR place IN
    SELECT c.oid::regclass AS rel, a.attname AS col FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
      AND a.attname IN ('upn', 'pupil', 'former_upn') AND a.atttypid IN ('varchar'::regtype, 'text'::regtype)
      AND c.relname NOT IN ('pupil', 'finding')
  LOOP
    PERFORM sealed_take(of_ref, place.rel, format('%I = ANY (%L::text[])', place.col, upns));
  END LOOP;
  INSERT INTO sealed_row (ref, rel, body) SELECT of_ref, 'person.caseload', to_jsonb(p.id) FROM person p WHERE who = ANY (p.caseload);
  UPDATE person SET caseload = array_remove(caseload, who) WHERE who = ANY (caseload);
END $$;

-- Put every row back, those pointed at before those that point.
CREATE FUNCTION sealed_back(of_ref uuid) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE one record; who uuid;
BEGIN
  SELECT (body->>'id')::uuid INTO who FROM sealed_row WHERE ref = of_ref AND rel = 'pupil';
  FOR one IN SELECT rel, body FROM sealed_row WHERE ref = of_ref ORDER BY n DESC LOOP
    IF one.rel = 'person.caseload' THEN
      UPDATE person SET caseload = array_append(caseload, who) WHERE id = (one.body #>> '{}')::bigint AND NOT who = ANY (caseload);
    ELSE
      EXECUTE format('INSERT INTO %s SELECT * FROM jsonb_populate_record(NULL::%s, $1) ON CONFLICT DO NOTHING', one.rel::regclass, one.rel::regclass)
        USING one.body;
    END IF;
  END LOOP;
  UPDATE return_version v SET errors = v.errors + f.e, queries = v.queries + f.q FROM (
    SELECT (body->>'version_id')::bigint AS version, count(*) FILTER (WHERE body->>'severity' = 'error') AS e,
           count(*) FILTER (WHERE body->>'severity' = 'query') AS q
    FROM sealed_row WHERE ref = of_ref AND rel = 'finding' GROUP BY 1) f WHERE f.version = v.id;
  UPDATE hidden_record SET pupil = who WHERE ref = of_ref;
  DELETE FROM sealed_row WHERE ref = of_ref;
END $$;

REVOKE ALL ON FUNCTION sealed_take(uuid, regclass, text), sealed_findings(uuid, text[]), sealed_pupil(uuid, uuid), sealed_back(uuid) FROM PUBLIC;
