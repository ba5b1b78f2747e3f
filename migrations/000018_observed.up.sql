-- What the agents of managed accounts report: one row for each live attachment that has ever reported. An uninstalled attachment
-- loses its row and keeps its history.
CREATE TABLE observed (
  attachment_id uuid        PRIMARY KEY,
  pack_id       uuid        NOT NULL,
  release_id    uuid        NOT NULL,
  status        text        NOT NULL,                       -- what it counts as
  reported      text        NOT NULL,                       -- what was said last: what a silent one goes back to
  since         timestamptz NOT NULL,                       -- of this release and this report
  reported_at   timestamptz NOT NULL,
  seen_at       timestamptz NOT NULL,                       -- the last report or question, to within a few minutes
  detail        text        NOT NULL DEFAULT '',
  FOREIGN KEY (attachment_id, pack_id) REFERENCES attachment (id, pack_id),
  FOREIGN KEY (release_id, pack_id) REFERENCES release (id, pack_id),
  CONSTRAINT observed_status_is_known CHECK (reported IN ('installed', 'failed') AND status IN (reported, 'silent')),
  CONSTRAINT observed_detail_fits CHECK (octet_length(detail) <= 8192),
  CONSTRAINT observed_in_order CHECK (since <= reported_at AND reported_at <= seen_at)
) WITH (fillfactor = 85);
CREATE INDEX observed_of_release ON observed (release_id, status, attachment_id);
-- What somebody should look at, pack by pack: few rows, and not to be searched release by release.
CREATE INDEX observed_in_trouble ON observed (pack_id, status, attachment_id) WHERE status <> 'installed';
CREATE INDEX observed_by_silence ON observed (seen_at, attachment_id) WHERE status <> 'silent';

CREATE TABLE observed_change (
  id            uuid        PRIMARY KEY,                    -- UUIDv7: the order of the changes
  attachment_id uuid        NOT NULL,
  pack_id       uuid        NOT NULL,
  release_id    uuid        NOT NULL,
  status        text        NOT NULL,
  at            timestamptz NOT NULL,
  detail        text        NOT NULL DEFAULT '',
  FOREIGN KEY (attachment_id, pack_id) REFERENCES attachment (id, pack_id),
  FOREIGN KEY (release_id, pack_id) REFERENCES release (id, pack_id),
  CONSTRAINT observed_change_is_known CHECK (status IN ('installed', 'failed')),
  CONSTRAINT observed_change_detail_fits CHECK (octet_length(detail) <= 8192)
);
CREATE INDEX observed_change_of_attachment ON observed_change (attachment_id, id);

-- How much is observed of each release, by shards as the other counts.
CREATE TABLE observed_count (
  pack_id    uuid     NOT NULL REFERENCES pack,
  release_id uuid     NOT NULL REFERENCES release,
  status     text     NOT NULL,
  shard      smallint NOT NULL,
  n          bigint   NOT NULL,
  PRIMARY KEY (pack_id, release_id, status, shard)
) WITH (fillfactor = 50);

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON observed, observed_change, observed_count TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
