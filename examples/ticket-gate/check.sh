#!/bin/sh
# usage: check.sh BASE..HEAD [PLAN], in a full clone of the repository, after the merge
#        check.sh --branch BASE..HEAD, before it, for the commits of a branch
#        check.sh --text FILE, before it, for a description
# Succeeds only if every change in BASE..HEAD names an open case in a line "Ticket: <link or number>",
# and then prints the verdict that apply.sh wants. BASE is what was last applied. Both are written
# out: HEAD, refs/… or the whole ID of a commit. A branch or a text is one change.

# Whoever started this may have exported functions and variables that change what follows. So the
# script starts itself again with nothing but PATH. The credentials come through a file that is open
# already: on a command line, other processes could see them. POSIXLY_CORRECT keeps bash from
# putting a function in the place of exec.
POSIXLY_CORRECT=1
case ${1-} in
--clean) shift ;;
*)
	exec /usr/bin/env -i PATH="${PATH}" LC_ALL=C /bin/sh "$0" --clean "$@" 3<<END
${AICC_TOKEN-}
${AICC_CLIENT_ID-}
${AICC_CLIENT_SECRET-}
END
	;;
esac
set -euf
umask 077
{
	IFS= read -r AICC_TOKEN
	IFS= read -r AICC_CLIENT_ID
	IFS= read -r AICC_CLIENT_SECRET
} <&3
exec 3<&-

# These are no variables of the pipeline, because more people can set those.

# Your AICC site, and the hosts of the links to its cases, with the port if they have one.
domain=service.besclouds.com
link_hosts='service.besclouds.com'

# The zone of the times that your AICC site gives without one. Empty for that of the provider.
time_zone=

# The proxy that leads from your runners to AICC and to the registry, if there is one.
proxy=

# How long a verdict allows an apply, in seconds.
lifetime=3600

# yes where the service makes each merge on main. no where main is moved forward to a branch, or nobody
# knows: a merge on it can then be one that an author made, and carry along what has no ticket.
merges=

# Patterns of the shell, such as '*.md docs/', for changes that need no ticket if they touch no other
# file. Files of Terraform, links and submodules need one wherever they are.
without_ticket=

# yes: a case opens the gate only for others than the one who created it. authors.txt then has a line
# "<e-mail in git> <creator_id in AICC>" for everybody who changes something.
other_creator=no

gate=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=words.sh
. "${gate}/words.sh"
work=$(mktemp -d)
trap 'rm -rf "${work}"' EXIT
trap 'exit 1' HUP INT TERM

close() {
	say "$@" >&2
	exit 1
}

# The configuration of git is this alone, beside that of the clone.
printf '[safe]\n\tdirectory = *\n[core]\n\twarnAmbiguousRefs = false\n\tquotePath = true\n' >"${work}/.gitconfig"
export HOME="${work}" TMPDIR="${work}" GIT_CONFIG_NOSYSTEM=1 GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1 GIT_PAGER=cat

# Anything shorter could be the name of a tag that somebody made. So could a ref that is not there, but
# not for show-ref.
commit() {
	case $1 in
	HEAD | refs/*)
		hash=$(git show-ref --verify --hash "$1" 2>/dev/null) || return 1
		set -- "${hash}"
		;;
	*) ;;
	esac
	case $1 in
	*[!0-9a-f]*) return 1 ;;
	*) [ "${#1}" -eq 40 ] || [ "${#1}" -eq 64 ] || return 1 ;;
	esac
	git rev-parse --verify --quiet "$1^{commit}"
}

# A change is a commit on the first-parent line, with those that a merge brings.
changes() {
	git rev-list --first-parent --reverse --parents "${base}..${head}" -- >"${work}/changes"
	[ -s "${work}/changes" ] || close nothing "${base}"
	parent=${base}
	while read -r change first others; do
		[ "${first}" = "${parent}" ] || close rewritten "${base}"
		parent=${change}
		name=${change}
		if [ -n "${without_ticket}" ] && needs_none "${first}" "${change}"; then
			name=-${change}
		fi
		if [ -z "${others}" ]; then
			printf '%s %s\n' "${name}" "${change}" >>"${work}/listed"
			continue
		fi
		case ${merges} in
		yes) ;;
		no) close merge "${change}" ;;
		*) close merges "${change}" ;;
		esac
		git rev-list "${change}" "^${first}" -- >"${work}/brought"
		sed "s/^/${name} /" "${work}/brought" >>"${work}/listed"
	done <"${work}/changes"
}

needs_none() {
	git diff-tree -r --raw --no-renames --ignore-submodules=none "$1" "$2" -- >"${work}/files" || return 1
	while IFS="${tab}" read -r modes path; do
		case ${modes} in
		:[01]00[067][045][045]\ [01]00[067][045][045]\ *) ;;
		*) return 1 ;;
		esac
		case ${path} in
		\"* | *.tf | *.tofu | *.tf.json | *.tofu.json | *.tfvars | *.tfvars.json | *.hcl) return 1 ;;
		*) ;;
		esac
		matches || return 1
	done <"${work}/files"
}

matches() {
	for pattern in ${without_ticket}; do
		case ${pattern} in
		*/) pattern="${pattern}*" ;;
		*) ;;
		esac
		# shellcheck disable=SC2254 # It is a pattern.
		case ${path} in
		${pattern}) return ;;
		*) ;;
		esac
	done
	return 1
}

