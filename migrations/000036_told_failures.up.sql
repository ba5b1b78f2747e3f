-- When a failure to install a release on an attachment was last told: an agent that goes to and fro is one piece of news an hour.
CREATE TABLE failure_told (
  attachment_id uuid        NOT NULL REFERENCES attachment,
  release_id    uuid        NOT NULL REFERENCES release,
  told_at       timestamptz NOT NULL,
  PRIMARY KEY (attachment_id, release_id)
);

-- The end of a pack has words of its own; who heard of it as a withdrawn release goes on to hear of it.
UPDATE webhook SET kinds = array_append(kinds, 'pack.deleted') WHERE 'release.withdrawn' = ANY(kinds);
INSERT INTO mail_choice (person_id, account_id, kind, chosen)
SELECT person_id, account_id, 'pack.deleted', chosen FROM mail_choice WHERE kind = 'release.withdrawn';

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON failure_told TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
