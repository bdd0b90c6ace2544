-- Break-glass, as the database keeps it: whatever the program does, nobody opens a record alone, nothing said is said again,
-- and a time once given is not made longer.

ALTER TABLE emergency_access
  ADD CONSTRAINT answer_known CHECK (answer IN ('', 'yes', 'no', 'off')),
  ADD CONSTRAINT lapses_the_same_day CHECK (lapses > asked AND lapses <= asked + interval '24 hours'),
  ADD CONSTRAINT answered_by_somebody CHECK ((answer = '') = (decided IS NULL) AND (answer = '') = (decided_by = '')),
  ADD CONSTRAINT a_second_person CHECK (CASE answer WHEN 'off' THEN decided_by = asked_by WHEN '' THEN true ELSE decided_by <> asked_by END),
  ADD CONSTRAINT in_time CHECK (answer <> 'yes' OR (decided >= asked AND decided < lapses)),
  ADD CONSTRAINT ends_the_same_day CHECK ((answer = 'yes') = (until IS NOT NULL) AND (until IS NULL OR (until > decided AND until <= decided + interval '24 hours'))),
  ADD CONSTRAINT only_what_was_opened_ends CHECK (ended IS NULL OR (answer = 'yes' AND ended_by <> ''));

-- The application may ask, answer, end, and mark as read: each once, and never take anything back.
REVOKE UPDATE, DELETE, TRUNCATE ON emergency_access FROM concord_app;
GRANT UPDATE (answer, decided, decided_by, until, ended, ended_by, read_at) ON emergency_access TO concord_app;

CREATE FUNCTION emergency_said_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'concord_app' AND (
     (OLD.answer <> '' AND (NEW.answer, NEW.decided, NEW.decided_by, NEW.until) IS DISTINCT FROM (OLD.answer, OLD.decided, OLD.decided_by, OLD.until))
     OR (OLD.ended IS NOT NULL AND (NEW.ended, NEW.ended_by) IS DISTINCT FROM (OLD.ended, OLD.ended_by))) THEN
    RAISE EXCEPTION 'an answer is given once' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER emergency_said_once BEFORE UPDATE ON emergency_access FOR EACH ROW EXECUTE FUNCTION emergency_said_once();

-- Seen inside the scope of the transaction, and by whoever asked; never about a pupil who is hidden or whose whereabouts are
-- restricted. `concord.actor` is set from the permit (`store.emergencies`).
ALTER TABLE emergency_access ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_pupil ON emergency_access TO concord_app
  USING (pupil_is_shown(pupil_id) AND (
    asked_by = nullif(current_setting('concord.actor', true), '')
    OR laestabs && (SELECT string_to_array(coalesce(current_setting('concord.scope', true), ''), ',')::varchar[])))
  WITH CHECK (pupil_is_shown(pupil_id));
CREATE POLICY asked_for_oneself ON emergency_access AS RESTRICTIVE FOR INSERT TO concord_app
  WITH CHECK (asked_by = nullif(current_setting('concord.actor', true), '') AND answer = '' AND ended IS NULL);

-- Who is named, exactly: by a UPN now or before, or by the folded name and the birthday. Of two who fit, of one hidden, of one
-- restricted, of nobody: nothing, and it is looked for in the same way. Tells where, for the gate, and no word about the pupil.
CREATE FUNCTION pupil_exactly(number text, called text, born date) RETURNS TABLE (id uuid, laestabs varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH named AS (
    SELECT p.id FROM pupil p WHERE number <> '' AND p.upn = number
    UNION SELECT v.pupil_id FROM pupil_value v WHERE number <> '' AND v.item IN ('UPN', 'FormerUPN') AND v.value = number
    UNION SELECT p.id FROM pupil p WHERE called <> '' AND p.dob = born AND p.search = called
  ), found AS (
    SELECT p.id, p.laestabs FROM named n JOIN pupil p ON p.id = n.id WHERE NOT p.hidden AND NOT p.restricted LIMIT 2
  )
  SELECT f.id, f.laestabs FROM found f WHERE (SELECT count(*) FROM found) = 1
$$;

-- The access that is open now to one person of one role for one pupil, by the database's own clock: what the gate must know
-- before it can decide.
CREATE FUNCTION emergency_open(who uuid, to_whom text, of_role text) RETURNS TABLE (id uuid, reason varchar, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.id, e.reason, e.until FROM emergency_access e
  WHERE e.pupil_id = who AND e.asked_by = to_whom AND e.asked_role = of_role AND e.answer = 'yes' AND e.ended IS NULL
    AND clock_timestamp() < e.until AND pupil_is_shown(who)
  ORDER BY e.until DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION pupil_exactly(text, text, date), emergency_open(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pupil_exactly(text, text, date), emergency_open(uuid, text, text) TO concord_app;
