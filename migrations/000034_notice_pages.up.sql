-- Whom a notice concerns is read along attachment_of_pack: beside it, an index by account made the planner read whole packs for
-- pages of the install base. What has no end yet is found again when it was lost under way.
DROP INDEX attachment_of_pack_and_account;
CREATE INDEX waiting_mail ON mail (due_at) WHERE state = 'waiting';
