-- What was sent to a webhook is listed by state: one index for all of them in place of one for those that were given up.
CREATE INDEX delivery_of_webhook_by_state ON webhook_delivery (webhook_id, state, id);
DROP INDEX dead_delivery_of_webhook;
