CREATE INDEX dead_delivery_of_webhook ON webhook_delivery (webhook_id, id) WHERE state = 'dead';
DROP INDEX delivery_of_webhook_by_state;
