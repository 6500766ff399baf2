#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/terraform.sh 1.8|1.11|1.16
# Prints the path of the Terraform that tools/terraform-… pins: the one on PATH if it is that very
# version, or else one that is built into .cache/bin.
set -eu

module=tools/terraform-$1
version=$(awk '$1 == "github.com/hashicorp/terraform" {print $2}' "$module/go.mod")
if terraform version 2>/dev/null | grep -qx "Terraform $version"; then
	command -v terraform
	exit
fi
make --no-print-directory ".cache/bin/terraform-$1" >&2
echo ".cache/bin/terraform-$1"
