#!/bin/sh
# usage: PLAN_DIGEST=… VERDICT_UNTIL=… apply.sh PLAN, in the folder of the configuration
# Applies PLAN if it is the one that check.sh gave its verdict for, and the verdict is fresh.
set -eu

digest=$(sha256sum <"$1")
[ "${digest%% *}" = "${PLAN_DIGEST-}" ] || {
	echo 'This is not the plan that the gate was asked about.' >&2
	exit 1
}
[ "$(date +%s)" -le "${VERDICT_UNTIL:-0}" ] || {
	echo 'The verdict of the gate is too old. Run the job of the gate again.' >&2
	exit 1
}

terraform init -input=false -no-color -lockfile=readonly
terraform apply -input=false -no-color "$1"
