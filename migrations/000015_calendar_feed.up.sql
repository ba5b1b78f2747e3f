-- Secret addresses under which calendar programs read an account's releases. Only the sha256 of the secret is kept.
CREATE TABLE calendar_feed (
  id          uuid        PRIMARY KEY,
  account_id  uuid        NOT NULL REFERENCES account,
  kind        text        NOT NULL,                         -- what the account publishes, or what it has or may install
  secret_hash bytea       NOT NULL UNIQUE,
  created_at  timestamptz NOT NULL,
  created_by  uuid        NOT NULL REFERENCES person,
  revoked_at  timestamptz,
  CONSTRAINT feed_kind_is_known CHECK (kind IN ('publisher', 'managed')),
  CONSTRAINT feed_secret_is_hashed CHECK (octet_length(secret_hash) = 32)
);
CREATE UNIQUE INDEX one_live_feed_per_account_and_kind ON calendar_feed (account_id, kind) WHERE revoked_at IS NULL;

-- A calendar asks for a stretch of time, over all packs.
CREATE INDEX release_by_testing  ON release (testing_since) WHERE testing_since IS NOT NULL;
CREATE INDEX release_at_once     ON release (released_at) WHERE released_at IS NOT NULL AND testing_since IS NULL;
CREATE INDEX release_planned     ON release (due_on) WHERE state = 'draft' AND plan = 'scheduled';

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE ON calendar_feed TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
