#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/mirror.sh FOLDER PROVIDER
# Lays out a mirror in FOLDER from which init installs PROVIDER, an executable or the zip of a release,
# on Terraform and OpenTofu, and writes the CLI configuration that uses it to FOLDER/cli.tfrc.
# An executable gets the newest version in CHANGELOG.md.
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
name=aicc-community/aicc
version=$(sed -n 's/^## \([0-9.]*\).*/\1/p' "$(dirname "$0")/../CHANGELOG.md" | head -n 1)

for host in registry.terraform.io registry.opentofu.org; do
	place=$folder/$host/$name
	# What an earlier run left would be installed in its stead.
	rm -rf "$place"
	case $2 in
	*.zip) file=$place/$(basename "$2") ;;
	*) file=$place/$version/$(go env GOOS)_$(go env GOARCH)/terraform-provider-aicc_v$version$(go env GOEXE) ;;
	esac
	mkdir -p "$(dirname "$file")"
	cp "$2" "$file"
done

cat >"$folder/cli.tfrc" <<END
provider_installation {
  filesystem_mirror {
    path    = "$folder"
    include = ["registry.terraform.io/$name", "registry.opentofu.org/$name"]
  }
  direct {
    exclude = ["registry.terraform.io/$name", "registry.opentofu.org/$name"]
  }
}
END
