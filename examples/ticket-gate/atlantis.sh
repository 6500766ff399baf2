#!/bin/sh
# usage: atlantis.sh, as a run step of policy_check in Atlantis, with custom_policy_check: true
# Atlantis looks for a word in the output, and not all versions of it look at the exit status. So
# this says the word whenever it does not succeed, and only then.
set -eu

work=$(mktemp -d) || work=/nonexistent
passed=no
end() {
	rm -rf "${work}"
	if [ "${passed}" = no ]; then
		echo 'FAIL - ticket gate'
		echo '1 test, 0 passed, 1 failure'
		exit 1
	fi
}
trap end EXIT

# The commits of the pull request; its description can change after the check.
git log --format=%B "refs/remotes/origin/${BASE_BRANCH_NAME-}..${HEAD_COMMIT-}" >"${work}/text"
gate=$(cd "$(dirname "$0")" && pwd)
"${gate}/check.sh" --text "${work}/text" 2>&1
passed=yes
