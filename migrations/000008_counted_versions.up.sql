-- R12: a package whose versions the server counts, 1, 2, 3, is one from its first upload on.
ALTER TABLE package ADD COLUMN counted boolean NOT NULL DEFAULT false;

CREATE FUNCTION refuse_change_of_counting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'whether versions are counted is final' USING ERRCODE = 'check_violation', CONSTRAINT = 'counting_of_versions_is_final';
END $$;
CREATE TRIGGER counting_of_versions_is_final BEFORE UPDATE ON package
  FOR EACH ROW WHEN (OLD.counted <> NEW.counted) EXECUTE FUNCTION refuse_change_of_counting();
