#!/bin/sh
# usage: TICKET_TEXT=… check.sh [PLAN]
# Succeeds only if the case is open that TICKET_TEXT names in a line "Ticket: <link or number>". For a saved
# plan, it then prints the verdict that apply.sh wants. Everything in the environment and in the
# working folder may come from the author of the change: this script uses none of it but the text,
# the credentials and PATH.
set -eu

# Variables of the environment could name another site, another provider or other open states. The lines
# of one that has several can look like more, so this comes before the script has its own.
for name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
	case $name in
	PATH | TICKET_TEXT | AICC_TOKEN | AICC_CLIENT_ID | AICC_CLIENT_SECRET) ;;
	*) unset "$name" ;;
	esac
done

# Your AICC. It is not a variable of the pipeline, because more people can set those.
domain=service.besclouds.com

# The proxy that leads from your runners to AICC and to the registry, if there is one.
proxy=

# How long a verdict allows an apply, in seconds.
lifetime=3600

# How a change names its ticket.
ticket=$(printf '%s\n' "${TICKET_TEXT-}" | sed -n 's/^Ticket:[[:blank:]]*\([^[:space:]]*\).*/\1/p' | head -n 1)
unset TICKET_TEXT
case $ticket in
'' | *[!A-Za-z0-9:/?#=\&._%-]*)
	echo 'The change names no ticket. Its description needs a line "Ticket: …" with a link or a number.' >&2
	exit 1
	;;
esac

plan=${1-}
digest=
if [ -n "$plan" ]; then
	digest=$(sha256sum <"$plan")
	digest=${digest%% *}
fi

gate=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$gate/main.tf" "$gate/variables.tf" "$gate/outputs.tf" "$gate/.terraform.lock.hcl" "$work"
cd "$work"

export HOME="$work" TMPDIR="$work" AICC_DOMAIN="$domain" HTTPS_PROXY="$proxy" TF_VAR_ticket="$ticket"
export TF_CLI_CONFIG_FILE="$gate/cli.tfrc" TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

terraform init -input=false -no-color -lockfile=readonly >&2
terraform plan -input=false -no-color >&2

if [ -n "$digest" ]; then
	echo "PLAN_DIGEST=$digest"
	echo "VERDICT_UNTIL=$(($(date +%s) + lifetime))"
fi
