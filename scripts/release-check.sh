#!/bin/sh
# Copyright (c) The terraform-provider-aicc Authors
# SPDX-License-Identifier: MPL-2.0

# usage: scripts/release-check.sh CLI ...
# Packs the checked-out commit as a release would be, in two folders, compares the two, checks names,
# checksums and signature, and then installs and runs the zip with each CLI, a terraform or tofu, against
# the stand-in AICC. It publishes nothing and leaves nothing outside .cache.
set -eu

work=$PWD/.cache/release
bin=$PWD/.cache/bin
project=terraform-provider-aicc

fail() {
	echo "release-check: $*" >&2
	exit 1
}

command -v gpg >/dev/null || fail 'signing needs gpg (Debian: apt-get install gnupg)'
[ -z "$(git status --porcelain)" ] || echo 'release-check: what is not committed is left out' >&2

commit=$(git rev-parse HEAD)
rm -rf "$work"
mkdir -p "$work/tmp" "$work/home"
mkdir -m 700 "$work/gnupg"
export TMPDIR="$work/tmp" GNUPGHOME="$work/gnupg"

standin=
clean_up() {
	[ -z "$standin" ] || kill "$standin" 2>/dev/null || :
	gpgconf --kill all
	gpgconf --remove-socketdir 2>/dev/null || :
	rm -rf "$work/gnupg"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# A key for this run, of a kind that the registry takes: RSA.
export GPG_PASSPHRASE=for-this-run
gpg --batch --quiet --pinentry-mode loopback --passphrase "$GPG_PASSPHRASE" \
	--quick-generate-key 'Release check <release-check@example.com>' rsa3072 sign 1d 2>"$work/gpg.log" ||
	fail "gpg makes no key: $(cat "$work/gpg.log")"
GPG_FINGERPRINT=$(gpg --batch --with-colons --no-auto-check-trustdb --list-secret-keys | awk -F : '$1 == "fpr" {print $10; exit}')
export GPG_FINGERPRINT

# pack FOLDER: makes a snapshot of the commit in a clone.
pack() {
	git clone --quiet --no-checkout . "$work/$1"
	(
		cd "$work/$1"
		git -c advice.detachedHead=false checkout --quiet "$commit"
		export PATH="$bin:$PATH"
		goreleaser check --quiet
		goreleaser release --snapshot --clean >"$work/$1.log" 2>&1
	) || {
		cat "$work/$1.log" >&2
		fail "goreleaser failed in $1"
	}
}

echo 'Packing the commit'
pack first
cd "$work/first/dist"
sums=$(ls "${project}"_*_SHA256SUMS)
version=${sums#"${project}_"}
version=${version%_SHA256SUMS}

# Every pair that Go can build for has its zip and its SBOM.
{
	go tool dist list | grep -E '^(linux|darwin|windows|freebsd)/(amd64|arm64|386|arm)$' | while IFS=/ read -r os arch; do
		echo "${project}_${version}_${os}_$arch.cdx.json"
		echo "${project}_${version}_${os}_$arch.zip"
	done
	echo "${project}_${version}_manifest.json"
} | sort >"$work/expected"
sed 's/^[0-9a-f]*  //' "$sums" | sort | diff "$work/expected" - || fail 'SHA256SUMS does not list what it should'
cp ../terraform-registry-manifest.json "${project}_${version}_manifest.json"
sha256sum --quiet --check "$sums"
sboms=$(grep -L github.com/hashicorp/terraform-plugin-framework ./*.cdx.json || :)
[ -z "$sboms" ] || fail "no modules are listed in $sboms"
gpg --batch --quiet --verify "$sums.sig" "$sums" 2>/dev/null || fail 'the signature is wrong'
cd "$OLDPWD"
echo "Packed $version: $(wc -l <"$work/expected") files, checksums and signature are right"

pack second
diff "$work/first/dist/$sums" "$work/second/dist/$sums" || fail 'two builds of one commit differ'
rm -rf "$work/second"
echo 'A second build in another folder is equal to the byte'

scripts/mirror.sh "$work/mirror" "$work/first/dist/${project}_${version}_$(go env GOOS)_$(go env GOARCH).zip"

go build -o "$work/standin" ./internal/aicctest/standin
mkfifo "$work/settings"
"$work/standin" -log >"$work/settings" 2>"$work/requests" &
standin=$!
{ read -r domain && read -r token; } <"$work/settings" || fail 'the stand-in does not start'

for cli; do
	cli=$(command -v "$cli") || fail "$cli: no such Terraform or OpenTofu"
	case $cli in
	/*) ;;
	*) cli=$PWD/$cli ;;
	esac
	name=$(env -i PATH="$PATH" HOME="$work/home" CHECKPOINT_DISABLE=1 "$cli" version | sed -n '1s/ v/-/p')
	run=$work/$name
	mkdir "$run"
	cat >"$run/main.tf" <<EOF
terraform {
  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "= $version"
    }
  }
}

provider "aicc" {}

data "aicc_case" "open" {
  id = "c6m8demo000000000001"
}

output "state" {
  value = data.aicc_case.open.state
}
EOF
	cli() {
		env -i PATH="$PATH" HOME="$work/home" TMPDIR="$TMPDIR" CHECKPOINT_DISABLE=1 \
			TF_CLI_CONFIG_FILE="$work/mirror/cli.tfrc" TF_IN_AUTOMATION=1 TF_LOG_PROVIDER=INFO TF_LOG_PATH="$run/log" \
			"$domain" "$token" "$cli" -chdir="$run" "$@" >"$run/output" 2>&1 || {
			cat "$run/output" >&2
			fail "$name $1 failed"
		}
	}
	: >"$work/requests"
	cli init -no-color -input=false
	cli plan -no-color -input=false -out=plan
	cli apply -no-color -input=false plan
	cli output -no-color -raw state
	[ "$(cat "$run/output")" = Processing ] || fail "$name read something else: $(cat "$run/output")"

	said=$(find "$run/.terraform/providers" -name "${project}_v*" -exec {} -version \;)
	[ "$said" = "$project $version" ] || fail "-version says: $said"
	grep -q "Configured the AICC provider:.* version=$version\( \|\$\)" "$run/log" || fail "the version is not in the log of $name"
	# OpenTofu names a version of Terraform that it is compatible with.
	grep -qF "\"$project/$version Terraform/1." "$work/requests" ||
		fail "the version is not in the User-Agent: $(cat "$work/requests")"
	echo "$name installed it and read a case; -version, log and User-Agent name the version"
done
