#!/bin/bash
# lighthouse.sh prints the path of Lighthouse, which it fetches from npm into the user's cache when it is not there yet.
set -euo pipefail
version=12.8.2 # the newest that Debian's Node.js runs
dir=${XDG_CACHE_HOME:-$HOME/.cache}/packtide/lighthouse-$version
if [ ! -x "$dir/node_modules/.bin/lighthouse" ]; then
	command -v npm >/dev/null || { echo 'lighthouse needs npm: install Node.js 18.20 or newer' >&2; exit 1; }
	echo "fetching lighthouse $version" >&2
	npm install --silent --no-audit --no-fund --prefix "$dir" "lighthouse@$version" >&2
fi
echo "$dir/node_modules/.bin/lighthouse"
