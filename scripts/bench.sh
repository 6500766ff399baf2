#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/with-cli.sh CLI scripts/bench.sh COUNT
# Prints the table of whole Terraform runs, then runs the benchmarks of the code COUNT times and sets
# them beside the last run's.
set -eu

AICC_BENCH_TABLE=1 go test -run '^$' -bench '^BenchmarkTable$' -benchtime 1x -timeout 60m ./internal/provider

mkdir -p .cache/bench
cd .cache/bench
(cd ../.. && go test -run '^$' -bench . -benchmem -count "$1" -timeout 60m ./internal/...) >running.txt || {
	cat running.txt
	exit 1
}
[ ! -e new.txt ] || mv new.txt old.txt
mv running.txt new.txt
if [ -e old.txt ]; then
	../bin/benchstat old.txt new.txt
else
	../bin/benchstat new.txt
fi
