DROP INDEX attachment_of_pack_and_account;
DROP TABLE release_reminder;