plan=
digest=
tab=$(printf '\t')
mode=change
case ${1-} in
--branch | --text)
	mode=${1#--}
	shift
	;;
*) ;;
esac
if [ "${mode}" = text ]; then
	[ -f "${1-}" ] || close usage
	echo 'text text' >"${work}/listed"
	printf 'text text\nend\n' >"${work}/pairs"
	: >"${work}/names"
	{
		echo 'commit text '
		# A NUL would end the line for some.
		tr '\000' '\001' <"$1" | sed 's/^/ /'
	} >"${work}/messages"
else
	base=${1%%..*} head=${1#*..}
	[ "${1-}" = "${base}..${head}" ] || close usage
	[ "${mode}" = branch ] || plan=${2-}
	shallow=$(git rev-parse --is-shallow-repository) || close clone
	[ "${shallow}" = false ] || close clone
	name=${base}
	base=$(commit "${base}") || close base "${name}"
	name=${head}
	head=$(commit "${head}") || close head "${name}"
	: >"${work}/listed"
	if [ "${mode}" = branch ]; then
		git rev-list "${head}" "^${base}" -- | sed 's/^/text /' >"${work}/listed"
		[ -s "${work}/listed" ] || close nothing "${base}"
	else
		changes
	fi
	# Where dates are wrong, git also lists what was there before. Each commit belongs to the first change
	# that brings it.
	git rev-list "${base}" -- >"${work}/before"
	# Some awks succeed although the disk is full: what one writes is whole if it ends in "end".
	awk '
		FILENAME == ARGV[1] { had[$1]; next }
		!($2 in had) { had[$2]; print }
		END { print "end" }
	' "${work}/before" "${work}/listed" >"${work}/pairs"
	# A line of a message begins with a blank here, and that of its commit does not.
	log() {
		git -c color.ui=false log --no-show-signature --format="$1" "${base}..${head}" --
	}
	log 'commit %H %e%n%w(0,1,1)%B%w()' >"${work}/messages"
	[ "${other_creator}" != yes ] || log '%H%x09%ae' >"${work}/emails"
	log '%H%x09%an' >"${work}/names"
fi
asked=$(date +%s)
if [ -n "${plan}" ]; then
	digest=$(sha256sum <"${plan}")
	digest=${digest%% *}
fi

# Each line of found is: change, then "ticket" with "id …" or "number …", or "bad" with a reason.
awk -v hosts="${link_hosts}" -f "${gate}/tickets.awk" "${work}/pairs" "${work}/messages" >"${work}/found"

list() {
	awk -F '\t' -v kind="$1 " '
		$2 == "ticket" && index($3, kind) == 1 && !seen[$3]++ { printf "%s\"%s\"", n++ ? ", " : "", substr($3, length(kind) + 1) }
	' "${work}/found"
}

: >"${work}/answers"
if grep -q '	ticket	' "${work}/found"; then
	mkdir "${work}/gate"
	cp "${gate}/main.tf" "${gate}/variables.tf" "${gate}/.terraform.lock.hcl" "${work}/gate"
	ids=$(list id)
	numbers=$(list number)
	printf '{"ids": [%s], "case_nos": [%s]}\n' "${ids}" "${numbers}" >"${work}/gate/tickets.auto.tfvars.json"
	(
		cd "${work}/gate"
		export AICC_TOKEN AICC_CLIENT_ID AICC_CLIENT_SECRET AICC_DOMAIN="${domain}" HTTPS_PROXY="${proxy}"
		export TF_CLI_CONFIG_FILE="${gate}/cli.tfrc" TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
		[ -z "${time_zone}" ] || export AICC_TIME_ZONE="${time_zone}"
		terraform init -input=false -no-color -lockfile=readonly >"${work}/log" 2>&1 &&
			terraform apply -input=false -no-color -auto-approve >"${work}/log" 2>&1 &&
			terraform output -no-color -raw answers >"${work}/answers" 2>"${work}/log"
	) || {
		cat "${work}/log" >&2
		close unasked
	}
fi

# Whether a case was created by one of those who made a change, or nobody knows.
own() {
	if [ "${other_creator}" != yes ] || [ "$1" = text ]; then
		return 1
	fi
	# shellcheck disable=SC2016 # awk reads this.
	! change="$1" creator="$2" awk '
		FILENAME == ARGV[1] { if ($1 "" == ENVIRON["change"] "") made[$2]; next }
		FILENAME == ARGV[2] { if ($1 in made) made[$1] = substr($0, length($1) + 2); next }
		/^#/ || NF < 2 { next }
		{
			sub(/[ \t\r]+$/, "")
			of = $NF
			sub(/[ \t]+[^ \t]+$/, "")
			known[$0]
			if (of !~ /^[A-Za-z0-9_]+$/ || of "" == ENVIRON["creator"] "") creator[$0]
		}
		END {
			for (commit in made) {
				authors++
				if (!(made[commit] in known) || made[commit] in creator) own = 1
			}
			exit !authors || own || ENVIRON["creator"] == "-"
		}
	' "${work}/pairs" "${work}/emails" "${gate}/authors.txt"
}

# Who made a change is said in letters of Latin scripts and of Chinese, which no log or page takes for
# something else. What AICC said of a ticket stands behind it.
awk -F '\t' '
	function plain(text,    letters, size) {
		while (text != "" && length(letters) < 60) {
			size = match(text, /^[A-Za-z0-9 .@_-]/) ? 1 : match(text, /^[\303-\311][\200-\277]/) ? 2 : match(text, /^[\344-\351][\200-\277][\200-\277]/) ? 3 : 0
			letters = letters (size ? substr(text, 1, size) : "?")
			text = substr(text, size ? size + 1 : 2)
		}
		return letters == "" ? "?" : letters
	}
	FILENAME == ARGV[1] { name[$1] = substr($0, length($1) + 2); next }
	FILENAME == ARGV[2] {
		if ($1 in said) said[$1] = "failed"
		else said[$1] = substr($0, length($1) + 2)
		next
	}
	$1 == "end" { print; next }
	{ print $1 "\t" plain(name[$1]) "\t" $2 "\t" $3 "\t" ($2 == "ticket" ? said[$3] : $4) }
' "${work}/names" "${work}/answers" "${work}/found" >"${work}/judged"

closed=no
ended=no
seen=0
labeled=
while IFS="${tab}" read -r change name kind what reason; do
	if [ "${change}" = end ]; then
		ended=yes
		continue
	fi
	if [ "${change}" != "${labeled}" ]; then
		labeled=${change}
		seen=$((seen + 1))
		case ${change} in
		text) label=$(say "${mode}") ;;
		*) label=$(say change "${change%"${change#????????????}"}" "${name}") ;;
		esac
	fi
	if [ "${kind}" != ticket ]; then
		closed=yes
		[ "${what}${change}" != nonetext ] || what=none_text
		say "bad_${what}" "${label}" "${reason}" "${link_hosts}" >&2
		continue
	fi
	IFS="${tab}" read -r answer number state due creator <<-END
		${reason}
	END
	if [ "${answer}" = open ] && own "${change}" "${creator}"; then
		answer=own
	fi
	[ "${answer}" = open ] || closed=yes
	case ${answer} in
	open | failed | missing | state | undated | overdue | type | owner | own) ;;
	*) answer=failed ;;
	esac
	say "case_${answer}" "${label}" "${what#* }" "${number}" "${state}" "${due}" >&2
done <"${work}/judged"
[ "${ended}" = yes ] || close unwritten

# A change that the loop did not see would be one without a ticket.
wanted=$(cut -d ' ' -f 1 "${work}/listed" | grep -v '^-' | sort -u | wc -l)
if [ "${closed}" != no ] || [ "${seen}" -ne "${wanted}" ]; then
	close closed
fi

say open >&2
if [ "${mode}" = change ]; then
	echo "PLAN_DIGEST=${digest}"
	echo "VERDICT_UNTIL=$((asked + lifetime))"
	echo "VERDICT_COMMIT=${head}"
fi
