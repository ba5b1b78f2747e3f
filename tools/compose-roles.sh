#!/bin/bash
# compose-roles.sh: run by the postgres image on a new volume. Makes the database user that packtide works as:
# it reads and writes what the owner's migrations create and cannot alter any of it.
set -euo pipefail

psql --no-psqlrc -v ON_ERROR_STOP=1 -v password="$PACKTIDE_DB_PASSWORD" -v owner="$POSTGRES_USER" -v database="$POSTGRES_DB" \
	--username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE packtide_app LOGIN PASSWORD :'password';
REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO packtide_app;
GRANT USAGE ON SCHEMA public TO packtide_app;
-- The migrations take UPDATE and DELETE on audit events away again (R33).
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO packtide_app;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO packtide_app;
SQL
