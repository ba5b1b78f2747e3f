-- When accounts are reminded of a pending release. One reminder for a release, date and number of days goes out once: its mark
-- stays when the date is moved away and back.
CREATE TABLE release_reminder (
  release_id uuid        NOT NULL REFERENCES release,
  due_on     date        NOT NULL,
  days       smallint    NOT NULL,                          -- before the date
  remind_at  timestamptz NOT NULL,
  done_at    timestamptz,                                   -- gone out, or let be: another date, a nearer reminder
  PRIMARY KEY (release_id, due_on, days)
);
CREATE INDEX waiting_reminder ON release_reminder (remind_at, release_id) WHERE done_at IS NULL;
INSERT INTO release_reminder (release_id, due_on, days, remind_at)
SELECT r.id, r.due_on, d.days, r.due_at - d.days * interval '24 hours'
  FROM release r CROSS JOIN (VALUES (7), (1)) d (days)
 WHERE r.state = 'pending' AND r.due_at - d.days * interval '24 hours' > now();

-- Whom a pack concerns: its accounts, in their order, page by page.
CREATE INDEX attachment_of_pack_and_account ON attachment (pack_id, account_id);

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE ON release_reminder TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
