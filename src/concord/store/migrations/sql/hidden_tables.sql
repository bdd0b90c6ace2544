-- Where hidden records are kept. The application role has no right on any of these tables, and no policy lets it in.

CREATE TABLE hidden_record (
  ref uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('death', 'adoption', 'restricted')),
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'declined', 'hidden', 'undo_asked', 'shown')),
  pupil uuid,                                  -- only while the pupil is in the register
  laestabs varchar[] NOT NULL,
  asked_by text NOT NULL, asked_side text NOT NULL, asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by text, decided_side text, decided_at timestamptz,
  undo_by text, undo_at timestamptz,
  establishment_seen timestamptz, authority_seen timestamptz,
  CHECK (decided_by IS NULL OR decided_by <> asked_by)
);
CREATE UNIQUE INDEX one_order_a_pupil ON hidden_record (pupil) WHERE pupil IS NOT NULL AND state IN ('asked', 'hidden', 'undo_asked');

-- Every row a hidden pupil had, as it was, in the order it was taken.
CREATE TABLE sealed_row (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ref uuid NOT NULL REFERENCES hidden_record,
  rel text NOT NULL, body jsonb NOT NULL
);
CREATE INDEX sealed_row_ref ON sealed_row (ref);

-- Keyed stand-ins of what would recognise the pupil again. The key is the hub's; the table tells nobody anything.
CREATE TABLE hidden_mark (mark text NOT NULL, ref uuid NOT NULL REFERENCES hidden_record, PRIMARY KEY (mark, ref));

-- What arrived since about somebody hidden: neither matched nor made, kept for the few who may look.
CREATE TABLE quarantine (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ref uuid NOT NULL REFERENCES hidden_record,
  laestab varchar(8) NOT NULL, via text NOT NULL, body jsonb NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quarantine_ref ON quarantine (ref);

-- What a courier must forget: its own names for its own records.
CREATE TABLE courier_drop (
  laestab varchar(8) NOT NULL, kind text NOT NULL, record text NOT NULL, ref uuid NOT NULL REFERENCES hidden_record,
  PRIMARY KEY (laestab, kind, record)
);

DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['hidden_record', 'sealed_row', 'hidden_mark', 'quarantine', 'courier_drop'] LOOP
    EXECUTE format('REVOKE ALL ON %I FROM concord_app, concord_ledger', one);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', one);
  END LOOP;
END $$;
REVOKE ALL ON SEQUENCE sealed_row_n_seq, quarantine_n_seq FROM concord_app, concord_ledger;
