#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/mirror.sh FOLDER PROVIDER
# Lays out a mirror in FOLDER from which init installs PROVIDER, an executable or the zip of a release,
# on Terraform and OpenTofu, and writes the CLI configuration that uses it to FOLDER/cli.tfrc.
# An executable takes the place of all that is there. A zip is put beside the zips of other versions and
# platforms, and a web server can serve the folder: it has what "terraform providers mirror" writes.
set -eu

mkdir -p "$1"
folder=$(cd "$1" && pwd)
name=aicc-community/aicc
project=terraform-provider-aicc

# index FOLDER writes the indexes of the zips in it.
index() {
	versions=
	for version in $(ls "$1" | sed -n "s/^${project}_\(.*\)_[a-z0-9]*_[a-z0-9]*\.zip\$/\1/p" | sort -u); do
		archives=
		for zip in "$1/${project}_${version}_"*.zip; do
			zip=$(basename "$zip")
			platform=${zip#"${project}_${version}_"}
			archives="$archives${archives:+, }\"${platform%.zip}\": {\"url\": \"$zip\"}"
		done
		echo "{\"archives\": {$archives}}" >"$1/$version.json"
		versions="$versions${versions:+, }\"$version\": {}"
	done
	echo "{\"versions\": {$versions}}" >"$1/index.json"
}

for host in registry.terraform.io registry.opentofu.org; do
	place=$folder/$host/$name
	case $2 in
	*.zip)
		mkdir -p "$place"
		# What is unpacked there would be installed in its stead.
		rm -rf "$place"/*/
		cp "$2" "$place"
		index "$place"
		;;
	*)
		version=$("$(dirname "$0")/version.sh")
		rm -rf "$place"
		mkdir -p "$place/$version/$(go env GOOS)_$(go env GOARCH)"
		cp "$2" "$place/$version/$(go env GOOS)_$(go env GOARCH)/${project}_v$version$(go env GOEXE)"
		;;
	esac
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
