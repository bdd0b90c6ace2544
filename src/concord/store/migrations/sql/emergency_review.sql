-- Looked at afterwards, by somebody who neither asked nor agreed; once.
ALTER TABLE emergency_access
  ADD CONSTRAINT review_known CHECK (review IN ('', 'right', 'wrong')),
  ADD CONSTRAINT reviewed_by_somebody CHECK ((review = '') = (reviewed IS NULL) AND (review = '') = (reviewed_by = '')),
  ADD CONSTRAINT reviewed_by_a_third_person CHECK (review = '' OR (answer = 'yes' AND reviewed_by NOT IN (asked_by, decided_by)));

GRANT UPDATE (review, review_words, reviewed, reviewed_by) ON emergency_access TO concord_app;

CREATE OR REPLACE FUNCTION emergency_said_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'concord_app' AND (
     (OLD.answer <> '' AND (NEW.answer, NEW.decided, NEW.decided_by, NEW.until) IS DISTINCT FROM (OLD.answer, OLD.decided, OLD.decided_by, OLD.until))
     OR (OLD.ended IS NOT NULL AND (NEW.ended, NEW.ended_by) IS DISTINCT FROM (OLD.ended, OLD.ended_by))
     OR (OLD.review <> '' AND (NEW.review, NEW.review_words, NEW.reviewed, NEW.reviewed_by)
         IS DISTINCT FROM (OLD.review, OLD.review_words, OLD.reviewed, OLD.reviewed_by))) THEN
    RAISE EXCEPTION 'an answer is given once' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
