# Reads the pairs "change commit", in the order of the changes, then messages as check.sh writes them,
# and prints for each change its tickets, or why it has none. A change that begins with "-" needs none.
# All that is not one of the few known forms is refused. The pairs and what is printed end in "end".

BEGIN {
	colon = "\357\274\232"    # ：
	stop = "\343\200\202"     # 。
	marker = "\345\267\245\345\215\225" # 工单
	n_hosts = split(hosts, host_list, " ")
}

FILENAME == ARGV[1] && $1 == "end" {
	whole = 1
	next
}

FILENAME == ARGV[1] {
	if (!($1 in n_of)) changes[++n_changes] = $1
	commit_of[$1, ++n_of[$1]] = $2
	if ($1 != before) n_places++
	before = $1
	place[$2] = n_places
	next
}

/^commit / {
	finish()
	commit = $2
	encoding = substr($0, length("commit  ") + length($2) + 1)
	if (encoding != "" && tolower(encoding) != "utf-8") bad(commit, "encoding", encoding)
	next
}

{
	sub(/^ /, "")
	if (!is_text($0)) bad(commit, "bytes", "")
	# The title of a commit is no Markdown, if a blank line follows.
	if (++row == 2 && $0 !~ /^[ \t]*$/ && title) hidden = 1
	# A carriage return ends a line on a page, too.
	n = split($0, lines, "\r")
	if (n > 1 && lines[n] == "") n--
	for (i = 1; i <= n; i++) line(lines[i])
	if (n == 0) line("")
	if (row == 1 && commit != "text") {
		title = hidden
		hidden = 0
	}
}

END {
	finish()
	for (c = 1; c <= n_changes; c++) if (changes[c] !~ /^-/) result(changes[c])
	if (whole) print "end"
}

function finish(    t) {
	if (in_comment) bad(commit, "comment", "")
	# What names a ticket for another change has to be readable itself.
	if (!(commit in problem)) for (t = 1; t <= n_later; t++) amend(later_for[t], later_ticket[t])
	n_later = in_comment = fence = 0
	hidden = unclear = row = title = 0
}

# A few problems of a commit are enough.
function bad(of, code, text) { if (n_problems[of]++ < 5) problem[of] = problem[of] code "\t" printable(text) "\n" }

# Whether a line is UTF-8 without control characters.
function is_text(text) {
	if (text ~ /[\001-\010\013\014\016-\037\177]/) return 0
	if (text !~ /[\200-\377]/) return 1
	gsub(/[\302-\337][\200-\277]|[\340-\357][\200-\277][\200-\277]|[\360-\364][\200-\277][\200-\277][\200-\277]/, "", text)
	return text !~ /[\200-\377]/
}

# What is shown of a text has no character that a log or a page takes for something else.
function printable(text) {
	gsub("[^A-Za-z0-9:/?#=&._%+@ -]", "?", text)
	return length(text) > 100 ? substr(text, 1, 100) "..." : text
}

