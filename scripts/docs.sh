#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/with-cli.sh CLI scripts/docs.sh [--check]
# Writes docs/, or with --check only says how docs/ differs from what would be written.
# The schema goes to tfplugindocs as a file, since it can start no OpenTofu by itself; it writes into
# a folder of its own, since it deletes what is there before it fails.
set -eu

work=$(pwd)/.cache/docs
rm -rf "$work"
mkdir -p "$work/out"

go build -o "$work/terraform-provider-aicc" .

# tfplugindocs looks for the provider under this address.
cat >"$work/main.tf" <<EOF
terraform {
  required_providers {
    aicc = {
      source = "registry.terraform.io/hashicorp/aicc"
    }
  }
}
EOF
cat >"$work/cli.tfrc" <<EOF
provider_installation {
  dev_overrides {
    "registry.terraform.io/hashicorp/aicc" = "$work"
  }
}
EOF
TF_CLI_CONFIG_FILE=$work/cli.tfrc "$TF_ACC_TERRAFORM_PATH" -chdir="$work" providers schema -json >"$work/schema.json"
grep -q ephemeral_resource_schemas "$work/schema.json" || {
	echo 'Docs need Terraform 1.10 or OpenTofu 1.11 or later, which know ephemeral resources.' >&2
	exit 1
}

"$AICC_TFPLUGINDOCS" generate --provider-name terraform-provider-aicc \
	--providers-schema "$work/schema.json" --rendered-website-dir .cache/docs/out >"$work/log" 2>&1 || {
	cat "$work/log" >&2
	exit 1
}

if [ "${1-}" = --check ]; then
	diff -ru docs "$work/out" || {
		echo 'docs/ is stale: run "make docs" and commit the result.' >&2
		exit 1
	}
	"$AICC_TFPLUGINDOCS" validate --provider-name terraform-provider-aicc \
		--providers-schema "$work/schema.json" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		exit 1
	}
else
	rm -rf docs
	mv "$work/out" docs
fi
