-- Until when an attempt at a delivery is under way at the most: a receiver that hangs holds up its own messages alone, whatever the
-- number of processes.
ALTER TABLE webhook_delivery ADD trying_until timestamptz;
CREATE INDEX delivery_under_way ON webhook_delivery (webhook_id, trying_until) WHERE trying_until IS NOT NULL;
