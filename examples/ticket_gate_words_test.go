// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// ask has check.sh judge a text, with the stand-in for Terraform.
func (w *world) ask(text string, env []string, shell ...string) (said string, ok bool) {
	w.t.Helper()
	file := filepath.Join(w.root, "text")
	w.put(file, text)
	w.log.Reset()
	command := append(slices.Clone(shell), filepath.Join(w.policy, "check.sh"), "--text", file)
	_, ok = w.run(w.root, env, command[0], command[1:]...)
	return w.log.String(), ok
}

// checkMain has check.sh judge what was merged since the last apply.
func (w *world) checkMain() (said string, ok bool) {
	w.log.Reset()
	_, ok = w.run(w.clone, nil, filepath.Join(w.policy, "check.sh"), "refs/remotes/origin/applied..HEAD")
	return w.log.String(), ok
}

const (
	gateOpens  = "This text: case 40002 is Processing, due 2099-12-31T18:00:00+08:00.\nThe gate is open.\n"
	gateCloses = "The gate is closed: nothing is applied until every change since the last apply has an open ticket.\n"
	anOpenLink = "https://service.besclouds.com/case/" + aicctest.OpenID
)

// TestGateTickets holds which lines are tickets, and what the gate says of the others.
func TestGateTickets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.put(filepath.Join(w.bin, "tickets"), "id "+aicctest.OpenID+"\topen\nnumber 40002\topen\nnumber 40001\tstate\n")
	byLink := strings.Replace(gateOpens, "40002", aicctest.OpenID, 1)
	var pairs, messages strings.Builder
	for text, want := range map[string]string{
		"Ticket: 40002":                                                      gateOpens,
		"ticket:40002":                                                       gateOpens,
		"Ticket：" + anOpenLink:                                               byLink,
		"- Ticket: 000040002":                                                gateOpens,
		"**Ticket:** 40002.":                                                 gateOpens,
		"**Ticket**: 40002":                                                  gateOpens,
		"__工单__：40002。":                                                      gateOpens,
		"工单: <" + anOpenLink + ">.":                                          byLink,
		"工单：" + anOpenLink + "。":                                             byLink,
		"Ticket: [the case](" + anOpenLink + ")":                             byLink,
		"Why\r\n\r\nTicket: 40002\r\n":                                       gateOpens,
		"Why\rTicket: 40002\rand more":                                       gateOpens,
		"Ticket: 40002\nSee\nTicket: 040002\n":                               gateOpens,
		"<!-- Ticket: 40001 -->\nTicket: 40002\n":                            gateOpens,
		"```\nTicket: 40001\n```\nTicket: 40002\n":                           gateOpens,
		"~~~~ x\nTicket: 40001\n~~~\n~~~~\nTicket: 40002\n":                  gateOpens,
		"Signed-off-by: A <a@example.com>\nTicket: 40002":                    gateOpens,
		"See [a](b), <https://example.com>.\n\nTicket: 40002":                gateOpens,
		"Ticket: 40002 (#12)":                                                gateOpens,
		"- [x] done\n\nTicket: 40002\n\n<details>":                           gateOpens,
		"Signed-off-by: A <a.o'b@example.com>\nTicket: 40002":                gateOpens,
		"Co-authored-by: dependabot[bot] <1+x@example.com>\nTicket: 40002":   gateOpens,
		"- a\n  ```\n  x\n  ```\n\nTicket: 40002":                            gateOpens,
		"Ticket: [工单](" + anOpenLink + ")":                                   byLink,
		"Ticket: https://SERVICE.besclouds.com/#/x?a=b&c=" + aicctest.OpenID: byLink,
		"Ticket: [40002](" + anOpenLink + ")":                                "This text: case " + aicctest.OpenID + " is Processing, due 2099-12-31T18:00:00+08:00.\n" + gateOpens,

		"Ticket: 40001":                       "case 40001 is Processing. Have it reopened",
		"Ticket: 404":                         "AICC has no case 404.",
		"Ticket: [40001](" + anOpenLink + ")": "case 40001 is Processing. Have it reopened",
		"":                                    "names no ticket. It needs a line",
		"See 40002":                           "names no ticket. It needs a line",
		"Tickets are nice":                    "names no ticket. It needs a line",
		"    Ticket: 40002":                   "looks like a ticket and is none",
		"> Ticket: 40002":                     "looks like a ticket and is none",
		"<!-- Ticket: 40002 -->":              "names no ticket. It needs a line",
		"<!--\nTicket: 40002\n-->":            "names no ticket. It needs a line",
		"```\nTicket: 40002":                  "names no ticket. It needs a line",
		"Ticket:":                             "nothing behind the colon",
		"Ticket: TODO":                        "TODO is neither a link nor the number",
		"Ticket: 40001x":                      "40001x is neither a link nor the number",
		"Ticket: #40002":                      "#40002 is neither a link nor the number",
		"Ticket: 0":                           "0 is neither a link nor the number",
		"Ticket: -destroy":                    "-destroy is neither a link nor the number",
		"Ticket: " + strings.Repeat("1", 31):  "more than the 30 digits",
		"Ticket: 40002 40001":                 "nothing may stand behind the ticket on its line, and there is 40001",
		"Ticket: 40002, 40001":                "nothing may stand behind",
		"Ticket: 40002\nTicket: 40001":        "two different tickets in one commit: 40002 40001",
		"Ticket: https://case.example.com/" + aicctest.OpenID:                                      "case.example.com is not one of service.besclouds.com",
		"Ticket: https://service.besclouds.com@example.com/" + aicctest.OpenID:                     "a character that no link to a case has",
		"Ticket: http://service.besclouds.com/" + aicctest.OpenID:                                  "does not start with https://",
		"Ticket: service.besclouds.com/" + aicctest.OpenID:                                         "does not start with https://",
		"Ticket: https://service.besclouds.com/cases":                                              "no part of service.besclouds.com/cases looks like a case ID",
		"Ticket: https://service.besclouds.com/case/c6m8demo00000000002#ref=" + aicctest.OpenID:    "two parts that look like a case",
		"Ticket: https://service.besclouds.com/case/40001#" + aicctest.OpenID:                      "two parts that look like a case",
		"Ticket: " + anOpenLink + "/" + aicctest.CompletedID:                                       "two parts that look like a case",
		"Ticket: https://service.besclouds.com/%63ase/" + aicctest.OpenID:                          "a character that no link to a case has",
		"Ticket: " + anOpenLink + "$(touch${IFS}ran)":                                              "a character that no link to a case has",
		"Ticket: " + anOpenLink + "\";\ttouch\tran;\"":                                             "nothing may stand behind",
		"Ticket: [" + anOpenLink + "x](" + anOpenLink + ")":                                        "a reader sees",
		"Ticket: [case 40001](" + anOpenLink + ")":                                                 "a reader sees case 40001",
		"<!--> Ticket: 40001 -->\nTicket: 40002":                                                   "an HTML comment without a clear end",
		"<!-- --!> Ticket: 40001 <!-- -->\nTicket: 40002":                                          "an HTML comment without a clear end",
		"Ticket: 40002\n<!-- open":                                                                 "an HTML comment without a clear end",
		"<div hidden>\n\nTicket: 40002":                                                            "a page may not show the line with 40002",
		"<a title=\"\nTicket: 40002\n\">":                                                          "a page may not show the line with 40002",
		"See <a title=\"\nTicket: 40002\n\">":                                                      "a page may not show the line with 40002",
		"[x]: https://example.com \"\nTicket: 40002\n\"":                                           "a page may not show the line with 40002",
		"![\nTicket: 40002\n](x)":                                                                  "a page may not show the line with 40002",
		"[x](a \"\nTicket: 40002\n\")":                                                             "a page may not show the line with 40002",
		"[x](a \"(y)\nTicket: 40002\n\")":                                                          "a page may not show the line with 40002",
		"[x\\]y]: /u \"\nTicket: 40002\n\"":                                                        "a page may not show the line with 40002",
		"- [^1]: x\nTicket: 40002":                                                                 "a page may not show the line with 40002",
		"~~old\nTicket: 40002\nold~~":                                                              "a page may not show the line with 40002",
		"$$\n\\phantom{\n\nTicket: 40002\n}\n$$":                                                   "a page may not show the line with 40002",
		"Change <details>\n\nTicket: 40002":                                                        "a page may not show the line with 40002",
		"- <details><summary>\n  x\n\n  Ticket: 40002":                                             "a page may not show the line with 40002",
		"x <details\nopen=\"\">\n\nTicket: 40002":                                                  "a page may not show the line with 40002",
		"x <details@>\n\nTicket: 40002":                                                            "a page may not show the line with 40002",
		"x <details:a@b>\n\nTicket: 40002":                                                         "a page may not show the line with 40002",
		"x <ruby><rp>\nTicket: 40002\n</rp></ruby>":                                                "a page may not show the line with 40002",
		"See List<T>.\nTicket: 40002":                                                              "a page may not show the line with 40002",
		"- ```\n  Ticket: 40002\n  ```":                                                            "a page may not show the line with 40002",
		"1. ~~~\n   Ticket: 40002":                                                                 "a page may not show the line with 40002",
		"<!-- x -->```\n```\nTicket: 40002\n```":                                                   "an HTML comment without a clear end",
		"<!-- a\n--> ```\n```\nTicket: 40002\n```":                                                 "an HTML comment without a clear end",
		"Note <!-- see\n\nTicket: 40001\n\n--> done\n\nTicket: 40002":                              "an HTML comment without a clear end",
		strings.Repeat("<!---->", 100_000) + "\nTicket: 40002":                                     "an HTML comment without a clear end",
		strings.Repeat("(", 100_000) + "\nTicket: 40001":                                           "case 40001 is Processing. Have it reopened",
		"\xff\xfeTicket\n\nTicket: 40002":                                                          "bytes that are no text in UTF-8",
		"caf\xe9\n\nTicket: 40002":                                                                 "bytes that are no text in UTF-8",
		"Ticket: 40002\x00no":                                                                      "bytes that are no text in UTF-8",
		"Why\x0b\n\nTicket: 40002":                                                                 "bytes that are no text in UTF-8",
		"Ticket #40001\nTicket: 40002":                                                             "the line with Ticket #40001 looks like a ticket and is none",
		"1. Ticket: 40001\n\nTicket: 40002":                                                        "looks like a ticket and is none",
		"\u3000Ticket: 40001\n\nTicket: 40002":                                                     "looks like a ticket and is none",
		"x\n\n    <!--\n<details>\n\n    -->\nTicket: 40002\n":                                     "an HTML comment without a clear end",
		"- a\n  <!--\nx\n-->\nTicket: 40002\n":                                                     "an HTML comment without a clear end",
		"<!-- a --> <!--\n-->\nTicket: 40002\n":                                                    "an HTML comment without a clear end",
		"`<!--` <details> `-->`\n\nTicket: 40002":                                                  "a page may not show the line with 40002",
		"\\<!-- <details> -->\n\nTicket: 40002":                                                    "a page may not show the line with 40002",
		"a <!-- -- <details> -->\n\nTicket: 40002":                                                 "a page may not show the line with 40002",
		"[foo]: /url \"\n    <!-- x -->\nTicket: 40002\n\"\n":                                      "a page may not show the line with 40002",
		"- a\n  ```\nTicket: 40001\n~~~math\n```\n\\phantom{\nTicket: 40002\n}\n~~~\n":             "a page may not show the line with 40002",
		"- a\n  ```\n  x\n     ```\n\n  Ticket: 40001\n  ~~~math\n  ```\n  Ticket: 40002\n  ~~~\n": "a page may not show the line with 40002",
		"[^1]: a\n\n    b\nTicket: 40002":                                                          "a page may not show the line with 40002",
		"~old\nTicket: 40002\nold~":                                                                "a page may not show the line with 40002",
		"$\\phantom{\nTicket: 40002\n}$":                                                           "a page may not show the line with 40002",
		"<!-- x --> Ticket: <" + anOpenLink + ">":                                                  "a page may not show the line with",
		"Ticket: [](" + anOpenLink + ")\n40009":                                                    "a reader sees",
		"## Tickets: 40001\n\nTicket: 40002":                                                       "the line with Tickets: 40001 looks like a ticket and is none",
		"工单号：40001\n\n工单：40002":                                                                    "looks like a ticket and is none",
		"Ticket: [400&#48;09](" + anOpenLink + ")":                                                 "a reader sees",
		"Ticket: [400**09**](" + anOpenLink + ")":                                                  "a reader sees",
		"Ticket: [40 009](" + anOpenLink + ")":                                                     "a reader sees",
		"Ticket: [４０００９](" + anOpenLink + ")":                                                      "a reader sees",
		"Ticket: https://service.besclouds.com/case/abcdefghijklmnopqrst?x=" + aicctest.OpenID:     "two parts that look like a case",
		"Ticket: https://service.besclouds.com/case/400-09/" + aicctest.OpenID:                     "two parts that look like a case",
		"Ticket: https://service.besclouds.com/a\\b/" + aicctest.OpenID:                            "a character that no link to a case has",
		"Ticket for 0123abc: 40002":                                                                "wants the whole ID of a commit",
		"Ticket: ##[add-mask]x\u202e":                                                              "##?add-mask?x??? is neither",
		"Ticket: \x1b[31m40002":                                                                    "bytes that are no text in UTF-8",
	} {
		fmt.Fprintf(&pairs, "c%d c%d\n", messages.Len(), messages.Len())
		fmt.Fprintf(&messages, "commit c%d \n %s\n", messages.Len(), strings.NewReplacer("\n", "\n ", "\x00", "\x01").Replace(text))
		said, ok := w.ask(text, nil)
		opens := strings.HasSuffix(want, "open.\n")
		if ok != opens || !strings.Contains(said, want) || opens != (said == want) || !ok && !strings.HasSuffix(said, gateCloses) {
			t.Errorf("%q opens the gate: %v, want %q:\n%s", text, ok, want, said)
		}
		if _, err := os.Stat(filepath.Join(w.root, "ran")); err == nil {
			t.Fatalf("%q was run", text)
		}
	}
	// Whichever awk a runner has, it reads them alike.
	w.put(filepath.Join(w.root, "pairs"), pairs.String())
	w.put(filepath.Join(w.root, "messages"), messages.String())
	read := map[string]string{}
	for _, awk := range [][]string{{"mawk"}, {"gawk"}, {"busybox", "awk"}} {
		tool(t, "", awk[0])
		command := slices.Concat(awk, []string{"-v", "hosts=service.besclouds.com", "-f", filepath.Join(w.policy, "tickets.awk"), "pairs", "messages"})
		output, ok := w.run(w.root, []string{"LC_ALL=C"}, command[0], command[1:]...)
		if !ok || strings.Count(output, "\n") < strings.Count(pairs.String(), "\n") {
			t.Errorf("%s: %v\n%s", awk, ok, output)
		}
		read[output] = strings.Join(awk, " ")
	}
	if len(read) > 1 {
		t.Errorf("they differ: %v", slices.Collect(maps.Values(read)))
	}
}

