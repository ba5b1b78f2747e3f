-- The past of the install base: who tried a release at a moment, who had it installed then, and the names of both.
CREATE INDEX opt_in_of_release ON opt_in (release_id, attachment_id);

-- Counts of who went in a stretch of time are answered by the index alone.
CREATE INDEX attachment_detached_at ON attachment (pack_id, detached_at, id) WHERE detached_at IS NOT NULL;
DROP INDEX attachment_detached;

CREATE INDEX detached_attachment_name_search ON attachment USING gin (name gin_trgm_ops) WHERE detached_at IS NOT NULL;
