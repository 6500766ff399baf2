#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/fuzz.sh TIME
# Runs each fuzz test for that time: go test fuzzes only one at a time.
set -eu

tests=$(grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' internal) || {
	echo 'there are no fuzz tests' >&2
	exit 1
}
for test in $(echo "$tests" | sed 's/func //'); do
	file=${test%%:*}
	name=${test##*:}
	echo "$name"
	go test -run '^$' -fuzz "^$name\$" -fuzztime "$1" -fuzzminimizetime 10x "./$(dirname "$file")"
done
