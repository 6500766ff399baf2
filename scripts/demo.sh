#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/demo.sh CLI PROVIDER
set -eu

echo "the demo is not written yet" >&2
exit 1