// TestGateShells runs the script with each shell, in an environment that means harm,
// and on a long description.
func TestGateShells(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.put(filepath.Join(w.root, "startup"), "terraform() { echo touched >&2; }\n")
	env := []string{
		hostile, "BASH_FUNC_sed%%=() { :; }", "BASH_FUNC_awk%%=() { echo 'text\tticket\tnumber 40002'; }",
		"ENV=" + filepath.Join(w.root, "startup"), "BASH_ENV=" + filepath.Join(w.root, "startup"), "SHELLOPTS=xtrace", "UID=5", "IFS=abc", "POSIXLY_CORRECT=1", "CDPATH=/", "AICC_DOMAIN=aicc.example.com",
	}
	long := strings.Repeat("A long story. ", 200_000/14) + "\n"
	for _, shell := range [][]string{{"/bin/sh"}, {"dash"}, {"bash"}, {"bash", "--posix"}, {"busybox", "sh"}} {
		name := strings.Join(shell, " ")
		tool(t, "", shell[0])
		if said, ok := w.ask(long+"\nTicket: 40002\n", env, shell...); !ok || !strings.Contains(said, gateOpens) {
			t.Errorf("%s: the gate is closed:\n%s", name, said)
		}
		if said, ok := w.ask(long+"\nTicket: 40001\n", env, shell...); ok || !strings.Contains(said, gateCloses) || strings.Contains(said, "touched") {
			t.Errorf("%s: the gate is open:\n%s", name, said)
		}
	}
	// Nothing can be put in the place of exec.
	w.put(filepath.Join(w.root, "startup"), "shopt -s expand_aliases\nalias exec=:\nterraform() { printf 'number 40001\\topen\\n'; }\n")
	for _, variable := range []string{"BASH_FUNC_exec%%=() { :; }", "BASH_ENV=" + filepath.Join(w.root, "startup")} {
		if said, ok := w.ask("Ticket: 40001\n", []string{variable}, "bash"); ok || strings.Contains(said, "open.") {
			t.Errorf("%s: the gate is open:\n%s", variable, said)
		}
	}
}

