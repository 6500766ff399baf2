#!/bin/sh
# usage: policy/check.sh LINK, in the folder of the configuration
# Plans into gate.tfplan, and fails unless the plan has read the ticket that LINK points to and the
# ticket is open. Keep it with the policy, where the author of a change cannot edit it.
set -eu

ticket=$1
policy=$(cd "$(dirname "$0")" && pwd)
terraform=${TERRAFORM:-terraform}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $ticket in
'' | *[!A-Za-z0-9:/?#=\&._%-]*)
	echo 'The pipeline names no ticket, or something that is no link.' >&2
	exit 1
	;;
esac
printf '{"ticket": "%s"}\n' "$ticket" >"$work/ticket.json"

"$terraform" plan -input=false -var "ticket=$ticket" -out=gate.tfplan
"$terraform" show -json gate.tfplan >"$work/plan.json"

# Elsewhere, since conftest takes settings from a conftest.toml that the author may have left here.
cd "$work"
"${CONFTEST:-conftest}" test --no-color --policy "$policy" --data ticket.json plan.json
