#!/usr/bin/env bash
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# Installs the servers that make test-network runs, on Debian or Ubuntu, as root, and starts none of
# them: a package starts its service unless policy-rc.d forbids it.
set -euo pipefail

packages=()
for pair in nginx:nginx-light apache2:apache2-bin squid:squid tinyproxy:tinyproxy microsocks:microsocks; do
	PATH="$PATH:/usr/sbin" command -v "${pair%:*}" >/dev/null || packages+=("${pair#*:}")
done
if ((${#packages[@]} == 0)); then
	exit
fi
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
	trap 'rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod +x "$policy"
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}"
