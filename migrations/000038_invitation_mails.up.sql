-- Invitations under way by e-mail. The link's secret is sealed with a key that the database does not have, and goes as soon as the
-- letter is sent or given up.
CREATE TABLE invitation_mail (
  id         uuid        PRIMARY KEY,
  person_id  uuid        NOT NULL REFERENCES person,
  account_id uuid        REFERENCES account,                -- none: the site's own staff
  link_hash  bytea       NOT NULL,                          -- of the link, which may be used or replaced meanwhile
  sealed     bytea,
  state      text        NOT NULL,
  attempts   integer     NOT NULL DEFAULT 0,
  failure    text        NOT NULL DEFAULT '',               -- what the mail server said last
  created_at timestamptz NOT NULL,
  ended_at   timestamptz,
  CONSTRAINT invitation_state_is_known CHECK (state IN ('waiting', 'sent', 'dropped', 'dead')),
  CONSTRAINT invitation_secret_goes_with_its_end CHECK ((state = 'waiting') = (sealed IS NOT NULL) AND (state = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX dead_invitation ON invitation_mail (id) WHERE state = 'dead';
CREATE INDEX invitation_by_end ON invitation_mail (coalesce(ended_at, created_at));

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON invitation_mail TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