// TestGateQuestions asks the gate about what is no range of a full clone.
func TestGateQuestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.merge("squash", 8*3+1-3)
	tip := w.main[len(w.main)-1].commit
	// Who can make tags can make these.
	w.git(w.clone, "tag", "applied", tip)
	w.git(w.clone, "tag", "origin/applied", tip)
	w.git(w.clone, "tag", "refs/remotes/origin/nothing", w.main[0].commit)
	shallow := filepath.Join(w.root, "shallow")
	w.git(w.root, "clone", "--quiet", "--depth=1", "file://"+w.origin, shallow)
	for _, test := range []struct{ folder, question, want string }{
		{w.clone, "", "usage: check.sh"},
		{w.clone, "HEAD", "usage: check.sh"},
		{w.clone, "applied..HEAD", "There is no applied"},
		{w.clone, "origin/applied..HEAD", "There is no origin/applied"},
		{w.clone, tip[:10] + "..HEAD", "There is no " + tip[:10]},
		{w.clone, "refs/remotes/origin/nothing..HEAD", "git push origin <commit>:refs/remotes/origin/nothing"},
		{w.clone, "refs/remotes/origin/applied..main", "There is no commit main."},
		{w.clone, "HEAD..HEAD", "Nothing was merged since " + tip},
		{shallow, "refs/remotes/origin/applied..HEAD", "not a full clone"},
		{w.bin, "refs/remotes/origin/applied..HEAD", "not a full clone"},
	} {
		w.log.Reset()
		stdout, ok := w.run(test.folder, nil, filepath.Join(w.policy, "check.sh"), test.question)
		if ok || stdout != "" && !strings.HasPrefix(stdout, "usage") || !strings.Contains(w.log.String(), test.want) {
			t.Errorf("%q: the gate is open: %v, want %q:\n%s", test.question, ok, test.want, w.log.String())
		}
	}
	w.log.Reset()
	stdout, ok := w.run(w.clone, nil, filepath.Join(w.policy, "check.sh"), "refs/remotes/origin/applied.."+tip)
	if want := "PLAN_DIGEST=\nVERDICT_UNTIL=1900003600\nVERDICT_COMMIT=" + tip + "\n"; !ok || stdout != want {
		t.Errorf("the verdict is %q, want %q:\n%s", stdout, want, w.log.String())
	}
	// A branch that merges main, pushed as main: main's own change would ride along.
	w.git(w.clone, "checkout", "--quiet", "-b", "topic", "HEAD~1")
	w.commit("Aside\n\nTicket: 40002\n", "aside.tf")
	w.git(w.clone, "merge", "--quiet", "--message=Merge main\n\nTicket: 40002\n", "main")
	w.log.Reset()
	if _, ok := w.run(w.clone, nil, filepath.Join(w.policy, "check.sh"), tip+"..HEAD"); ok || !strings.Contains(w.log.String(), "main was rewritten") {
		t.Errorf("the gate is open: %v\n%s", ok, w.log.String())
	}
	// Where that can happen before the first of them was applied, main has no merges.
	for merges, want := range map[string]string{"": "Set merges in check.sh", "Yes": "Set merges in check.sh", "no": "is a merge, and main must have none"} {
		w.put(filepath.Join(w.policy, "check.sh"), strings.Replace(gateScripts(t)["check.sh"], "\nmerges=\n", "\nmerges="+merges+"\n", 1))
		w.log.Reset()
		if _, ok := w.run(w.clone, nil, filepath.Join(w.policy, "check.sh"), w.main[0].commit+"..HEAD"); ok || !strings.Contains(w.log.String(), want) {
			t.Errorf("merges=%s: the gate is open: %v\n%s", merges, ok, w.log.String())
		}
	}
}

