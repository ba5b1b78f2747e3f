-- What publishers upload. Artifacts are content-addressed: the same bytes are kept once, whoever uploads them.
CREATE TABLE artifact (
  sha256     bytea       PRIMARY KEY,
  size       bigint      NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT artifact_has_a_sha256 CHECK (octet_length(sha256) = 32),
  CONSTRAINT artifact_is_not_empty CHECK (size > 0)
);

CREATE TABLE artifact_part (
  sha256 bytea NOT NULL REFERENCES artifact ON DELETE CASCADE,
  no     int   NOT NULL,                                    -- from 0; every part but the last has 1 MiB
  bytes  bytea NOT NULL,
  PRIMARY KEY (sha256, no)
);
ALTER TABLE artifact_part ALTER COLUMN bytes SET STORAGE EXTERNAL; -- packages are compressed already

CREATE TABLE package (
  id           uuid        PRIMARY KEY,
  publisher_id uuid        NOT NULL REFERENCES account,
  name         text        NOT NULL,                        -- technical name without the major version
  display_name text        NOT NULL,
  platform     text        NOT NULL,
  kind         text        NOT NULL,
  created_at   timestamptz NOT NULL,
  UNIQUE (id, publisher_id),
  CONSTRAINT package_name_is_technical CHECK (name ~ '^[a-z0-9][a-z0-9_.-]*$' AND length(name) <= 150),
  CONSTRAINT one_package_per_name UNIQUE (publisher_id, name)
);
CREATE INDEX package_of_publisher ON package (publisher_id, id);

CREATE TABLE package_version (
  id               uuid        PRIMARY KEY,
  package_id       uuid        NOT NULL REFERENCES package,
  major            int         NOT NULL,
  minor            int         NOT NULL,
  patch            int         NOT NULL,
  platform_version text        NOT NULL DEFAULT '',         -- as the platform counts: '15.0'
  display_name     text        NOT NULL,
  shareable        boolean     NOT NULL,                    -- R2
  notes            text        NOT NULL DEFAULT '',
  file_name        text        NOT NULL,
  sha256           bytea       NOT NULL REFERENCES artifact,
  manifest         jsonb       NOT NULL,
  findings         jsonb       NOT NULL,
  uploaded_at      timestamptz NOT NULL,
  uploaded_by      uuid        NOT NULL REFERENCES person,
  deleted_at       timestamptz,
  deleted_by       uuid        REFERENCES person,
  UNIQUE (id, package_id),
  CONSTRAINT version_parts_are_not_negative CHECK (major >= 0 AND minor >= 0 AND patch >= 0),
  CONSTRAINT deletion_has_an_author CHECK ((deleted_at IS NULL) = (deleted_by IS NULL)),
  CONSTRAINT one_upload_per_version UNIQUE (package_id, major, minor, patch) -- R1: deleted labels count too
);
CREATE INDEX newest_shareable_version ON package_version (package_id, major DESC, minor DESC, patch DESC)
  WHERE shareable AND deleted_at IS NULL;
CREATE INDEX package_version_of_artifact ON package_version (sha256);

-- R1, R2: an uploaded version is immutable for ever; only its deletion can be noted, once.
CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NULL
     AND to_jsonb(NEW) - 'deleted_at' - 'deleted_by' = to_jsonb(OLD) - 'deleted_at' - 'deleted_by' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an uploaded version is immutable' USING ERRCODE = 'check_violation', CONSTRAINT = 'uploaded_version_is_immutable';
END $$;
CREATE TRIGGER uploaded_version_is_immutable BEFORE UPDATE OR DELETE ON package_version
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version();
