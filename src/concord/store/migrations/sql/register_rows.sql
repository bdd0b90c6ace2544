-- Who may see a row of the register's second half. Restrictive policies come on top of those of 0002.

-- A restricted pupil is seen only in a transaction that serves the flow of hidden records, or the load that keeps
-- the record right; `store.scope.under` says so from the permit.
CREATE POLICY not_restricted ON pupil AS RESTRICTIVE TO concord_app
  USING (NOT restricted OR coalesce(current_setting('concord.restricted', true), '') = 'on');

CREATE FUNCTION restricted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.restricted IS DISTINCT FROM OLD.restricted AND current_user = 'concord_app' THEN
    RAISE EXCEPTION 'restricted is set by an order of two people' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER restricted_stays BEFORE UPDATE OF restricted ON pupil FOR EACH ROW EXECUTE FUNCTION restricted_stays();

-- A question about a pupil is seen by whoever may see the pupil.
CREATE POLICY of_pupil ON change AS RESTRICTIVE TO concord_app
  USING (pupil_id IS NULL OR EXISTS (SELECT 1 FROM pupil p WHERE p.id = pupil_id));

ALTER TABLE discrepancy ENABLE ROW LEVEL SECURITY;
CREATE POLICY in_scope ON discrepancy TO concord_app
  USING (laestab = ANY ((SELECT string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')::varchar[])::varchar[]));
-- An establishment is told how a question about its own value ended though the pupil has left it meanwhile.
CREATE FUNCTION pupil_is_shown(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM pupil p WHERE p.id = who AND NOT p.hidden AND NOT p.restricted) $$;
REVOKE ALL ON FUNCTION pupil_is_shown(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pupil_is_shown(uuid) TO concord_app;
CREATE POLICY of_pupil ON discrepancy AS RESTRICTIVE TO concord_app USING (pupil_is_shown(pupil_id));

ALTER TABLE mover_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_pupil ON mover_case TO concord_app
  USING (EXISTS (SELECT 1 FROM pupil p WHERE p.id = pupil_id));

-- Where a pupil is, for the gate: a restricted pupil is nowhere, like a hidden one.
CREATE OR REPLACE FUNCTION pupil_whereabouts(wanted uuid[]) RETURNS TABLE (id uuid, laestabs varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT p.id, p.laestabs FROM pupil p WHERE p.id = ANY (wanted) AND NOT p.hidden AND NOT p.restricted $$;
