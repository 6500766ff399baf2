#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/links.sh
# Asks for every page of others that this repository's pages link to, and fails if one does not answer.
# TestLinks holds the links within the repository, so those are left out here; so are invented sites.
set -eu

git ls-files '*.md' '*.tmpl' | xargs grep -ohE '\]\(https://[^)# ]+' | sed 's/^](//' | sort -u |
	grep -vE '^https://(github\.com/aicc-community/|([a-z0-9-]+\.)*example\.(com|org))' |
	{
		failed=0
		while read -r page; do
			status=$(curl --silent --location --max-time 30 --retry 3 --output /dev/null --write-out '%{http_code}' \
				--user-agent 'Mozilla/5.0 (link check)' "$page") || true
			case $status in
			2??) ;;
			*)
				echo "$status $page"
				failed=1
				;;
			esac
		done
		exit "$failed"
	}
