-- Files that people add to what they say: evidence of a release, feedback on it. Their bytes are kept as those of packages
-- are, once for the same content. Whatever refers to a file decides who may read it.
CREATE TABLE file (
  id       uuid        PRIMARY KEY,
  name     text        NOT NULL,
  sha256   bytea       NOT NULL REFERENCES artifact,
  added_at timestamptz NOT NULL,
  added_by uuid        NOT NULL REFERENCES person,
  CONSTRAINT file_name_is_given CHECK (btrim(name) <> '' AND length(name) <= 255)
);
CREATE INDEX file_of_artifact ON file (sha256);

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, DELETE ON file TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
