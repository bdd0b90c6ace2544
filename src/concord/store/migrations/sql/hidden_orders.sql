-- The doors. Each names a permit by its reference; who asks, and for which flow and establishments, is read from the ledger,
-- where the gate wrote it a moment ago. The application cannot hide, show or open anything that the ledger does not tell of.

CREATE FUNCTION permit_line(permit text, flows text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE told jsonb;
BEGIN
  SELECT l.body::jsonb INTO told FROM ledger_line l
  WHERE l.at > now() - interval '10 minutes' AND l.kind = 'decision' AND l.answer = 'permit' AND l.flow = ANY (flows)
    AND l.body::jsonb->>'ref' = permit
  ORDER BY l.seq DESC LIMIT 1;
  IF told IS NULL THEN RAISE EXCEPTION 'no such permit' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN told;
END $$;

CREATE FUNCTION order_flows(kind text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE kind WHEN 'death' THEN ARRAY['death-notice'] WHEN 'adoption' THEN ARRAY['adoption-notice'] ELSE ARRAY['hidden-record'] END
$$;

CREATE FUNCTION covers(line jsonb, places varchar[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT places && ARRAY(SELECT jsonb_array_elements_text(line->'scope'))::varchar[]
$$;

-- The order, locked, if the permit covers it; nothing there and not yours are one answer.
CREATE FUNCTION order_of(wanted uuid, permit text, also text[], OUT ordered hidden_record, OUT line jsonb)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  SELECT * INTO ordered FROM hidden_record WHERE ref = wanted FOR UPDATE;
  IF ordered.ref IS NULL THEN RAISE EXCEPTION 'no such order' USING ERRCODE = 'no_data_found'; END IF;
  line := permit_line(permit, order_flows(ordered.kind) || also);
  IF NOT covers(line, ordered.laestabs) THEN RAISE EXCEPTION 'no such order' USING ERRCODE = 'no_data_found'; END IF;
END $$;

CREATE FUNCTION hide_ask(who uuid, what text, permit text, side text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE line jsonb; places varchar[]; known uuid;
BEGIN
  line := permit_line(permit, order_flows(what));
  SELECT laestabs INTO places FROM pupil WHERE id = who AND NOT hidden AND NOT restricted;
  IF places IS NULL OR NOT covers(line, places) THEN RAISE EXCEPTION 'no such pupil' USING ERRCODE = 'no_data_found'; END IF;
  SELECT ref INTO known FROM hidden_record WHERE pupil = who AND state IN ('asked', 'hidden', 'undo_asked');
  IF known IS NOT NULL THEN RETURN known; END IF;
  INSERT INTO hidden_record (kind, pupil, laestabs, asked_by, asked_side, establishment_seen, authority_seen)
  VALUES (what, who, places, line->>'actor', side,
          CASE side WHEN 'establishment' THEN clock_timestamp() END, CASE side WHEN 'authority' THEN clock_timestamp() END)
  RETURNING ref INTO known;
  RETURN known;
END $$;

CREATE FUNCTION hide_decide(wanted uuid, permit text, side text, yes boolean, marks text[], drops jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE o record; one hidden_record; line jsonb; who uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(7203);  -- no load of a return is under way while a record leaves
  SELECT * INTO o FROM order_of(wanted, permit, '{}');
  one := o.ordered; line := o.line;
  IF one.state <> 'asked' THEN RAISE EXCEPTION 'decided already' USING ERRCODE = 'object_not_in_prerequisite_state'; END IF;
  IF yes AND line->>'actor' = one.asked_by THEN RAISE EXCEPTION 'a second person' USING ERRCODE = 'check_violation'; END IF;
  who := one.pupil;
  UPDATE hidden_record SET state = CASE WHEN yes THEN 'hidden' ELSE 'declined' END, decided_at = clock_timestamp(),
    decided_by = CASE WHEN line->>'actor' <> one.asked_by THEN line->>'actor' END, decided_side = side,
    establishment_seen = CASE side WHEN 'establishment' THEN clock_timestamp() ELSE establishment_seen END,
    authority_seen = CASE side WHEN 'authority' THEN clock_timestamp() ELSE authority_seen END,
    pupil = CASE WHEN yes AND kind <> 'restricted' THEN NULL ELSE pupil END
  WHERE ref = wanted;
  IF NOT yes THEN RETURN; END IF;
  INSERT INTO hidden_mark (mark, ref) SELECT DISTINCT m, wanted FROM unnest(marks) AS m;
  IF one.kind = 'restricted' THEN
    UPDATE pupil SET restricted = true WHERE id = who;
    PERFORM sealed_findings(wanted, ARRAY(SELECT upn FROM pupil WHERE id = who AND upn <> ''));
    RETURN;
  END IF;
  PERFORM sealed_pupil(wanted, who);
  INSERT INTO courier_drop (laestab, kind, record, ref)
  SELECT d->>'laestab', d->>'kind', d->>'record', wanted FROM jsonb_array_elements(drops) AS d ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION hide_undo(wanted uuid, permit text, yes boolean) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE o record; one hidden_record; line jsonb;
BEGIN
  PERFORM pg_advisory_xact_lock(7203);
  SELECT * INTO o FROM order_of(wanted, permit, ARRAY['hidden-record']);
  one := o.ordered;
  line := permit_line(permit, ARRAY['hidden-record']);
  IF one.state = 'hidden' AND yes THEN
    UPDATE hidden_record SET state = 'undo_asked', undo_by = line->>'actor', undo_at = clock_timestamp() WHERE ref = wanted;
    RETURN 'undo_asked';
  ELSIF one.state <> 'undo_asked' THEN
    RAISE EXCEPTION 'not hidden' USING ERRCODE = 'object_not_in_prerequisite_state';
  ELSIF NOT yes THEN
    UPDATE hidden_record SET state = 'hidden', undo_by = NULL, undo_at = NULL WHERE ref = wanted;
    RETURN 'hidden';
  ELSIF line->>'actor' = one.undo_by THEN
    RAISE EXCEPTION 'a second person' USING ERRCODE = 'check_violation';
  END IF;
  IF one.kind = 'restricted' THEN UPDATE pupil SET restricted = false WHERE id = one.pupil; END IF;
  PERFORM sealed_back(wanted);
  DELETE FROM hidden_mark WHERE ref = wanted;
  DELETE FROM courier_drop WHERE ref = wanted;
  UPDATE hidden_record SET state = 'shown', pupil = CASE WHEN one.kind = 'restricted' THEN one.pupil ELSE pupil END WHERE ref = wanted;
  RETURN 'shown';
END $$;

-- What the ledger of orders tells by reference alone, inside the scope of the transaction.
CREATE FUNCTION hidden_orders() RETURNS TABLE (
  ref uuid, kind text, state text, laestabs varchar[], asked_by text, asked_side text, asked_at timestamptz, decided_at timestamptz,
  undo_by text, pupil uuid, establishment_seen timestamptz, authority_seen timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h.ref, h.kind, h.state, h.laestabs, h.asked_by, h.asked_side, h.asked_at, h.decided_at, h.undo_by,
    CASE WHEN h.state = 'asked' THEN h.pupil END, h.establishment_seen, h.authority_seen
  FROM hidden_record h
  WHERE h.laestabs && string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')::varchar[]
  ORDER BY h.asked_at DESC
$$;

-- Establishments with an order, for the gate: it must know before it can decide.
CREATE FUNCTION hidden_places() RETURNS varchar[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT coalesce(array_agg(DISTINCT one), '{}') FROM hidden_record h, unnest(h.laestabs) AS one $$;

CREATE FUNCTION hidden_places_of(wanted uuid) RETURNS TABLE (kind text, laestabs varchar[], pupil uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT h.kind, h.laestabs, CASE WHEN h.state = 'asked' THEN h.pupil END FROM hidden_record h WHERE h.ref = wanted $$;

-- The pupil of an order: to a party that has not yet seen the notice, who it is; with the flow of hidden records, all there is.
CREATE FUNCTION hidden_open(wanted uuid, permit text, side text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE o record; one hidden_record; whole boolean;
BEGIN
  SELECT * INTO o FROM order_of(wanted, permit, ARRAY['hidden-record']);
  one := o.ordered;
  whole := o.line->>'flow' = 'hidden-record';
  IF NOT whole AND one.state <> 'asked' AND NOT (one.state = 'hidden' AND
     CASE side WHEN 'establishment' THEN one.establishment_seen IS NULL ELSE one.authority_seen IS NULL END) THEN
    RETURN '[]';
  END IF;
  RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('rel', rel, 'body', body) ORDER BY n), '[]') FROM (
    SELECT s.n, s.rel, s.body FROM sealed_row s WHERE s.ref = wanted AND (whole OR s.rel = 'pupil')
    UNION ALL SELECT 0, 'pupil', to_jsonb(p) FROM pupil p WHERE p.id = one.pupil
    UNION ALL SELECT v.id, 'pupil_value', to_jsonb(v) FROM pupil_value v WHERE whole AND v.pupil_id = one.pupil
    UNION ALL SELECT e.id, 'enrolment', to_jsonb(e) FROM enrolment e WHERE whole AND e.pupil_id = one.pupil
    UNION ALL SELECT q.n, 'quarantine', jsonb_build_object('laestab', q.laestab, 'via', q.via, 'at', q.at, 'record', q.body)
      FROM quarantine q WHERE whole AND q.ref = wanted) rows);
END $$;

CREATE FUNCTION hidden_seen(wanted uuid, permit text, side text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM order_of(wanted, permit, '{}');
  UPDATE hidden_record SET
    establishment_seen = CASE side WHEN 'establishment' THEN coalesce(establishment_seen, clock_timestamp()) ELSE establishment_seen END,
    authority_seen = CASE side WHEN 'authority' THEN coalesce(authority_seen, clock_timestamp()) ELSE authority_seen END
  WHERE ref = wanted AND state <> 'asked';
END $$;

-- Which of these marks belong to somebody hidden, and how.
CREATE FUNCTION hidden_among(wanted text[]) RETURNS TABLE (mark text, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.mark, h.kind FROM hidden_mark m JOIN hidden_record h USING (ref) WHERE m.mark = ANY (wanted)
$$;

CREATE FUNCTION quarantine_put(place varchar, through text, rows jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO quarantine (ref, laestab, via, body)
  SELECT DISTINCT ON (r.n) m.ref, place, through, r.one->'record'
  FROM jsonb_array_elements(rows) WITH ORDINALITY AS r (one, n)
  JOIN hidden_mark m ON m.mark = ANY (ARRAY(SELECT jsonb_array_elements_text(r.one->'marks')))
  WHERE NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.ref = m.ref AND q.laestab = place AND q.via = through AND q.body = r.one->'record')
$$;

CREATE FUNCTION courier_drops(place varchar) RETURNS TABLE (kind text, record text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.kind, d.record FROM courier_drop d WHERE d.laestab = place
    AND place = ANY (string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')) ORDER BY 1, 2
$$;

DO $$
DECLARE one regprocedure;
BEGIN
  FOR one IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN (
    'permit_line', 'order_of', 'hide_ask', 'hide_decide', 'hide_undo', 'hidden_orders', 'hidden_places', 'hidden_places_of', 'hidden_open',
    'hidden_seen', 'hidden_among', 'quarantine_put', 'courier_drops') LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    IF one::text NOT LIKE 'permit_line%' AND one::text NOT LIKE 'order_of%' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO concord_app', one);
    END IF;
  END LOOP;
END $$;
