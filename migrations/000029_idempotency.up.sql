-- Requests of programs that are done once: who claimed a key, whether something came of it, and what was answered. The answer is
-- sealed with the caller's token, which is kept nowhere: it may hold a secret that is shown once. No foreign keys: rows live a
-- day, and whoever they name was there when they were written.
CREATE TABLE api_idempotency (
  person_id    uuid        NOT NULL,
  account_id   uuid        NOT NULL, -- all zeros: the site
  key          text        NOT NULL,
  request_hash bytea       NOT NULL,
  claim_id     uuid        NOT NULL,
  claimed_at   timestamptz NOT NULL,
  done_at      timestamptz,
  status       smallint,
  answer       bytea,
  PRIMARY KEY (person_id, account_id, key),
  CONSTRAINT idempotency_answer_is_whole CHECK ((status IS NULL) = (answer IS NULL))
);
CREATE INDEX api_idempotency_claimed ON api_idempotency (claimed_at);

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON api_idempotency TO packtide_app;
  END IF;
END $$;
