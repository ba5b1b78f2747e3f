-- Of the audit's filters none asks for these: a publisher's events of one kind come through its own index, and a subject by its id.
DROP INDEX audit_event_publisher_action, audit_event_subject_name;
