DROP INDEX waiting_mail;
CREATE INDEX attachment_of_pack_and_account ON attachment (pack_id, account_id);
