#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/demo.sh CLI PROVIDER
# Shows a case and a closed gate with real runs of CLI, against the stand-in; or, with AICC_DOMAIN,
# credentials and CASE=<id or number> in the environment, that case of that site.
set -eu

case $1 in
*/*) cli=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") ;;
*) cli=$1 ;;
esac
work=$PWD/.cache/demo
rm -rf "$work"
mkdir -p "$work/home"

# Nothing of the caller's own Terraform takes part, and nothing is written outside the checkout.
for name in $(env | sed -nE 's/^(TF_[A-Za-z0-9_]*)=.*/\1/p'); do
	unset "$name"
done
export HOME="$work/home" TMPDIR="$work" CHECKPOINT_DISABLE=1
export TF_CLI_CONFIG_FILE="$work/mirror/cli.tfrc" TF_IN_AUTOMATION=1

# A mirror, unlike dev_overrides, lets init and all the rest run as they do for a user.
scripts/mirror.sh "$work/mirror" "$2"

standin=
trap '[ -z "$standin" ] || kill "$standin" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
if [ -n "${CASE-}" ]; then
	echo "Reading case $CASE from ${AICC_DOMAIN-} ..."
else
	CASE=c6m8demo000000000001
	unset AICC_CLIENT_ID AICC_CLIENT_SECRET AICC_CA_CERTIFICATE AICC_TIME_ZONE
	mkfifo "$work/settings"
	"$work/../standin" >"$work/settings" &
	standin=$!
	{ read -r domain && read -r token; } <"$work/settings"
	export "$domain" "$token"
	echo "Reading made-up cases from a stand-in for AICC at $AICC_DOMAIN. Set AICC_DOMAIN, AICC_TOKEN and CASE=<id or number> to read a real one."
fi

# command ARGUMENT... says which command it runs, and runs it in the folder of the example.
command() {
	printf '\n\033[2m$ cd %s && %s %s\033[0m\n' "${folder#"$PWD/"}" "${cli##*/}" "$*"
	"$cli" -chdir="$folder" "$@"
}

# run EXAMPLE ARGUMENT... plans and applies a copy of an example; of init and the plan it shows only a
# failure.
run() {
	folder=$work/$1
	if [ ! -d "$folder" ]; then
		cp -R "examples/$1" "$folder"
		command init -input=false >"$work/log" 2>&1 || {
			cat "$work/log"
			return 1
		}
		head -n 2 "$work/log"
	fi
	shift
	command plan -input=false -out=saved.tfplan "$@" >"$work/log" 2>&1 || {
		head -n 2 "$work/log"
		sed -n '/╷/,$p' "$work/log"
		return 1
	}
	head -n 2 "$work/log"
	command apply -input=false saved.tfplan
}

title() { printf '\n\033[1m== %s\033[0m\n' "$1"; }

title "The case (examples/demo)"
run demo -var="case=$CASE"
[ -n "$standin" ] || exit 0

# The gate takes links to one site only; the stand-in plays that site.
link=https://service.besclouds.com/console#/case
title "A gate (examples/gate), with a ticket that is open"
run gate -var="ticket=$link/c6m8demo000000000001"

title "The same gate, with a ticket that is completed: the plan stops"
if run gate -var="ticket=$link/c6m8demo000000000002"; then
	echo "The gate did not close." >&2
	exit 1
fi

cat <<END

The last error was the point: no change without an open ticket.

The configurations are copies of examples/demo and examples/gate, in ${work#"$PWD/"}. Next steps:

  make install    lay out a mirror, so that "terraform init" or "tofu init" finds the provider
  make standin    start the stand-in and see its cases, to run your own configuration against it
  docs/guides/validate-ticket-links-in-ci.md    build the gate into your pipeline
END
