#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/picture.sh CLI PROVIDER
# Draws the README's picture from what the last step of the demo prints.
set -eu

scripts/demo.sh "$@" >.cache/demo.txt
{
	printf '\033[32m$\033[0m terraform plan -var ticket=https://service.besclouds.com/console#/case/c6m8demo000000000002\n'
	sed -n '/the plan stops/,/^The last error/p' .cache/demo.txt | sed -n '/╷/,/╵/p'
} | go run github.com/charmbracelet/freeze@v0.2.2 --language ansi --output .github/gate.svg \
	--font.family monospace --font.size 13 --padding 20,20,0,20 --background '#171717'
