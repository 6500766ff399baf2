#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/cli-source.sh MODULE FOLDER
# Copies the source of the Terraform or OpenTofu that MODULE, a folder of tools/, pins into FOLDER,
# without what keeps state or modules in a cloud or takes keys from one: nothing here uses it, it is
# most of what there would be to build, and of Terraform 1.16 the Go module proxy does not have it.
# "version" says so. FOLDER/tool.mod is MODULE's go.mod with that copy.
set -eu

product=$(awk '$1 == "tool" {split($2, part, "/"); print part[1] "/" part[2] "/" part[3]}' "$1/go.mod")
folder=$(mkdir -p "$2" && cd "$2" && pwd)
cd "$1"

# copy MODULE FOLDER copies the source of a module at the version that go.mod has.
copy() {
	version=$(awk -v module="$1" '$1 == module {print $2; exit} $1 == "require" && $2 == module {print $3; exit}' go.mod)
	source=$(go mod download -json "$1@$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
	rm -rf "$2"
	cp -R "$source" "$2"
	chmod -R u+w "$2"
}
copy "$product" "$folder"
getter=github.com/hashicorp/go-getter
copy "$getter" "$folder/go-getter"
cp go.mod "$folder/tool.mod"
cp go.sum "$folder/tool.sum"
go mod edit -replace="$product=$folder" -replace="$getter=$folder/go-getter" "$folder/tool.mod"

cd "$folder"
edit() {
	sed -E "$1" "$2" >edited
	mv edited "$2"
}
edit '/backend(Azure|Consul|Cos|GCS|Kubernetes|OCI|OSS|Pg|S3)[. ]/d' internal/backend/init/init.go
edit '/new\(getter\.(S3|GCS)/d' internal/getmodules/getter.go
edit '/new\((S3|GCS)/d' go-getter/get.go
rm go-getter/get_s3.go go-getter/get_gcs.go
keys=internal/encryption/default_registry.go
if [ -f "$keys" ]; then
	edit '/keyprovider\/(aws_kms|azure_vault|gcp_kms|openbao)"/d; /\((aws_kms|azure_vault|gcp_kms|openbao)\.New/,/^	\}/d' "$keys"
fi
edit 's/$/-without-clouds/' version/VERSION
