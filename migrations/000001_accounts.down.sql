-- The role packtide_app stays: it belongs to the cluster, and other databases may use it.
DROP TABLE sessions, api_token, sign_in_failure, sign_in_link, membership, person, account;
DROP FUNCTION uuid_instant(uuid);
