#!/bin/bash
# fresh.sh: generates the Go code of the templ pages and fails if that changed anything, or if a page's
# generated file has no page any more. It compares files, not commits: a change in progress passes.
set -euo pipefail
cd "$(dirname "$0")/.."

pages() { find . \( -name .git -o -name node_modules -o -path ./tmp \) -prune -o -name "$1" -print | sort; }
sums() { pages '*_templ.go' | xargs -r cksum; }

status=0
while read -r generated; do
	if [ -n "$generated" ] && [ ! -e "${generated%_templ.go}.templ" ]; then
		echo "$generated has no .templ file any more: delete it"
		status=1
	fi
done < <(pages '*_templ.go')

if [ -n "$(pages '*.templ')" ]; then
	before=$(sums)
	if ! log=$(go tool templ generate 2>&1); then
		echo "$log"
		exit 1
	fi
	changed=$(comm -3 <(sort <<<"$before") <(sums | sort) | sed -n 's/.* /  /p' | sort -u)
	if [ -n "$changed" ]; then
		printf 'these were stale; they are generated anew, commit them:\n%s\n' "$changed"
		status=1
	fi
fi
exit $status