// TestGateForgery has a change write what check.sh puts before each message, to lend its
// ticket to another.
func TestGateForgery(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r", "\r\n"} {
		w := newWorld(t, nil)
		w.commit("Ride along", "a.tf")
		first := w.git(w.clone, "rev-parse", "HEAD")
		w.commit("Change\n\nTicket: 40002\n"+end+"commit "+first+" "+end+" Ticket: 40002"+end, "b.tf")
		if said, ok := w.checkMain(); ok || !strings.Contains(said, "Change "+first[:12]+" (Example) names no ticket.") {
			t.Errorf("%q: the gate is open: %v\n%s", end, ok, said)
		}
	}
}

// raw commits a message as it is: git itself would make UTF-8 of it.
func (w *world) raw(message string) {
	w.t.Helper()
	header, _, _ := strings.Cut(w.git(w.clone, "cat-file", "commit", "HEAD"), "\n\n")
	header = regexp.MustCompile(`(?m)^parent .*\n`).ReplaceAllString(header, "")
	tree, rest, _ := strings.Cut(header, "\n")
	file := filepath.Join(w.root, "raw")
	w.put(file, tree+"\nparent "+w.git(w.clone, "rev-parse", "HEAD")+"\n"+rest+"\n\n"+message)
	w.git(w.clone, "reset", "--quiet", "--hard", w.git(w.clone, "hash-object", "-w", "-t", "commit", file))
}