function line(text,    at, visible, cuts) {
	if (fence != "" && fence != 0) {
		match(text, /^ */)
		if (fence_indent && text !~ /^[ \t]*$/ && RLENGTH < fence_indent && text !~ /^ *\t/) hidden = 1
		if (is_fence(text) && substr(fence, 1, 1) == substr(text_fence, 1, 1) && length(text_fence) >= length(fence) && text_rest ~ /^[ \t]*$/) fence = 0
		else if (fence_indent && text ~ /```|~~~/) hidden = 1
		return
	}
	visible = ""
	cuts = 0
	for (;;) {
		if (in_comment) {
			if (text ~ /--!>/) bad(commit, "comment", "")
			at = index(text, "-->")
			if (!at) break
			cuts++
			text = substr(text, at + 3)
			in_comment = 0
		}
		at = index(text, "<!--")
		if (!at) {
			visible = visible text
			break
		}
		visible = visible substr(text, 1, at - 1)
		text = substr(text, at + 4)
		# These end a comment for some and not for others. So does a blank line one that began behind text.
		at = index(text, "-->")
		if (text ~ /^-?>/ || ++cuts > 40 || (!at && (visible != "" || cuts > 1))) {
			bad(commit, "comment", "")
			return
		}
		# Behind text, what looks like a comment can be code.
		if (visible !~ /^ ? ? ?$/) hides(substr(text, 1, at))
		in_comment = 1
	}
	if (is_fence(visible)) {
		if (cuts) bad(commit, "comment", "")
		# In a list, a page can end it elsewhere.
		match(visible, /^ */)
		fence_indent = RLENGTH
		fence = text_fence
		return
	}
	if (visible ~ /^[ \t]*$/) {
		if (!cuts) unclear = 0
		return
	}
	if (cuts && visible ~ /<$|<[^<>]*>/) hidden = 1
	if (!ticket(visible)) hides(visible)
}

function is_fence(text) {
	if (text !~ /^ ? ? ?(```|~~~)/) return 0
	sub(/^ +/, "", text)
	match(text, /^(`+|~+)/)
	text_fence = substr(text, 1, RLENGTH)
	text_rest = substr(text, RLENGTH + 1)
	return !(text_fence ~ /`/ && text_rest ~ /`/)
}

# HTML, formulas and code in a list can hide what follows them on a page; links, and what is struck
# through, what follows them up to a blank line.
function hides(text) {
	gsub(/<(https?:|mailto:)[^<> ]*>|<[A-Za-z0-9.!#%&'*+=?^_{|}\/-]+@[A-Za-z0-9.-]+>/, "", text)
	gsub(/[[]bot[]] /, " ", text)
	if (text ~ /<[A-Za-z?!\/]|[$][$]|(```|~~~)|[[]\^/) hidden = 1
	if (text ~ /[[~$]|<$/) unclear = 1
}

# Takes a line "Ticket: …" or "Ticket for <commit>: …", and says whether it was one.
function ticket(text) {
	if (read_ticket(text)) return 1
	# What a reader may take for a ticket is none in silence.
	sub(/^([0-9]+[.)]|\343\200\200|\342\200\213|\357\273\277|[^A-Za-z0-9\200-\377])+/, "", text)
	if ((tolower(substr(text, 1, 6)) == "ticket" || index(text, marker) == 1) && text ~ /[0-9][0-9][0-9][0-9]/) bad(commit, "line", text)
	return 0
}

function read_ticket(text,    value, target, at) {
	if (text !~ /^ ? ? ?[^ \t]/) return 0
	sub(/^ +/, "", text)
	sub(/^[-*+] +/, "", text)
	at = sub(/^(\*\*|__)/, "", text)
	if (tolower(substr(text, 1, 6)) == "ticket") text = substr(text, 7)
	else if (index(text, marker) == 1) text = substr(text, length(marker) + 1)
	else return 0
	target = ""
	if (match(text, /^ for [0-9a-f]+/)) {
		target = substr(text, 6, RLENGTH - 5)
		text = substr(text, RLENGTH + 1)
	} else if (match(text, /^ [0-9a-f]+/) && (RLENGTH == 41 || RLENGTH == 65)) {
		target = substr(text, 2, RLENGTH - 1)
		text = substr(text, RLENGTH + 1)
	}
	if (at) sub(/^(\*\*|__)/, "", text)
	sub(/^[ \t]+/, "", text)
	if (substr(text, 1, 1) == ":") text = substr(text, 2)
	else if (index(text, colon) == 1) text = substr(text, length(colon) + 1)
	else return 0
	if (at) sub(/^[ \t]*(\*\*|__)/, "", text)
	sub(/^[ \t]+/, "", text)
	sub(/[ \t]+$/, "", text)
	if (hidden || unclear) {
		bad(commit, "html", text)
		return 1
	}
	if (target != "" && length(target) != 40 && length(target) != 64) {
		bad(commit, "target", target)
		return 1
	}
	value = parse(text)
	if (value == "") return 1
	if (target == "") {
		if (tickets[commit] != "" && tickets[commit] != value) bad(commit, "two", name(tickets[commit]) " " name(value))
		else tickets[commit] = value
	} else if (n_later < 20) {
		later_for[++n_later] = target
		later_ticket[n_later] = value
	} else {
		bad(commit, "many", "")
	}
	return 1
}

# For a change, the lines of the last change count that names a ticket for it.
function amend(target, value) {
	if (!(commit in place) || place[commit] < amended_at[target]) return
	if (place[commit] > amended_at[target]) amended[target] = ""
	amended_at[target] = place[commit]
	if (index("\n" amended[target], "\n" value "\n") == 0) amended[target] = amended[target] value "\n"
}

function name(value) {
	gsub(/(id|number) /, "", value)
	sub(/\t/, " ", value)
	return value
}

# Returns "id …", "number …", or both with a tab between them, and "" for what is none.
function parse(text,    shown, url) {
	shown = ""
	# A service appends the number of the pull request to a title.
	sub(/ \(#[0-9]+\)$/, "", text)
	if (match(text, /^\[[^][]*\]\(/)) {
		shown = substr(text, 2, RLENGTH - 3)
		text = substr(text, RLENGTH + 1)
		if (!match(text, /^[^()]*\)/)) return no("char", text)
		url = substr(text, 1, RLENGTH - 1)
		text = substr(text, RLENGTH + 1)
		if (!ends(text)) return no("behind", text)
		# Only letters cannot be another ticket than the link.
		if (shown == url || shown == marker || shown ~ /^[A-Za-z][A-Za-z ]*$/) shown = ""
		else if (shown !~ /^[0-9]+$/ || length(shown) > 30) return no("shown", shown)
		url = link(url)
		return url == "" || shown == "" ? url : url "\t" number(shown)
	}
	if (match(text, /^<[^<>]*>/)) {
		url = substr(text, 2, RLENGTH - 2)
		text = substr(text, RLENGTH + 1)
		return ends(text) ? link(url) : no("behind", text)
	}
	if (text == "") return no("empty", "")
	if (match(text, /[ \t]/)) {
		if (!ends(substr(text, RSTART))) return no("behind", substr(text, RSTART + 1))
		text = substr(text, 1, RSTART - 1)
	}
	if (substr(text, length(text) - length(stop) + 1) == stop) text = substr(text, 1, length(text) - length(stop))
	else sub(/[.]$/, "", text)
	return text ~ /^[A-Za-z][A-Za-z0-9+.-]*:/ || text ~ /\// ? link(text) : number(text)
}

function ends(text) {
	sub(/^[ \t]+/, "", text)
	return text == "" || text == "." || text == stop
}

function no(code, text) {
	bad(commit, code, text)
	return ""
}

function number(text) {
	if (text !~ /^[0-9]+$/) return no("number", text)
	if (length(text) > 30) return no("long", text)
	sub(/^0+/, "", text)
	return text == "" ? no("number", "0") : "number " text
}

function link(text,    host, h, n, parts, p, part, ok, id, other) {
	if (tolower(substr(text, 1, 8)) != "https://") return no("scheme", text)
	# In brackets, not every awk takes \/ for a slash.
	if (text ~ "[^A-Za-z0-9:/?#=&._+-]") return no("char", text)
	text = substr(text, 9)
	match(text, "^[^/?#]*")
	host = tolower(substr(text, 1, RLENGTH))
	text = substr(text, RLENGTH + 1)
	ok = 0
	for (h = 1; h <= n_hosts; h++) if (host == host_list[h]) ok = 1
	if (!ok) return no("host", host)
	# A part of that length, or with many digits, could be what a reader takes for the case.
	n = split(text, parts, "[/?&=#:]")
	id = other = ""
	for (p = 1; p <= n; p++) {
		part = parts[p]
		if (length(part) == 20 && part ~ /^[A-Za-z0-9]+$/ && part ~ /[0-9]/ && part ~ /[A-Za-z]/) {
			if (id != "" && id != part) return no("parts", id " " part)
			id = part
		} else if (part ~ /[0-9].*[0-9].*[0-9].*[0-9]/ || (length(part) > 9 && part ~ /[0-9]/) || (length(part) == 20 && part ~ /^[A-Za-z]+$/)) {
			other = part
		}
	}
	if (id == "") return no("nopart", host text)
	return other == "" ? "id " id : no("parts", id " " other)
}

# A change is answered for by the lines that a later commit has for it, or else by its own commits.
function result(change,    n, list, i, c, t, all, problems, count, pair) {
	t = amended[change]
	problems = ""
	if (t == "") {
		for (i = 1; i <= n_of[change]; i++) {
			c = commit_of[change, i]
			if (tickets[c] != "" && index("\n" t, "\n" tickets[c] "\n") == 0) t = t tickets[c] "\n"
			if (problem[c] != "" && ++n_shown[change] <= 20) problems = problems problem[c]
		}
	}
	n = split(problems, list, "\n")
	for (i = 1; i < n; i++) print change "\tbad\t" list[i]
	if (n < 2 && t == "") print change "\tbad\tnone\t" change
	n = split(t, list, "\n")
	for (i = 1; i < n; i++) {
		count = split(list[i], pair, "\t")
		for (c = 1; c <= count; c++) print change "\tticket\t" pair[c]
	}
}
