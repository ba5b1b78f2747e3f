ALTER TABLE webhook DROP CONSTRAINT old_secrets_end;
ALTER TABLE webhook RENAME COLUMN old_secrets TO old_secret;
ALTER TABLE webhook RENAME COLUMN old_untils TO old_until;
ALTER TABLE webhook ALTER COLUMN old_secret DROP NOT NULL, ALTER COLUMN old_secret DROP DEFAULT;
ALTER TABLE webhook ALTER COLUMN old_until DROP NOT NULL, ALTER COLUMN old_until DROP DEFAULT;
ALTER TABLE webhook ALTER COLUMN old_secret TYPE bytea USING old_secret[cardinality(old_secret)];
ALTER TABLE webhook ALTER COLUMN old_until TYPE timestamptz USING old_until[cardinality(old_until)];
ALTER TABLE webhook ADD CONSTRAINT old_secret_ends CHECK ((old_secret IS NULL) = (old_until IS NULL));
