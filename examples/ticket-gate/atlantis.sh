#!/bin/sh
# usage: atlantis.sh, as a run step of policy_check in Atlantis, with custom_policy_check: true
# Atlantis looks for a word in the output, and not all versions of it look at the exit status. So
# this says the word whenever it does not succeed, and only then.
set -eu

# Anything else could be a branch of the author's.
branch=main

passed=no
end() {
	if [ "${passed}" = no ]; then
		echo 'FAIL - ticket gate'
		echo '1 test, 0 passed, 1 failure'
		exit 1
	fi
}
trap end EXIT

[ "${BASE_BRANCH_NAME-}" = "${branch}" ]
# The commits of the pull request; its description can change after the check.
gate=$(cd "$(dirname "$0")" && pwd)
"${gate}/check.sh" --branch "refs/remotes/origin/${branch}..${HEAD_COMMIT-}" 2>&1
passed=yes