// TestGateHistory judges changes in histories that nobody makes by chance.
func TestGateHistory(t *testing.T) {
	t.Parallel()
	old := []string{"GIT_COMMITTER_DATE=@1000000 +0000", "GIT_AUTHOR_DATE=@1000000 +0000"}
	const noTicket = "names no ticket."
	for name, test := range map[string]struct {
		make func(w *world)
		want string
	}{
		"dates that hide what was applied": {func(w *world) {
			root := w.git(w.clone, "rev-parse", "HEAD")
			w.commit("Old\n\nTicket: 40002", "old.tf")
			fork := w.git(w.clone, "rev-parse", "HEAD")
			for range 8 {
				w.env = append(w.env, old...)
				w.commit("Date", w.file())
				w.env = w.env[:len(w.env)-len(old)]
			}
			dated := w.git(w.clone, "rev-parse", "HEAD")
			w.git(w.clone, "reset", "--quiet", "--hard", root)
			w.git(w.clone, "merge", "--quiet", "--no-ff", "--message=M1", dated)
			w.git(w.clone, "push", "--quiet", "--force", "origin", "HEAD:refs/heads/applied")
			first := w.git(w.clone, "rev-parse", "HEAD")
			w.git(w.clone, "checkout", "--quiet", "-b", "topic", fork)
			w.commit("No", "no.tf")
			w.git(w.clone, "checkout", "--quiet", "-B", "main", first)
			w.git(w.clone, "merge", "--quiet", "--no-ff", "--message=M2", "topic")
		}, noTicket},
		"a file named like what was applied": {func(w *world) {
			w.commit("Change\n\nTicket: 40002", w.git(w.clone, "rev-parse", "HEAD"))
		}, "The gate is open."},
		"a ticket for an earlier change, taken back": {func(w *world) {
			w.commit("Change\n\nTicket: 40002", "a.tf")
			commit := w.git(w.clone, "rev-parse", "HEAD")
			w.commit("Spoil\n\nTicket: 40002\nTicket for "+commit+": 1", "b.tf")
			w.commit("Mend\n\nTicket: 40002\nTicket for "+commit+": 40002", "c.tf")
		}, "The gate is open."},
		"two tickets for an earlier change": {func(w *world) {
			w.commit("Change", "a.tf")
			commit := w.git(w.clone, "rev-parse", "HEAD")
			w.commit("Name\n\nTicket: 40002\nTicket for "+commit+": 40002\nTicket for "+commit+": 40001", "b.tf")
		}, "case 40001 is Processing. Have it reopened"},
		"a ticket from a message that nobody can read": {func(w *world) {
			w.commit("Change", "a.tf")
			commit := w.git(w.clone, "rev-parse", "HEAD")
			w.raw("Name\xff\n\nTicket: 40002\nTicket for " + commit + ": 40002")
			w.commit("Again\n\nTicket: 40002\nTicket for "+w.git(w.clone, "rev-parse", "HEAD")+": 40002", "c.tf")
		}, noTicket},
		"a title with what looks like HTML": {func(w *world) {
			w.commit("Use List<T> and $$ (#12)\n\nTicket: 40002", "a.tf")
		}, "The gate is open."},
		"a title that goes on": {func(w *world) {
			w.commit("Use <details>\nTicket: 40002", "a.tf")
		}, "a page may not show"},
		"an encoding of two words": {func(w *world) {
			w.git(w.clone, "-c", "i18n.commitEncoding=utf-8 UTF-7", "commit", "--quiet", "--allow-empty", "--message=Change\n\nTicket: 40002\n")
		}, "in the encoding utf-8 UTF-7 instead of UTF-8"},
		"a name in other letters": {func(w *world) {
			w.git(w.clone, "-c", "user.name=Ann Ørsted 李 \u061c\ua789 case", "commit", "--quiet", "--allow-empty", "--message=Change")
		}, "(Ann Ørsted 李 ????? case) names no ticket."},
		"many tickets for other changes": {func(w *world) {
			w.commit("Change\n\nTicket: 40002\n"+strings.Repeat("Ticket for "+w.main[0].commit+": 40002\n", 21), "a.tf")
		}, "for more than 20 other changes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.env = append(w.env, "GIT_AUTHOR_NAME=", "GIT_COMMITTER_NAME=")
			w.env = slices.DeleteFunc(w.env, func(variable string) bool {
				return strings.HasPrefix(variable, "GIT_AUTHOR_NAME=") || strings.HasPrefix(variable, "GIT_COMMITTER_NAME=")
			})
			w.git(w.clone, "config", "user.name", "Example")
			test.make(w)
			w.git(w.clone, "fetch", "--quiet", "origin")
			said, ok := w.checkMain()
			if ok != (test.want == "The gate is open.") || !strings.Contains(said, test.want) {
				t.Errorf("the gate is open: %v\n%s", ok, said)
			}
		})
	}
}

