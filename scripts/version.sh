#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# Prints the newest version in CHANGELOG.md, released or not.
set -eu

sed -n 's/^## \([0-9.]*\).*/\1/p' "$(dirname "$0")/../CHANGELOG.md" | head -n 1
