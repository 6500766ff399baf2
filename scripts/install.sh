#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/install.sh FOLDER PROVIDER
# Lays out a mirror of PROVIDER in FOLDER and says how to use it. It writes nothing outside FOLDER.
set -eu

"$(dirname "$0")/mirror.sh" "$1" "$2"
folder=$(cd "$1" && pwd)
version=$(basename "$folder"/registry.terraform.io/aicc-community/aicc/*)

cat <<END

aicc-community/aicc $version is in $folder. Nothing else was changed.

1. In the terminal where you run Terraform or OpenTofu:

  export TF_CLI_CONFIG_FILE='$folder/cli.tfrc'

   If you have a CLI configuration of your own, such as ~/.terraformrc, put the block of that file
   into it instead:

$(sed 's/^/  /' "$folder/cli.tfrc")

2. Say which AICC to read. "make standin" prints both lines for an AICC with invented cases:

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
   .terraform.lock.hcl first: it holds the checksum of the old build.
END
