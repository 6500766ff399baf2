# Reads the pairs "change commit", then messages as check.sh writes them, and prints for each change
# its tickets, or why it has none. All that is not one of the few known forms is refused.

BEGIN {
	colon = "\357\274\232"    # ：
	stop = "\343\200\202"     # 。
	marker = "\345\267\245\345\215\225" # 工单
	n_hosts = split(hosts, host_list, " ")
}

FILENAME == ARGV[1] { if (!($1 in commits_of)) changes[++n_changes] = $1; commits_of[$1] = commits_of[$1] " " $2; next }

/^commit / {
	finish()
	commit = $2
	if ($3 != "" && tolower($3) != "utf-8") bad(commit, "encoding", $3)
	next
}

{
	sub(/^ /, "")
	# A carriage return ends a line on a page, too.
	n = split($0, lines, "\r")
	if (n > 1 && lines[n] == "") n--
	for (i = 1; i <= n; i++) line(lines[i])
	if (n == 0) line("")
}

END {
	finish()
	for (c = 1; c <= n_changes; c++) result(changes[c])
}

function finish() {
	if (in_comment) bad(commit, "comment", "")
	in_comment = fence = 0
	below_html = open_bracket = 0
}

function bad(of, code, text) { problem[of] = problem[of] code "\t" printable(text) "\n" }

# What is shown of a text has no character that a log or a page takes for something else.
function printable(text) {
	gsub(/[^A-Za-z0-9:\/?#=&._%+@ -]/, "?", text)
	return length(text) > 100 ? substr(text, 1, 100) "..." : text
}

function line(text,    at, rest, visible) {
	if (fence != "" && fence != 0) {
		if (is_fence(text) && substr(fence, 1, 1) == substr(text_fence, 1, 1) && length(text_fence) >= length(fence) && text_rest ~ /^[ \t]*$/) fence = 0
		return
	}
	visible = ""
	for (;;) {
		if (in_comment) {
			if (text ~ /--!>/) bad(commit, "comment", "")
			at = index(text, "-->")
			if (!at) break
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
		# These end a comment for some and not for others.
		if (text ~ /^-?>/) bad(commit, "comment", "")
		in_comment = 1
	}
	if (is_fence(visible)) {
		fence = text_fence
		return
	}
	if (visible ~ /^[ \t]*$/) {
		open_bracket = 0
		return
	}
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

# HTML and links can go on in the next line, where a page then does not show what stands in it.
function hides(text) {
	gsub(/<[A-Za-z0-9.+_-]+[:@][^<> ]*>/, "", text)
	if (text ~ /^ ? ? ?<[A-Za-z?!\/]/) below_html = 1
	if (text ~ /^ ? ? ?\[[^]]*\]:/) open_bracket = 1
	if (text ~ /\]\([^()]*$/) open_bracket = 1
	gsub(/<[^<>]*>/, "", text)
	while (gsub(/\[[^][]*\]/, "", text)) continue
	while (gsub(/\([^()]*\)/, "", text)) continue
	if (text ~ /<[A-Za-z?!\/]/ || text ~ /[[]/ || text ~ /<$/) open_bracket = 1
}

# Takes a line "Ticket: …" or "Ticket for <commit>: …", and says whether it was one.
function ticket(text,    value, target, at) {
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
	if (below_html || open_bracket) {
		bad(commit, "html", text)
		return 1
	}
	if (target != "" && length(target) != 40 && length(target) != 64) {
		bad(commit, "target", target)
		return 1
	}
	value = parse(text)
	if (value != "") add(target == "" ? commit : "for " target, value)
	return 1
}

# Two lines of one commit that name different tickets are refused. A change gets the tickets of all
# lines that are for it.
function add(to, value) {
	if (to ~ /^for /) {
		if (index(amended[to], value "\n") == 0) amended[to] = amended[to] value "\n"
		return
	}
	if (tickets[to] != "" && tickets[to] != value) bad(to, "two", name(tickets[to]) " " name(value))
	else tickets[to] = value
}

function name(value) {
	gsub(/(id|number) /, "", value)
	sub(/\t/, " ", value)
	return value
}

# Returns "id …", "number …", or both with a tab between them, and "" for what is none.
function parse(text,    shown, url) {
	shown = ""
	if (match(text, /^\[[^][]*\]\(/)) {
		shown = substr(text, 2, RLENGTH - 3)
		text = substr(text, RLENGTH + 1)
		if (!match(text, /^[^()]*\)/)) return no("char", text)
		url = substr(text, 1, RLENGTH - 1)
		text = substr(text, RLENGTH + 1)
		if (!ends(text)) return no("behind", text)
		if (shown ~ /:\/\// && shown != url) return no("shown", shown)
		if (shown !~ /^[0-9]*$/ || length(shown) > 30) {
			# Only a number can be another ticket than the link.
			if (shown ~ /[0-9][0-9][0-9][0-9]/ && shown != url) return no("shown", shown)
			shown = ""
		}
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
	if (text !~ /^[0-9]+$/) return no("digit", text)
	if (length(text) > 30) return no("long", text)
	sub(/^0+/, "", text)
	return text == "" ? no("digit", "0") : "number " text
}

function link(text,    host, h, n, parts, p, part, ok, id, other) {
	if (tolower(substr(text, 1, 8)) != "https://") return no("scheme", text)
	if (text ~ /[^A-Za-z0-9:\/?#=&._+-]/) return no("char", text)
	text = substr(text, 9)
	match(text, /^[^\/?#]*/)
	host = tolower(substr(text, 1, RLENGTH))
	text = substr(text, RLENGTH + 1)
	ok = 0
	for (h = 1; h <= n_hosts; h++) if (host == host_list[h]) ok = 1
	if (!ok) return no("host", host)
	# A part with many digits could be what a reader takes for the case.
	n = split(text, parts, /[\/?&=#:]/)
	id = other = ""
	for (p = 1; p <= n; p++) {
		part = parts[p]
		if (length(part) == 20 && part ~ /^[A-Za-z0-9]+$/ && part ~ /[0-9]/ && part ~ /[A-Za-z]/) {
			if (id != "" && id != part) return no("parts", id " " part)
			id = part
		} else if (part ~ /[0-9][0-9][0-9][0-9]/ || (length(part) > 9 && part ~ /[0-9]/)) {
			other = part
		}
	}
	if (id == "") return no("nopart", host text)
	return other == "" ? "id " id : no("parts", id " " other)
}

# A change is answered for by the lines that a later commit has for it, or else by its own commits.
function result(change,    n, list, i, c, t, all, problems, count, pair) {
	t = amended["for " change]
	problems = ""
	if (t == "") {
		n = split(commits_of[change], list, " ")
		for (i = 1; i <= n; i++) {
			c = list[i]
			if (tickets[c] != "" && index("\n" t, "\n" tickets[c] "\n") == 0) t = t tickets[c] "\n"
			problems = problems problem[c]
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