// TestGateBranch judges the commits of a branch as the one change that it will be.
func TestGateBranch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, test := range []struct{ message, want string }{
		{"Change", "This branch names no ticket."},
		{"Change\n\nTicket: 40002", "This branch: case 40002 is Processing, due 2099-12-31T18:00:00+08:00.\nThe gate is open.\n"},
		{"Change\n\nTicket: 40001", "This branch: case 40001 is Processing. Have it reopened"},
	} {
		w.commit(test.message, w.file())
		w.log.Reset()
		stdout, ok := w.run(w.clone, nil, filepath.Join(w.policy, "check.sh"), "--branch", "refs/remotes/origin/applied..HEAD")
		if ok != strings.HasSuffix(test.want, "open.\n") || stdout != "" || !strings.Contains(w.log.String(), test.want) {
			t.Errorf("%q: the gate is open: %v\n%s", test.message, ok, w.log.String())
		}
	}
}

// TestGateSwitches tries the settings that are off by default.
func TestGateSwitches(t *testing.T) {
	t.Parallel()
	judged := func(mutate func(map[string]string), authors string, messages []string, files ...string) (string, bool) {
		w := newWorld(t, mutate)
		w.put(filepath.Join(w.policy, "authors.txt"), authors)
		for i, message := range messages {
			if err := os.MkdirAll(filepath.Join(w.clone, filepath.Dir(files[i])), 0o700); err != nil {
				t.Fatal(err)
			}
			w.commit(message, files[i])
		}
		return w.checkMain()
	}
	harmless := withoutMend(t, "check.sh", "\nwithout_ticket=\n", "\nwithout_ticket='*.md docs/'\n")
	other := withoutMend(t, "check.sh", "\nother_creator=no\n", "\nother_creator=yes\n")
	chinese := withoutMend(t, "words.sh", "\nlanguage=en\n", "\nlanguage=zh\n")
	const open = "Change\n\nTicket: 40002\n"
	for name, test := range map[string]struct {
		mutate  func(map[string]string)
		authors string
		message string
		file    string
		want    string
	}{
		"off":                         {nil, "", "Change", "docs/a.md", "names no ticket"},
		"a page":                      {harmless, "", "Change", "docs/a.md", "The gate is open."},
		"a page elsewhere":            {harmless, "", "Change", "a.md", "The gate is open."},
		"another file":                {harmless, "", "Change", "a.yaml", "names no ticket"},
		"a module in docs":            {harmless, "", "Change", "docs/m/main.tf", "names no ticket"},
		"a lock file in docs":         {harmless, "", "Change", "docs/.terraform.lock.hcl", "names no ticket"},
		"a folder named like one":     {harmless, "", "Change", "*.md/a.sh", "names no ticket"},
		"a name with a line end":      {harmless, "", "Change", "a\n.md", "names no ticket"},
		"created by another":          {other, "owner@example.com u2\r\n", open, "a.tf", "The gate is open."},
		"named twice":                 {other, "owner@example.com u1\nowner@example.com u2\n", open, "a.tf", "was created by an author of the change"},
		"a comment":                   {other, "# owner@example.com u2\n", open, "a.tf", "was created by an author of the change"},
		"a name that git quotes":      {withoutMend(t, "check.sh", "\nwithout_ticket=\n", "\nwithout_ticket='*docs/*'\n"), "", "Change", "docs/ä.tf", "names no ticket"},
		"lines that end as on DOS":    {other, "owner@example.com u1\r\n", open, "a.tf", "was created by an author of the change"},
		"created by the author":       {other, "owner@example.com u1\n", open, "a.tf", "was created by an author of the change"},
		"an author that is not known": {other, "another@example.com u2\n", open, "a.tf", "was created by an author of the change"},
		"in Chinese":                  {chinese, "", open, "a.tf", "工单 40002 的状态是 Processing，期望完成时间是 2099-12-31T18:00:00+08:00。\n门禁放行。\n"},
		"no ticket, in Chinese":       {chinese, "", "Change", "a.tf", "（Example）没有写明工单。它需要一行“工单：…”"},
	} {
		said, ok := judged(test.mutate, test.authors, []string{test.message}, test.file)
		opens := strings.Contains(test.want, "The gate is open.") || strings.Contains(test.want, "放行")
		if ok != opens || !strings.Contains(said, test.want) {
			t.Errorf("%s: the gate is open: %v, want %q:\n%s", name, ok, test.want, said)
		}
	}
	// Files that are no files.
	for name, make := range map[string]func(w *world){
		"a link": func(w *world) {
			if err := os.Symlink("../evil", filepath.Join(w.clone, "net.md")); err != nil {
				t.Fatal(err)
			}
			w.git(w.clone, "add", "net.md")
		},
		"a submodule": func(w *world) {
			w.git(w.clone, "update-index", "--add", "--cacheinfo", "160000,"+w.main[0].commit+",net.md")
		},
	} {
		w := newWorld(t, harmless)
		make(w)
		w.git(w.clone, "commit", "--quiet", "--message=Change")
		if said, ok := w.checkMain(); ok || !strings.Contains(said, "names no ticket") {
			t.Errorf("%s: the gate is open: %v\n%s", name, ok, said)
		}
	}
}

