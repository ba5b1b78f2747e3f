#!/bin/bash
# compose-roles.sh: run by the postgres image on a new volume. Makes the login that packtide works as. It owns
# nothing: its rights are those that the migrations grant to packtide_app.
set -euo pipefail

psql --no-psqlrc -v ON_ERROR_STOP=1 -v password="$PACKTIDE_DB_PASSWORD" -v database="$POSTGRES_DB" \
	--username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE packtide_app NOLOGIN;
CREATE ROLE packtide LOGIN PASSWORD :'password' IN ROLE packtide_app;
REVOKE CONNECT, TEMPORARY ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO packtide;
SQL
