DROP INDEX detached_attachment_name_search;
CREATE INDEX attachment_detached ON attachment (pack_id, detached_at) WHERE detached_at IS NOT NULL;
DROP INDEX attachment_detached_at;
DROP INDEX opt_in_of_release;
