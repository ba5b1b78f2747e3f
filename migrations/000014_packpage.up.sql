-- How large each pack's install base was at the end of each day, UTC: what its page draws over a year. Days are added once they
-- are long over, and never change; a day can be worked out from the one before it and what happened on it.
CREATE TABLE pack_day (
  pack_id     uuid   NOT NULL REFERENCES pack,
  day         date   NOT NULL,
  attachments bigint NOT NULL,
  trying      bigint NOT NULL,                              -- of them, those that ran the release then pending
  PRIMARY KEY (pack_id, day)
);

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT ON pack_day TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
