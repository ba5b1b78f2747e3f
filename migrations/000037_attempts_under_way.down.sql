ALTER TABLE webhook_delivery DROP COLUMN trying_until;
