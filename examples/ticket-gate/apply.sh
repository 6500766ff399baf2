#!/bin/sh
# usage: PLAN_DIGEST=… VERDICT_UNTIL=… VERDICT_COMMIT=… apply.sh [PLAN], in the configuration, in a clone
# Applies PLAN if it is the one that check.sh gave its verdict for, the verdict is fresh, and its
# commit is the tip of main. Without PLAN, applies the files of that commit. Then it moves the ref that
# says what is applied.

# As in check.sh: what decides runs with an environment of its own.
POSIXLY_CORRECT=1
case ${1-} in
--clean) shift ;;
*)
	/usr/bin/env -i PATH="${PATH}" HOME="${HOME-}" LC_ALL=C SSH_AUTH_SOCK="${SSH_AUTH_SOCK-}" \
		/bin/sh "$0" --clean "${1-}" "${PLAN_DIGEST-}" "${VERDICT_UNTIL-}" "${VERDICT_COMMIT-}" || exit 1
	;;
esac
set -euf

# The protected branch, and the ref that only this job may move.
branch=refs/heads/main
applied=refs/heads/applied

gate=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=words.sh
. "${gate}/words.sh"

stop() {
	say "$@" >&2
	exit 1
}

if [ "$#" -eq 4 ]; then
	digest=
	if [ -n "$1" ]; then
		digest=$(sha256sum <"$1")
		digest=${digest%% *}
	else
		# The files must be those of the commit.
		status=$(git status --porcelain --ignored --untracked-files=all) || stop another
		head=$(git rev-parse --verify --quiet HEAD) || stop another
		[ "${status}${head}" = "$4" ] || stop another
	fi
	[ "${digest}" = "$2" ] || stop another
	now=$(date +%s)
	case $3 in
	'' | *[!0-9]*) stop old ;;
	*) [ "${now}" -le "$3" ] || stop old ;;
	esac
	# Other refs can end with the same name.
	tips=$(git ls-remote origin "${branch}") || stop moved
	tip=$(echo "${tips}" | awk -v ref="${branch}" '$2 == ref { print $1 }')
	case $4 in
	'' | *[!0-9a-f]*) stop another ;;
	"${tip}") exit ;;
	*) stop moved "${tip}" ;;
	esac
fi

terraform init -input=false -no-color -lockfile=readonly
terraform apply -input=false -no-color -auto-approve ${1:+"$1"}
git push --quiet origin "${VERDICT_COMMIT}:${applied}" || stop unmoved "${applied}" "${VERDICT_COMMIT}"
