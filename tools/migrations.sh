#!/bin/bash
# migrations.sh [FOLDER]: fails unless every migration goes up and down, under one name, and the numbers have no gap.
set -euo pipefail
cd "${1:-$(dirname "$0")/../migrations}" 2>/dev/null || exit 0
shopt -s nullglob

status=0
refuse() {
	echo "migrations: $1"
	status=1
}

for file in *.sql; do
	[[ $file =~ ^[0-9]{6}_[a-z0-9_]+\.(up|down)\.sql$ ]] || refuse "$file is not named 000001_what_it_does.up.sql or .down.sql"
	[ -s "$file" ] || refuse "$file is empty"
done

next=1
for up in *.up.sql; do
	name=${up%.up.sql}
	[ -e "$name.down.sql" ] || refuse "$up has no $name.down.sql"
	[ "${name%%_*}" = "$(printf %06d $next)" ] || refuse "$up: the next number is $(printf %06d $next)"
	next=$((next + 1))
done
for down in *.down.sql; do
	[ -e "${down%.down.sql}.up.sql" ] || refuse "$down has no ${down%.down.sql}.up.sql"
done
exit $status
