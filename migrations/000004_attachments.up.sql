-- The install base: which account has which pack, and who tries a pending release. No row says what an attachment runs.
CREATE TABLE attachment (
  id          uuid        PRIMARY KEY,                      -- UUIDv7: tells the instant of attaching
  pack_id     uuid        NOT NULL,
  account_id  uuid        NOT NULL REFERENCES account,
  multiple    boolean     NOT NULL,
  name        text        NOT NULL,
  environment text        NOT NULL DEFAULT '',
  attached_at timestamptz NOT NULL,
  attached_by uuid        NOT NULL REFERENCES person,
  detached_at timestamptz,
  detached_by uuid        REFERENCES person,
  FOREIGN KEY (pack_id, multiple) REFERENCES pack (id, multiple),
  UNIQUE (id, pack_id),
  CONSTRAINT attachment_id_tells_instant CHECK (attached_at = uuid_instant(id)),
  CONSTRAINT attachment_name_is_given CHECK (btrim(name) <> '' AND length(name) <= 150 AND length(environment) <= 80),
  CONSTRAINT detached_after_attached CHECK (detached_at >= attached_at),
  CONSTRAINT detachment_has_an_author CHECK ((detached_at IS NULL) = (detached_by IS NULL))
);
CREATE INDEX attachment_of_pack ON attachment (pack_id, id);
CREATE INDEX attachment_of_account ON attachment (account_id, id);
CREATE UNIQUE INDEX one_name_per_account_and_pack ON attachment (account_id, pack_id, lower(name)) WHERE detached_at IS NULL;
CREATE UNIQUE INDEX one_attachment_of_single_pack ON attachment (pack_id, account_id) WHERE NOT multiple AND detached_at IS NULL; -- R6
CREATE INDEX attachment_detached ON attachment (pack_id, detached_at) WHERE detached_at IS NOT NULL;
CREATE INDEX detached_attachment_of_pack ON attachment (pack_id, id) WHERE detached_at IS NOT NULL;
CREATE INDEX attachment_name_search ON attachment USING gin (name gin_trgm_ops) WHERE detached_at IS NULL;

CREATE TABLE opt_in (
  attachment_id uuid        NOT NULL,
  pack_id       uuid        NOT NULL,
  release_id    uuid        NOT NULL,
  began         timestamptz NOT NULL,
  ended         timestamptz,                                -- undone or detached; a testing period that ends leaves the row as it is
  by_id         uuid        NOT NULL REFERENCES person,
  ended_by      uuid        REFERENCES person,
  reason        text        NOT NULL DEFAULT '',            -- of the support user who acted for the account (R34)
  PRIMARY KEY (attachment_id, release_id, began),
  FOREIGN KEY (attachment_id, pack_id) REFERENCES attachment (id, pack_id),
  FOREIGN KEY (release_id, pack_id) REFERENCES release (id, pack_id),
  CONSTRAINT opt_in_ends_after_it_began CHECK (ended >= began),
  CONSTRAINT undoing_has_an_author CHECK ((ended IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX one_running_opt_in_per_release ON opt_in (release_id, attachment_id) WHERE ended IS NULL;

-- Exact numbers for lists, by shards so that thousands of accounts can attach at once; a nightly job checks them against the truth.
CREATE TABLE attachment_count (
  pack_id     uuid     NOT NULL REFERENCES pack,
  zone        text     NOT NULL,                            -- of the managed account
  shard       smallint NOT NULL,
  attachments bigint   NOT NULL,
  accounts    bigint   NOT NULL,
  PRIMARY KEY (pack_id, zone, shard)
) WITH (fillfactor = 50);

CREATE TABLE opt_in_count (
  release_id uuid     NOT NULL REFERENCES release,
  shard      smallint NOT NULL,
  n          bigint   NOT NULL,
  PRIMARY KEY (release_id, shard)
) WITH (fillfactor = 50);
