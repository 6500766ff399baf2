#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/first-read.sh
# Shows that the provider reads a case of the stand-in, over Terraform's protocol but without Terraform,
# and says what comes next.
set -eu

echo 'The provider and the stand-in for AICC are built. Reading a case over the protocol of Terraform:'
go test -count=1 -run '^TestReadCase$' ./internal/provider
cat <<END

That works. What is missing is a Terraform or OpenTofu to run configurations with: none is on PATH.
OpenTofu is built from source now, once. To spare that, press Ctrl-C, install either, and run "make demo" again.

END
