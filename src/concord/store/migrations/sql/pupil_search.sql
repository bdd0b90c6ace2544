-- Search by name, identifier or date of birth. Under row-level security the comparisons that forgive spelling would run on
-- every row of the county, because they are not leakproof; here the index goes first and the scope is applied to what it finds.
-- Nobody gets a row that the policies of `pupil` would not give.

CREATE FUNCTION pupil_search(names text[], identifiers text[], born date[], after_rank int, after_key text, most int)
RETURNS TABLE (id uuid, surname text, forename text, dob date, upn varchar, laestabs varchar[], rank int, key text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET jit = off SET pg_trgm.word_similarity_threshold = 0.4 AS $$
DECLARE
  mine text := format('NOT p.hidden AND (NOT p.restricted OR %L) AND EXISTS (SELECT 1 FROM unnest(p.laestabs) AS at WHERE at = ANY (%L::varchar[]))',
    coalesce(current_setting('concord.restricted', true), '') = 'on',
    string_to_array(coalesce(current_setting('concord.scope', true), ''), ','));
  subjects text := nullif(current_setting('concord.subjects', true), '');
  key_of text := 'p.surname || ''|'' || p.forename || ''|'' || p.id::text';
  prefixed text := ''; whole text := 'true'; alike text := ''; nearness text := '0'; one text; given int := 0; near int := 0;
  page text;
BEGIN
  IF subjects IS NOT NULL THEN mine := mine || format(' AND p.id = ANY (%L::uuid[])', string_to_array(subjects, ',')); END IF;
  IF born <> '{}' THEN mine := mine || format(' AND p.dob = ANY (%L::date[])', born); END IF;
  IF identifiers <> '{}' THEN
    mine := mine || format(' AND p.id IN (SELECT i.id FROM pupil i WHERE i.upn = ANY (%1$L::text[]) UNION SELECT v.pupil_id FROM pupil_value v '
      'WHERE v.item IN (''UPN'', ''FormerUPN'', ''UniqueLearnerNumber'') AND v.value = ANY (%1$L::text[]))', identifiers);
  END IF;
  FOREACH one IN ARRAY names LOOP
    prefixed := prefixed || format(' AND (p.search LIKE %L OR p.search LIKE %L)', one || '%', '% ' || one || '%');
    whole := whole || format(' AND %L = ANY (string_to_array(p.search, '' ''))', one);
    alike := alike || format(' AND %L <%% p.search', one);
    nearness := nearness || format(', 10 - floor(10 * word_similarity(%L, p.search))::int', one);
  END LOOP;
  page := 'SELECT * FROM (SELECT p.id, p.surname, p.forename, p.dob, p.upn, p.laestabs, %s AS rank, %s AS key FROM pupil p WHERE %s%s) AS hit '
          'WHERE (hit.rank, hit.key COLLATE "C") > (%s, %L COLLATE "C") ORDER BY hit.rank, hit.key COLLATE "C" LIMIT %s';
  IF after_rank < 2 THEN
    RETURN QUERY EXECUTE format(page, format('CASE WHEN %s THEN 0 ELSE 1 END', whole), key_of, mine, prefixed, after_rank, after_key, most);
    GET DIAGNOSTICS given = ROW_COUNT;
  END IF;
  -- Near spellings, where few are spelled as asked; and on the pages after the first of those.
  IF names = '{}' OR NOT (after_rank >= 2 OR after_rank < 0 AND given < least(most, 10)) THEN RETURN; END IF;
  alike := alike || format(' AND NOT (true%s)', prefixed);
  IF after_rank <= 8 THEN
    RETURN QUERY EXECUTE format(page, format('2 + greatest(%s)', nearness), key_of, mine, alike, after_rank, after_key, most - given);
    GET DIAGNOSTICS near = ROW_COUNT;
  END IF;
  -- Nobody so far: of several words each may be farther off, because all must be found in one pupil.
  IF cardinality(names) > 1 AND (after_rank > 8 OR after_rank < 0 AND given + near = 0) THEN
    PERFORM set_config('pg_trgm.word_similarity_threshold', '0.25', true);
    RETURN QUERY EXECUTE format(page, format('2 + greatest(%s)', nearness), key_of, mine, alike, after_rank, after_key, most);
  END IF;
END $$;
REVOKE ALL ON FUNCTION pupil_search(text[], text[], date[], int, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pupil_search(text[], text[], date[], int, text, int) TO concord_app;
