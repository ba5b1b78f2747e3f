-- R33: what happened, for ever. Rows are added and read, never changed, whoever asks.
CREATE TABLE audit_event (
  id           uuid        PRIMARY KEY,                     -- UUIDv7: the order of events
  at           timestamptz NOT NULL,
  actor_id     uuid,                                        -- none: the scheduler, the command line
  actor_name   text        NOT NULL DEFAULT '',             -- as it was then
  source       text        NOT NULL,
  action       text        NOT NULL,                        -- 'release.scheduled'
  subject      uuid        NOT NULL,
  subject_name text        NOT NULL DEFAULT '',             -- as it was then
  publisher_id uuid,                                        -- the tenants that may read it
  account_id   uuid,
  pack_id      uuid,
  reason       text        NOT NULL DEFAULT '',
  before       jsonb,
  after        jsonb,
  request_id   text        NOT NULL DEFAULT '',
  CONSTRAINT audit_source_is_known CHECK (source IN ('ui', 'api', 'scheduler', 'cli'))
);
CREATE INDEX audit_event_subject ON audit_event (subject, id);
CREATE INDEX audit_event_publisher ON audit_event (publisher_id, id) WHERE publisher_id IS NOT NULL;
CREATE INDEX audit_event_account ON audit_event (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX audit_event_pack ON audit_event (pack_id, id) WHERE pack_id IS NOT NULL;
CREATE INDEX audit_event_action ON audit_event (action, id);
CREATE INDEX audit_event_actor ON audit_event (actor_id, id) WHERE actor_id IS NOT NULL;

CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'audit_events_are_append_only';
END $$;
CREATE TRIGGER audit_events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
