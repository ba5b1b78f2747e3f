-- What versions are compared by (R4), why a publisher shared one in spite of errors, and how its packages are checked.

-- In a table of its own: no list of versions ever reads it. It stays when the version is deleted, as the version's facts do.
CREATE TABLE version_contents (
  version_id uuid  PRIMARY KEY REFERENCES package_version,
  contents   jsonb NOT NULL
);

CREATE FUNCTION refuse_change_of_contents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the contents of an uploaded version are immutable' USING ERRCODE = 'check_violation', CONSTRAINT = 'contents_of_version_are_immutable';
END $$;
CREATE TRIGGER contents_of_version_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON version_contents
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_contents(); -- R1

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT ON version_contents TO packtide_app; -- where another login migrates than the one whose defaults were set
    REVOKE UPDATE, DELETE, TRUNCATE ON version_contents FROM packtide_app;
  END IF;
END $$;

ALTER TABLE package_version
  ADD COLUMN compared_with   uuid REFERENCES package_version,  -- the version that the findings of a comparison are about
  ADD COLUMN override_reason text NOT NULL DEFAULT '';         -- R4: why it is shareable in spite of errors

-- Versions that were shared before errors asked for a reason have none: the page says that nobody was asked.
ALTER TABLE package_version DISABLE TRIGGER uploaded_version_is_immutable;
UPDATE package_version
   SET override_reason = 'Shared before packtide asked for a reason.'
 WHERE shareable AND jsonb_path_exists(findings, '$[*] ? (@.Severity == "error")');
ALTER TABLE package_version ENABLE TRIGGER uploaded_version_is_immutable;

ALTER TABLE package_version
  ADD CONSTRAINT shareable_errors_have_a_reason CHECK (
    NOT shareable OR override_reason <> '' OR NOT jsonb_path_exists(findings, '$[*] ? (@.Severity == "error")')),
  ADD CONSTRAINT override_reason_fits CHECK (
    override_reason = '' OR (shareable AND btrim(override_reason) <> '' AND length(override_reason) <= 1000));

ALTER TABLE account
  ADD COLUMN check_settings jsonb NOT NULL DEFAULT '{}',       -- choices for the platforms' rules: key → value
  ADD CONSTRAINT check_settings_are_few CHECK (jsonb_typeof(check_settings) = 'object' AND length(check_settings::text) <= 10000);