// TestGateAuthors has two people make one change, of whom each must be known and neither
// may have created the case, on each awk.
func TestGateAuthors(t *testing.T) {
	t.Parallel()
	other := withoutMend(t, "check.sh", "\nother_creator=no\n", "\nother_creator=yes\n")
	awks := []string{"mawk", "gawk", "busybox awk"}
	for i, test := range []struct {
		name, second, creator, authors string
		opens                          bool
	}{
		{"both known", "second@example.com", "u1", "owner@example.com u2\nsecond@example.com u3\n", true},
		{"the first unknown", "second@example.com", "u1", "second@example.com u3\n", false},
		{"the second unknown", "second@example.com", "u1", "owner@example.com u2\n", false},
		{"the second's own", "second@example.com", "u1", "owner@example.com u2\nsecond@example.com u1\n", false},
		{"a tab behind", "owner@example.com\tx", "u1", "owner@example.com u2\n", false},
		{"a blank behind", "owner@example.com x", "u1", "owner@example.com u2\n", false},
		{"no list", "second@example.com", "u1", "", false},
		{"no ID", "owner@example.com", "u1", "owner@example.com u-2\n", false},
		{"nobody's case", "owner@example.com", "-", "owner@example.com u2\n", false},
	} {
		w, awk := newWorld(t, other), awks[i%len(awks)]
		tool(t, "", strings.Fields(awk)[0])
		w.put(filepath.Join(w.bin, "awk"), "#!/bin/sh\nexec "+awk+" \"$@\"\n")
		w.put(filepath.Join(w.bin, "terraform"), strings.Replace(standInTerraform, "\\tu1", "\\t"+test.creator, 1))
		if test.authors != "" {
			w.put(filepath.Join(w.policy, "authors.txt"), test.authors)
		}
		w.mergeOf(func() {
			w.commit("One", "one.tf")
			w.git(w.clone, "commit", "--quiet", "--allow-empty", "--author=Second <"+test.second+">", "--message=Two\n\nTicket: 40002\n")
		})
		said, ok := w.checkMain()
		if ok != test.opens || !ok && !strings.Contains(said, "was created by an author of the change") {
			t.Errorf("%s, %s: the gate is open: %v\n%s", test.name, awk, ok, said)
		}
	}
}

