CREATE INDEX audit_event_publisher_action ON audit_event (publisher_id, action, id) WHERE publisher_id IS NOT NULL;
CREATE INDEX audit_event_subject_name ON audit_event (lower(subject_name), id) WHERE subject_name <> '';
