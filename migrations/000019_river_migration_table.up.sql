-- Version 1 of the schema of River (github.com/riverqueue/river), which keeps the jobs: its own text, and the note that it was applied.
CREATE TABLE river_migration(
  id bigserial PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT NOW(),
  version bigint NOT NULL,
  CONSTRAINT version CHECK (version >= 1)
);

CREATE UNIQUE INDEX ON river_migration USING btree(version);

INSERT INTO river_migration (version) VALUES (1);

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT ON river_migration TO packtide_app;
    REVOKE INSERT, UPDATE, DELETE ON river_migration FROM packtide_app;
  END IF;
END $$;
