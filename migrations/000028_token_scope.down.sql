-- A token that was less than full ends: it would be full.
UPDATE api_token SET revoked_at = now() WHERE scope <> 'full' AND revoked_at IS NULL;
ALTER TABLE api_token DROP COLUMN scope;
