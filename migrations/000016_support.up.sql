-- R34: members of support look at the product as an account's people see it, for a while and with a reason.
CREATE TABLE support_view (
  id         uuid        PRIMARY KEY,
  person_id  uuid        NOT NULL REFERENCES person,        -- who looks
  account_id uuid        NOT NULL REFERENCES account,
  view_as    text        NOT NULL,
  reason     text        NOT NULL,
  began      timestamptz NOT NULL,
  until      timestamptz NOT NULL,                          -- when it ends by itself
  ended      timestamptz,
  how_ended  text,
  CONSTRAINT view_as_is_known CHECK (view_as IN ('admin', 'publisher')),
  CONSTRAINT viewing_has_a_reason CHECK (btrim(reason) <> '' AND length(reason) <= 1000),
  CONSTRAINT viewing_lasts_an_hour_at_most CHECK (until > began AND until <= began + interval '1 hour'),
  CONSTRAINT viewing_ends_after_it_began CHECK (ended >= began),
  CONSTRAINT ending_says_how CHECK ((ended IS NULL) = (how_ended IS NULL))
);
CREATE INDEX running_support_view ON support_view (until, id) WHERE ended IS NULL;

-- The audit's filters: the rare events of something that has many, where an event came from, and what it was about by name.
CREATE INDEX audit_event_publisher_action ON audit_event (publisher_id, action, id) WHERE publisher_id IS NOT NULL;
CREATE INDEX audit_event_pack_action ON audit_event (pack_id, action, id) WHERE pack_id IS NOT NULL;
CREATE INDEX audit_event_source ON audit_event (source, id);
CREATE INDEX audit_event_subject_name ON audit_event (lower(subject_name), id) WHERE subject_name <> '';
-- R30: since when an account is outside a publisher's groups.
CREATE INDEX audit_event_left_group ON audit_event ((after ->> 'account_id'), id) WHERE action = 'group.account_removed';

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'packtide_app') THEN
    GRANT SELECT, INSERT, UPDATE ON support_view TO packtide_app; -- where another login migrates than the one whose defaults were set
  END IF;
END $$;
