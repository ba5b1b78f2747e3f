-- Notices by e-mail: what each person wishes to hear of, and the messages that are under way.
CREATE TABLE mail_choice (
  person_id  uuid NOT NULL REFERENCES person,
  account_id uuid NOT NULL REFERENCES account,
  kind       text NOT NULL,
  chosen     text NOT NULL,
  PRIMARY KEY (person_id, account_id, kind),
  CONSTRAINT mail_choice_is_known CHECK (chosen IN ('now', 'digest', 'never'))
);

-- One notice for one person in one account: a message of its own, or an entry of a digest.
CREATE TABLE mail (
  id           uuid        PRIMARY KEY,
  person_id    uuid        NOT NULL REFERENCES person,
  account_id   uuid        NOT NULL REFERENCES account,
  notice_id    uuid        NOT NULL,
  kind         text        NOT NULL,
  notice       jsonb       NOT NULL,
  as_publisher boolean     NOT NULL,
  state        text        NOT NULL,
  due_at       timestamptz NOT NULL,                        -- of a digest: its hour
  attempts     integer     NOT NULL DEFAULT 0,
  failure      text        NOT NULL DEFAULT '',             -- what the mail server said last
  ended_at     timestamptz,
  CONSTRAINT mail_state_is_known CHECK (state IN ('digest', 'waiting', 'sent', 'dropped', 'dead')),
  CONSTRAINT mail_ends_with_its_state CHECK ((ended_at IS NOT NULL) = (state IN ('sent', 'dropped', 'dead')))
);
CREATE UNIQUE INDEX one_mail_per_notice_person_and_account ON mail (notice_id, person_id, account_id);
CREATE INDEX digest_due ON mail (due_at, person_id, account_id) WHERE state = 'digest';
CREATE INDEX mail_that_ended ON mail (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX dead_mail ON mail (id) WHERE state = 'dead';

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON mail, mail_choice TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
