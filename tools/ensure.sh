#!/bin/bash
# ensure.sh NAME…: makes sure of what the product or its tests start: postgres, chromium, gcc.
#
# As root on Debian or Ubuntu it installs what lacks. Elsewhere it says which commands do it and goes on:
# on a laptop the tests that need it are skipped. With CI=true a missing one is an error.
set -euo pipefail

found() {
	case $1 in
	postgres) find_postgres ;;
	chromium) find_chromium ;;
	*) command -v "$1" ;;
	esac >/dev/null 2>&1
}

find_postgres() {
	if [ -n "${PGBIN:-}" ] && [ -x "$PGBIN/postgres" ] && [ -x "$PGBIN/initdb" ]; then return; fi
	if command -v postgres && command -v initdb; then return; fi
	local dir
	for dir in /usr/lib/postgresql/*/bin; do
		if [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ]; then return; fi
	done
	return 1
}

find_chromium() {
	local name
	for name in headless_shell headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
		if command -v "$name"; then return; fi
	done
	[ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]
}

# packages prints what apt calls it.
packages() {
	case $1 in
	postgres) echo postgresql ;;
	gcc) echo gcc libc6-dev ;; # the race detector is linked by it
	chromium) if [ "$os" = ubuntu ]; then echo chromium-browser; else echo chromium; fi ;;
	*) echo "$1" ;;
	esac
}

# advice prints the way for a person: by system.
advice() {
	case $os in
	debian | ubuntu) echo "sudo apt-get update && sudo apt-get install -y --no-install-recommends $(packages "$1")" ;;
	darwin)
		case $1 in
		postgres) echo "brew install postgresql@17" ;;
		chromium) echo "brew install --cask chromium" ;;
		*) echo "xcode-select --install" ;;
		esac
		;;
	*) echo "install $1 with this system's package manager, so that it is on the PATH" ;;
	esac
}

os=$(uname -s | tr '[:upper:]' '[:lower:]')
if [ -r /etc/os-release ]; then
	os=$(. /etc/os-release && case " $ID ${ID_LIKE:-} " in *' ubuntu '*) echo ubuntu ;; *' debian '*) echo debian ;; *) echo "$ID" ;; esac)
fi

lacking() {
	local name
	for name in "$@"; do found "$name" || echo "$name"; done
}

install_with_apt() {
	local names=() name
	for name in "$@"; do read -ra more <<<"$(packages "$name")" && names+=("${more[@]}"); done
	echo "installing ${names[*]}" >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq >&2
	without_cluster apt-get install -y -qq --no-install-recommends "${names[@]}" >&2
}

# without_cluster runs a command so that Debian's postgresql package neither makes nor starts a database of its own:
# only its programs are wanted. What the machine's owner has decided about that is left as it is.
without_cluster() {
	local conf=/etc/postgresql-common/createcluster.conf
	if [[ " $* " != *' postgresql '* ]] || grep -qs '^ *create_main_cluster' "$conf"; then
		"$@"
		return
	fi
	apt-get install -y -qq --no-install-recommends postgresql-common >&2
	echo 'create_main_cluster = false' >>"$conf"
	local status=0
	"$@" || status=$?
	sed -i '/^create_main_cluster = false$/d' "$conf"
	return $status
}

mapfile -t missing < <(lacking "$@")
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	install_with_apt "${missing[@]}" || echo "apt-get did not succeed" >&2
	mapfile -t missing < <(lacking "${missing[@]}")
fi
[ ${#missing[@]} -gt 0 ] || exit 0
for name in "${missing[@]}"; do
	printf '%s is missing; this installs it:\n    %s\n' "$name" "$(advice "$name")" >&2
done
if [ "${CI:-}" = true ]; then exit 1; fi
