#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/with-cli.sh CLI COMMAND [ARGUMENT ...]
# Runs the command with CLI, a terraform or tofu, as the one that the tests use, and with none of the
# caller's own Terraform and AICC settings: a test must neither depend on them nor reach a real AICC.
set -eu

cli=$(command -v "$1") || {
	echo "$1: no such Terraform or OpenTofu" >&2
	exit 1
}
case $cli in
/*) ;;
*) cli=$PWD/$cli ;; # tests run in their package's folder
esac
shift

for name in $(env | sed -nE 's/^((AICC|TF)_[A-Za-z0-9_]*)=.*/\1/p'); do
	unset "$name"
done

# A configuration file that does not exist makes OpenTofu print a warning into its JSON.
export TF_CLI_CONFIG_FILE=/dev/null
export CHECKPOINT_DISABLE=1

version=$("$cli" version)
case $version in
OpenTofu*)
	export TF_ACC_PROVIDER_NAMESPACE=hashicorp
	export TF_ACC_PROVIDER_HOST=registry.opentofu.org
	;;
esac
export TF_ACC_TERRAFORM_PATH="$cli"
export AICC_REQUIRE_CLI=1
export AICC_TFPLUGINDOCS="$PWD/.cache/bin/tfplugindocs"
export AICC_CONFTEST="$PWD/.cache/bin/conftest"
export AICC_HTTP_PROVIDER="$PWD/.cache/bin/terraform-provider-http"
export AICC_JUNIT_SCHEMA="$PWD/.cache/bin/junit.xsd"

echo "Using $(echo "$version" | head -n 1), $cli" >&2
exec "$@"