// TestGateFullDisk has an awk that succeeds although its last lines are lost, as that of
// busybox does on a full disk. Among them is the closed ticket.
func TestGateFullDisk(t *testing.T) {
	t.Parallel()
	tool(t, "", "busybox")
	const cut = "#!/bin/sh\ncase \"$*\" in\n*%s*) busybox awk \"$@\" | sed '$d' | sed '$d' ;;\n*) exec busybox awk \"$@\" ;;\nesac\n"
	const notWhole = "a file that it wrote is not whole"
	for name, test := range map[string]struct{ arguments, want string }{
		"nothing":        {"never", "case 40001 is Processing. Have it reopened"},
		"the pairs":      {"/before", notWhole},
		"what was found": {"tickets.awk", notWhole},
		"what is judged": {"/names", notWhole},
	} {
		w := newWorld(t, nil)
		w.put(filepath.Join(w.bin, "awk"), fmt.Sprintf(cut, test.arguments))
		w.mergeOf(func() {
			w.commit("One\n\nTicket: 40001\n", "one.tf")
			w.commit("Two\n\nTicket: 40002\n", "two.tf")
		})
		if said, ok := w.checkMain(); ok || !strings.Contains(said, test.want) {
			t.Errorf("%s: the gate is open: %v, want %q\n%s", name, ok, test.want, said)
		}
	}
}

// TestGateTwoAnswers has AICC's answer for a ticket come twice.
func TestGateTwoAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.put(filepath.Join(w.bin, "terraform"), strings.Replace(standInTerraform, "done <asked", "done <asked\n\tcat \"$here/tickets\"", 1))
	w.commit("Two\n\nTicket: 40002\n", "two.tf")
	if said, ok := w.checkMain(); ok || !strings.Contains(said, "AICC did not say whether case 40002 is open") {
		t.Errorf("the gate is open: %v\n%s", ok, said)
	}
}

// TestGateWords holds that each message is there in both languages, and that the
// scripts know each that they ask for.
func TestGateWords(t *testing.T) {
	t.Parallel()
	scripts := gateScripts(t)
	table := regexp.MustCompile(`(?m)^	(\w+)\)\n		en=.*\n		zh=.*\n		;;$`)
	known := map[string]bool{}
	for _, found := range table.FindAllStringSubmatch(scripts["words.sh"], -1) {
		known[found[1]] = true
	}
	if n := strings.Count(scripts["words.sh"], "\n		;;\n"); n != len(known)+1 {
		t.Errorf("%d messages, of which %d have both languages", n-1, len(known))
	}
	asked := map[string]bool{"bad_none_text": true, "text": true, "branch": true}
	for _, found := range regexp.MustCompile(`(?:close|stop|say) ([a-z]+)\b`).FindAllStringSubmatch(scripts["check.sh"]+scripts["apply.sh"], -1) {
		asked[found[1]] = true
	}
	for _, found := range regexp.MustCompile(`(?:no\(|bad\(\w+, |bad\\t)"?([a-z]+)`).FindAllStringSubmatch(scripts["tickets.awk"], -1) {
		asked["bad_"+found[1]] = true
	}
	for _, answer := range strings.Split("open | failed | missing | state | undated | overdue | type | owner | own", " | ") {
		asked["case_"+answer] = true
	}
	delete(asked, "bad_code") // The name of a parameter.
	for name := range asked {
		if !known[name] {
			t.Errorf("nothing is said for %s", name)
		}
		delete(known, name)
	}
	if len(known) > 0 {
		t.Errorf("nobody asks for %v", known)
	}
}

// TestGateAtlantis holds that the step for Atlantis says the word that Atlantis looks
// for, and fails, if and only if the gate is closed.
func TestGateAtlantis(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	step, err := os.ReadFile("ticket-gate/atlantis.sh")
	if err != nil {
		t.Fatal(err)
	}
	w.put(filepath.Join(w.policy, "atlantis.sh"), string(step))
	for message, opens := range map[string]bool{"Change\n\nTicket: 40002\n": true, "Change\n\nTicket: 40001\n": false, "Change\n": false} {
		w.git(w.clone, "checkout", "--quiet", "--detach", "refs/remotes/origin/main")
		w.commit(message, w.file())
		w.log.Reset()
		_, ok := w.run(w.clone, []string{"BASE_BRANCH_NAME=main", "HEAD_COMMIT=HEAD"}, filepath.Join(w.policy, "atlantis.sh"))
		said := strings.ToLower(w.log.String())
		if ok != opens || strings.Contains(said, "fail") == opens || strings.Contains(said, "1 failure") == opens {
			t.Errorf("%q: succeeded: %v\n%s", message, ok, said)
		}
	}
	// A branch of the author's, to which the change is open.
	w.git(w.clone, "push", "--quiet", "origin", "HEAD:refs/heads/mine")
	w.git(w.clone, "fetch", "--quiet", "origin")
	w.commit("Change\n\nTicket: 40002\n", w.file())
	w.log.Reset()
	if _, ok := w.run(w.clone, []string{"BASE_BRANCH_NAME=mine", "HEAD_COMMIT=HEAD"}, filepath.Join(w.policy, "atlantis.sh")); ok || !strings.Contains(w.log.String(), "FAIL") {
		t.Errorf("the gate is open: %v\n%s", ok, w.log.String())
	}
}
