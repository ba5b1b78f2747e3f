#!/bin/bash
# Runs every fuzz target of the module for a while, one after the other: go test takes only one at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-60s}
# An input that fails is kept below testdata/fuzz, so that the ordinary tests fail with it too.
grep -rn --include='*_test.go' '^func Fuzz' . | sed -E 's|^(.*)/[^/]*:[0-9]+:func (Fuzz[A-Za-z0-9]*).*|\1 \2|' | sort |
	while read -r package target; do
		echo "== $package $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 5x "$package" </dev/null
	done
