-- Finding in the install base: how much of it lives where (a place is the account's time zone and the attachment's
-- environment), and the views that people keep for themselves.
CREATE TABLE attachment_place_count (
  pack_id     uuid     NOT NULL REFERENCES pack,
  zone        text     NOT NULL,                            -- of the managed account
  environment text     NOT NULL,
  shard       smallint NOT NULL,
  n           bigint   NOT NULL,
  PRIMARY KEY (pack_id, zone, environment, shard)
) WITH (fillfactor = 50);

-- Of pending releases alone: what others count is never read, and goes with the next nightly check.
CREATE TABLE opt_in_place_count (
  release_id  uuid     NOT NULL REFERENCES release,
  zone        text     NOT NULL,
  environment text     NOT NULL,
  shard       smallint NOT NULL,
  n           bigint   NOT NULL,
  PRIMARY KEY (release_id, zone, environment, shard)
) WITH (fillfactor = 50);

INSERT INTO attachment_place_count (pack_id, zone, environment, shard, n)
SELECT x.pack_id, a.zone, x.environment, 0, count(*)
  FROM attachment x JOIN account a ON a.id = x.account_id
 WHERE x.detached_at IS NULL
 GROUP BY 1, 2, 3;

INSERT INTO opt_in_place_count (release_id, zone, environment, shard, n)
SELECT o.release_id, a.zone, x.environment, 0, count(*)
  FROM release r
  JOIN opt_in o ON o.release_id = r.id AND o.ended IS NULL
  JOIN attachment x ON x.id = o.attachment_id
  JOIN account a ON a.id = x.account_id
 WHERE r.state = 'pending'
 GROUP BY 1, 2, 3;

CREATE INDEX attachment_of_environment ON attachment (environment, pack_id, id) WHERE detached_at IS NULL;
CREATE INDEX account_of_zone ON account (zone, id);

-- A person's own names for what they look at, in the account in which they act, or for the site.
CREATE TABLE saved_view (
  id         uuid        PRIMARY KEY,
  person_id  uuid        NOT NULL REFERENCES person,
  account_id uuid        REFERENCES account,                -- none: the site, for its staff
  name       text        NOT NULL,
  address    text        NOT NULL,                          -- the query string, our own parameters alone, in their order
  saved_at   timestamptz NOT NULL,
  CONSTRAINT saved_view_name_is_given CHECK (btrim(name) <> '' AND length(name) <= 80),
  CONSTRAINT saved_view_address_is_short CHECK (length(address) <= 4000)
);
CREATE UNIQUE INDEX one_saved_view_per_name
  ON saved_view (person_id, coalesce(account_id, '00000000-0000-0000-0000-000000000000'), lower(name));

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON attachment_place_count, opt_in_place_count, saved_view TO packtide_app;
  END IF;
END $$;
