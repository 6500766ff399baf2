#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/install.sh FOLDER PROVIDER
# Lays out a mirror of PROVIDER in FOLDER and says how to use it. It writes nothing outside FOLDER.
# GOOS and GOARCH in the environment say what PROVIDER was built for.
set -eu

scripts=$(dirname "$0")
mkdir -p "$1"
folder=$(cd "$1" && pwd)
version=$("$scripts/version.sh")

# Not every machine has zip, but one with a clone has git.
pack=$(mktemp -d "$folder/.pack.XXXXXX")
trap 'rm -rf "$pack"' EXIT
cp "$2" "$pack/terraform-provider-aicc_v$version$(go env GOEXE)"
zip=$pack/terraform-provider-aicc_${version}_$(go env GOOS)_$(go env GOARCH).zip
git init --quiet --bare "$pack/empty.git"
git --git-dir="$pack/empty.git" archive -1 --format=zip --output="$zip" \
	--add-file="$pack/terraform-provider-aicc_v$version$(go env GOEXE)" "$(git hash-object -t tree /dev/null)"

"$scripts/mirror.sh" "$folder" "$zip"

cat <<END

aicc-community/aicc $version is in $folder. Nothing else was changed.

1. In the terminal where you run Terraform or OpenTofu:

  export TF_CLI_CONFIG_FILE='$folder/cli.tfrc'

   If you have a CLI configuration of your own, such as ~/.terraformrc, put the block of that file
   into it instead:

$(sed 's/^/  /' "$folder/cli.tfrc")

2. Say which AICC site to read. "make standin" prints both lines for a stand-in with invented cases:

  export AICC_DOMAIN=service.besclouds.com
  export AICC_TOKEN=…

3. In your configuration:

  terraform {
    required_providers {
      aicc = {
        source  = "aicc-community/aicc"
        version = "~> ${version%.*}"
      }
    }
  }

4. Run "terraform init", or "tofu init". After another build of the same version, delete
   .terraform and .terraform.lock.hcl first: with them, init keeps the old build.

For other people and machines, see docs/guides/install-from-a-mirror.md.
END
