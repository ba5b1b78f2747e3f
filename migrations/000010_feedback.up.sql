-- R31: what the accounts that try a pending release say of it, what its publisher answers, and which accounts have looked at
-- what it brings. All three are added to and read, never changed.
CREATE TABLE feedback (
  id            uuid        PRIMARY KEY,                    -- UUIDv7: tells the instant; the newest verdict of an attachment counts
  release_id    uuid        NOT NULL,
  attachment_id uuid        NOT NULL,
  pack_id       uuid        NOT NULL,
  publisher_id  uuid        NOT NULL,                       -- the tenants that may read it
  account_id    uuid        NOT NULL REFERENCES account,
  verdict       text        NOT NULL,
  text          text        NOT NULL DEFAULT '',
  file_id       uuid        REFERENCES file,
  at            timestamptz NOT NULL,
  by_id         uuid        NOT NULL REFERENCES person,
  FOREIGN KEY (release_id, pack_id) REFERENCES release (id, pack_id),
  FOREIGN KEY (attachment_id, pack_id) REFERENCES attachment (id, pack_id),
  FOREIGN KEY (pack_id, publisher_id) REFERENCES pack (id, publisher_id),
  CONSTRAINT feedback_id_tells_instant CHECK (at = uuid_instant(id)),
  CONSTRAINT feedback_verdict_is_known CHECK (verdict IN ('works', 'blocked')),
  CONSTRAINT feedback_text_fits CHECK (length(text) <= 4000),
  CONSTRAINT blocked_feedback_has_a_text CHECK (verdict <> 'blocked' OR btrim(text) <> '')
);
CREATE INDEX feedback_of_release ON feedback (release_id, id);
CREATE INDEX feedback_of_trial ON feedback (release_id, attachment_id, id) INCLUDE (verdict);
CREATE INDEX feedback_of_attachment ON feedback (attachment_id, id);
CREATE INDEX feedback_of_pack ON feedback (pack_id, id);
CREATE INDEX feedback_of_account ON feedback (account_id, id);
CREATE INDEX feedback_of_publisher ON feedback (publisher_id, id);
CREATE INDEX feedback_of_file ON feedback (file_id) WHERE file_id IS NOT NULL;

CREATE TABLE feedback_answer (
  id          uuid        PRIMARY KEY,                      -- UUIDv7: the order of the answers
  feedback_id uuid        NOT NULL REFERENCES feedback,
  text        text        NOT NULL,
  at          timestamptz NOT NULL,
  by_id       uuid        NOT NULL REFERENCES person,
  CONSTRAINT feedback_answer_is_given CHECK (btrim(text) <> '' AND length(text) <= 4000)
);
CREATE INDEX feedback_answer_of_feedback ON feedback_answer (feedback_id, id);

-- The first look of an account at what a pending release brings.
CREATE TABLE release_look (
  release_id uuid        NOT NULL REFERENCES release,
  account_id uuid        NOT NULL REFERENCES account,
  at         timestamptz NOT NULL,
  by_id      uuid        NOT NULL REFERENCES person,
  PRIMARY KEY (release_id, account_id)
);

CREATE FUNCTION refuse_change_of_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'feedback, answers and looks are append-only' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER feedback_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON feedback
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_feedback();
CREATE TRIGGER feedback_answers_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON feedback_answer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_feedback();
CREATE TRIGGER release_looks_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON release_look
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_feedback();

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT ON feedback, feedback_answer, release_look TO packtide_app; -- where another login migrates than the one whose defaults were set
    REVOKE UPDATE, DELETE, TRUNCATE ON feedback, feedback_answer, release_look FROM packtide_app;
  END IF;
END $$;
