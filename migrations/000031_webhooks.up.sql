-- Addresses to which an account's notices are sent, and what was sent. Secrets are sealed with a key that the database does
-- not have.
CREATE TABLE webhook (
  id            uuid        PRIMARY KEY,
  account_id    uuid        NOT NULL REFERENCES account,
  url           text        NOT NULL,
  as_publisher  boolean     NOT NULL,                       -- hears of what the account publishes
  as_managed    boolean     NOT NULL,                       -- hears of what the account installs
  kinds         text[]      NOT NULL,
  secret        bytea       NOT NULL,                       -- sealed; empty once it is deleted
  old_secret    bytea,
  old_until     timestamptz,
  created_at    timestamptz NOT NULL,
  created_by    uuid        NOT NULL REFERENCES person,
  off_at        timestamptz,
  failing_since timestamptz,
  paused_at     timestamptz,
  deleted_at    timestamptz,
  CONSTRAINT webhook_address_is_short CHECK (length(url) <= 500),
  CONSTRAINT webhook_hears_something CHECK ((as_publisher OR as_managed) AND cardinality(kinds) > 0),
  CONSTRAINT old_secret_ends CHECK ((old_secret IS NULL) = (old_until IS NULL))
);
CREATE INDEX webhook_of_account ON webhook (account_id, id) WHERE deleted_at IS NULL;

CREATE TABLE webhook_delivery (
  id         uuid        PRIMARY KEY,                       -- UUIDv7
  webhook_id uuid        NOT NULL REFERENCES webhook,
  account_id uuid        NOT NULL REFERENCES account,       -- the tenant that may read it
  notice_id  uuid        NOT NULL,
  kind       text        NOT NULL,
  payload    text        NOT NULL,                          -- as it is signed, byte by byte
  state      text        NOT NULL,
  attempts   integer     NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  last_try   timestamptz,
  next_try   timestamptz,
  ended_at   timestamptz,
  status     integer     NOT NULL DEFAULT 0,
  answer     text        NOT NULL DEFAULT '',
  failure    text        NOT NULL DEFAULT '',
  CONSTRAINT one_delivery_per_notice UNIQUE (webhook_id, notice_id),
  CONSTRAINT delivery_state_is_known CHECK (state IN ('waiting', 'delivered', 'dead')),
  CONSTRAINT waiting_delivery_has_a_next_try CHECK ((state = 'waiting') = (next_try IS NOT NULL)),
  CONSTRAINT ended_delivery_tells_when CHECK ((state = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX delivery_of_webhook ON webhook_delivery (webhook_id, id);
CREATE INDEX dead_delivery_of_webhook ON webhook_delivery (webhook_id, id) WHERE state = 'dead';
CREATE INDEX waiting_delivery ON webhook_delivery (id) WHERE state = 'waiting';

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE ON webhook TO packtide_app; -- where another login migrates than the one whose defaults were set
    GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery TO packtide_app;
  END IF;
END $$;
