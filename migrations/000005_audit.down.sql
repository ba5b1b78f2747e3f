DROP TABLE audit_event;
DROP FUNCTION refuse_change_of_audit();
