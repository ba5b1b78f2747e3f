-- A webhook that is given a new secret twice within a day keeps signing with all that its receiver may still know.
ALTER TABLE webhook DROP CONSTRAINT old_secret_ends;
ALTER TABLE webhook ALTER COLUMN old_secret TYPE bytea[] USING CASE WHEN old_secret IS NULL THEN '{}'::bytea[] ELSE ARRAY[old_secret] END;
ALTER TABLE webhook ALTER COLUMN old_until TYPE timestamptz[] USING CASE WHEN old_until IS NULL THEN '{}'::timestamptz[] ELSE ARRAY[old_until] END;
ALTER TABLE webhook ALTER COLUMN old_secret SET DEFAULT '{}', ALTER COLUMN old_secret SET NOT NULL;
ALTER TABLE webhook ALTER COLUMN old_until SET DEFAULT '{}', ALTER COLUMN old_until SET NOT NULL;
ALTER TABLE webhook RENAME COLUMN old_secret TO old_secrets;
ALTER TABLE webhook RENAME COLUMN old_until TO old_untils;
ALTER TABLE webhook ADD CONSTRAINT old_secrets_end CHECK (cardinality(old_secrets) = cardinality(old_untils));
