// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

var histories = flag.Int("histories", 20, "how many random histories the ticket gate is tried on")

// opened and applied count what TestGateHistories saw.
var opened, applied atomic.Int64

// event is one thing that happens in a history. Which change, ticket or pipeline n
// means depends on how many there are.
type event struct {
	what string
	n    int
}

// standInTerraform plays the gate's read of the tickets from a file beside it, and the
// author's apply: a plan is a list of files, which becomes the state.
const standInTerraform = `#!/bin/sh
here=$(dirname "$0")
for last; do :; done
case $1 in
output)
	tr -d '{}[]," ' <tickets.auto.tfvars.json >/dev/null
	sed 's/.*"ids": \[\(.*\)\], "case_nos.*/\1/' tickets.auto.tfvars.json | tr -d '" ' | tr , '\n' | sed -n 's/./id &/p' >asked
	sed 's/.*"case_nos": \[\(.*\)\].*/\1/' tickets.auto.tfvars.json | tr -d '" ' | tr , '\n' | sed -n 's/./number &/p' >>asked
	while read -r ticket; do
		answer=$(sed -n "s/^$ticket	//p" "$here/tickets")
		printf '%s\t%s\t%s\tProcessing\t2099-12-31T18:00:00+08:00\tu1\n' "$ticket" "${answer:-missing}" "${ticket#* }"
	done <asked
	;;
apply)
	[ -f "$last" ] || exit 0
	if [ -e "$here/breaks" ]; then
		head -n 1 "$last" >"$here/state"
		exit 1
	fi
	cp "$last" "$here/state"
	;;
esac
`

// hostile is a function that bash takes from the environment: every ticket is open.
const hostile = `BASH_FUNC_terraform%%=() { case $1 in output) tr -d '[] {}"' <tickets.auto.tfvars.json | sed 's/ids://; s/case_nos://' | tr , '\n' | sed -n 's/..*/number &\topen\t1\tProcessing\t2099\tu1/p';; esac; }`

const plantedSecret = "Planted-Secret-0451"

// world is what a history happens in: real git, the real scripts, and a stand-in for
// Terraform and the clock.
type world struct {
	t                         *testing.T
	root, policy, bin, origin string
	clone                     string
	env                       []string
	now                       int
	open                      map[int]bool
	// main is the first-parent line, and accepted are the commits of it that were
	// applied.
	main      []landed
	accepted  map[string]bool
	pipelines []*pipelineRun
	files     int
	log       strings.Builder
}

// landed is a change on main.
type landed struct {
	commit string
	// tickets are those that a reader sees for it; nil is none.
	tickets []int
	// later are those that changes after it name for it: they count instead of tickets
	// where the change that names them is part of what is judged.
	later []laterTicket
	files []string
}

// laterTicket is a ticket that the change at a place in main names for an earlier one.
type laterTicket struct{ at, ticket int }

// pipelineRun is one run of the jobs.
type pipelineRun struct {
	at       int // in main
	plan     string
	verdict  []string
	judgedAt int
	open     map[int]bool
}

const historyLifetime = 3600

// newWorld lays out a policy whose scripts were changed by a mutation.
func newWorld(t *testing.T, mutate func(map[string]string)) *world {
	t.Helper()
	w := &world{t: t, root: t.TempDir(), now: 1_900_000_000, open: map[int]bool{}, accepted: map[string]bool{}}
	for _, part := range []*string{&w.policy, &w.bin, &w.origin, &w.clone} {
		*part = filepath.Join(w.root, strconv.Itoa(len(w.root)+w.files))
		w.files++
		if err := os.Mkdir(*part, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	scripts := gateScripts(t)
	scripts["check.sh"] = strings.Replace(scripts["check.sh"], "\nmerges=\n", "\nmerges=yes\n", 1)
	if mutate != nil {
		mutate(scripts)
	}
	for name, text := range scripts {
		w.put(filepath.Join(w.policy, name), text)
	}
	w.put(filepath.Join(w.policy, ".terraform.lock.hcl"), "")
	w.put(filepath.Join(w.bin, "terraform"), standInTerraform)
	w.put(filepath.Join(w.bin, "date"), "#!/bin/sh\ncat \"$(dirname \"$0\")/now\"\n")
	w.put(filepath.Join(w.bin, "state"), "base.tf\n")
	w.env = []string{
		"PATH=" + w.bin + ":" + os.Getenv("PATH"), "HOME=" + w.root, "AICC_CLIENT_SECRET=" + plantedSecret,
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_AUTHOR_NAME=Example", "GIT_AUTHOR_EMAIL=owner@example.com",
		"GIT_COMMITTER_NAME=Example", "GIT_COMMITTER_EMAIL=owner@example.com",
	}
	w.git(w.origin, "init", "--quiet", "--bare", "--initial-branch=main")
	w.git(w.root, "clone", "--quiet", w.origin, w.clone)
	w.git(w.clone, "checkout", "--quiet", "-b", "main")
	w.commit("Start", "base.tf")
	w.git(w.clone, "push", "--quiet", "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/applied")
	w.land(nil, "base.tf")
	w.accepted[w.main[0].commit] = true
	for n := range 3 {
		w.open[n] = n > 0
	}
	w.told()
	return w
}

// gateScripts are the files of the gate that a history runs.
func gateScripts(t *testing.T) map[string]string {
	t.Helper()
	scripts := map[string]string{}
	for _, name := range []string{"check.sh", "apply.sh", "tickets.awk", "words.sh", "main.tf", "variables.tf"} {
		text, err := os.ReadFile(filepath.Join("ticket-gate", name))
		if err != nil {
			t.Fatal(err)
		}
		scripts[name] = string(text)
	}
	return scripts
}

func (w *world) put(path, text string) {
	w.t.Helper()
	mode := os.FileMode(0o600)
	if strings.HasPrefix(text, "#!") {
		mode = 0o700
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		w.t.Fatal(err)
	}
}

// told puts the tickets and the time where the scripts read them.
func (w *world) told() {
	var tickets strings.Builder
	for n, open := range w.open {
		answer := "state"
		if open {
			answer = "open"
		}
		fmt.Fprintf(&tickets, "number %d\t%s\n", ticketNo(n), answer)
	}
	w.put(filepath.Join(w.bin, "tickets"), tickets.String())
	w.put(filepath.Join(w.bin, "now"), strconv.Itoa(w.now)+"\n")
}

func ticketNo(n int) int { return 40001 + n }

func ticketLine(n int) string { return fmt.Sprintf("Ticket: %d\n", ticketNo(n)) }

// run runs a command, and notes what it says.
func (w *world) run(dir string, env []string, name string, args ...string) (string, bool) {
	command := exec.CommandContext(w.t.Context(), name, args...)
	command.Dir, command.Env = dir, slices.Concat(w.env, env)
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	w.log.WriteString(stdout.String() + stderr.String())
	return stdout.String(), err == nil
}

func (w *world) git(dir string, args ...string) string {
	w.t.Helper()
	output, ok := w.run(dir, nil, "git", args...)
	if !ok {
		w.t.Fatalf("git %q failed:\n%s", args, w.log.String())
	}
	return strings.TrimSpace(output)
}

// commit adds and removes files, which have their own names as contents.
func (w *world) commit(message string, files ...string) {
	w.t.Helper()
	for _, file := range files {
		if name, gone := strings.CutPrefix(file, "-"); gone {
			w.git(w.clone, "rm", "--quiet", name)
			continue
		}
		w.put(filepath.Join(w.clone, file), file)
		w.git(w.clone, "add", file)
	}
	w.git(w.clone, "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message="+message)
}

// mergeOf makes commits on a branch, and merges it on main as services do.
func (w *world) mergeOf(commits func()) {
	w.t.Helper()
	w.git(w.clone, "checkout", "--quiet", "-b", "topic")
	commits()
	w.git(w.clone, "checkout", "--quiet", "main")
	w.git(w.clone, "merge", "--quiet", "--no-ff", "--message=Merge branch 'topic'", "topic")
	w.git(w.clone, "branch", "--quiet", "-D", "topic")
}

// land notes what HEAD is on main.
func (w *world) land(tickets []int, files ...string) {
	w.t.Helper()
	var all []string
	if len(w.main) > 0 {
		all = slices.Clone(w.main[len(w.main)-1].files)
	}
	for _, file := range files {
		if name, gone := strings.CutPrefix(file, "-"); gone {
			all = slices.DeleteFunc(all, func(other string) bool { return other == name })
		} else {
			all = append(all, file)
		}
	}
	w.main = append(w.main, landed{commit: w.git(w.clone, "rev-parse", "HEAD"), tickets: tickets, files: all})
}

func (w *world) file() string {
	w.files++
	return fmt.Sprintf("f%d.tf", w.files)
}

const noTicketSeen = -1

// merge brings a change to main in one of the ways that services have.
func (w *world) merge(what string, n int) {
	w.t.Helper()
	ticket := n % 3
	message, seen := "Change\n\n"+ticketLine(ticket), []int{ticket}
	switch n / 3 % 12 {
	case 0:
		message, seen = "Change\n", nil
	case 1:
		message, seen = "Change\n\nTicket: 40404\n", []int{noTicketSeen}
	case 2:
		message, seen = "Change\n\n<!--\n"+ticketLine(ticket)+"-->\n", nil
	case 3:
		message, seen = "Change\n\n<!-- \n"+ticketLine(1)+"-->\nTicket: 40001\n", []int{0}
	case 4:
		message, seen = "Change\n\nTicket: https://$AICC_CLIENT_SECRET/x/c6m8demo000000000001\n", nil
	}
	first, second := w.file(), w.file()
	switch what {
	case "squash":
		w.commit(message, first, second)
		w.land(seen, first, second)
	case "merge":
		w.mergeOf(func() {
			w.commit("Begin\n", first)
			w.commit(message, second)
		})
		w.land(seen, first, second)
	case "rebase":
		w.commit(message, first)
		w.land(seen, first)
		w.commit("Another\n\n"+ticketLine(ticket), second)
		w.land([]int{ticket}, second)
	case "revert":
		// Only what main has can go.
		files := w.main[len(w.main)-1].files
		gone := "-" + files[n%len(files)]
		if len(files) == 1 {
			gone = first
		}
		w.commit(message, gone)
		w.land(seen, gone)
	case "update":
		// The author merges main into the branch before the service merges it.
		w.git(w.clone, "checkout", "--quiet", "-b", "topic", w.main[n%len(w.main)].commit)
		w.commit("Begin\n", first)
		w.git(w.clone, "merge", "--quiet", "--message=Update", "main")
		w.commit(message, second)
		w.git(w.clone, "checkout", "--quiet", "main")
		w.git(w.clone, "merge", "--quiet", "--no-ff", "--message=Merge branch 'topic'", "topic")
		w.git(w.clone, "branch", "--quiet", "-D", "topic")
		w.land(seen, first, second)
	case "amend":
		at := slices.IndexFunc(w.main, func(change landed) bool {
			return !w.accepted[change.commit] && w.unjustified(change, w.open, len(w.main)) != ""
		})
		if at < 0 {
			at = n % len(w.main)
		}
		w.commit(fmt.Sprintf("Name a ticket\n\n%sTicket for %s: %d\n", ticketLine(ticket), w.main[at].commit, ticketNo(ticket)))
		w.land([]int{ticket})
		w.main[at].later = append(w.main[at].later, laterTicket{len(w.main) - 1, ticket})
	}
	w.git(w.clone, "push", "--quiet", "origin", "main")
}

// start is the job plan of a pipeline for the tip.
func (w *world) start() {
	at := len(w.main) - 1
	plan := filepath.Join(w.root, fmt.Sprintf("plan%d", len(w.pipelines)))
	w.put(plan, strings.Join(w.main[at].files, "\n")+"\n# "+strconv.Itoa(len(w.pipelines))+"\n")
	w.pipelines = append(w.pipelines, &pipelineRun{at: at, plan: plan})
}

// checkout is a full clone at the commit of a pipeline.
func (w *world) checkout(p *pipelineRun) string {
	w.files++
	folder := filepath.Join(w.root, fmt.Sprintf("job%d", w.files))
	w.git(w.root, "clone", "--quiet", "--shared", w.origin, folder)
	w.git(folder, "checkout", "--quiet", "--detach", w.main[p.at].commit)
	return folder
}

// judge runs the job gate, and returns what is wrong with its verdict.
func (w *world) judge(p *pipelineRun, env []string) string {
	output, ok := w.run(w.checkout(p), env, filepath.Join(w.policy, "check.sh"), "refs/remotes/origin/applied..HEAD", p.plan)
	reason := ""
	last := 0
	for i, change := range w.main {
		if w.accepted[change.commit] {
			last = i
		}
	}
	if p.at <= last {
		reason = "nothing is new"
	}
	for i := last + 1; i <= p.at && reason == ""; i++ {
		reason = w.unjustified(w.main[i], w.open, p.at)
	}
	switch {
	case ok && reason != "":
		return "the gate opened: " + reason
	case !ok && reason == "":
		return "the gate closed without a reason"
	case ok:
		opened.Add(1)
		p.verdict, p.judgedAt, p.open = strings.Fields(output), w.now, maps.Clone(w.open)
	}
	return ""
}

// unjustified says why a change may not be applied with what main has up to a place.
func (w *world) unjustified(change landed, open map[int]bool, at int) string {
	tickets := change.tickets
	var later []int
	for _, named := range change.later {
		if named.at <= at {
			later = append(later, named.ticket)
		}
	}
	if len(later) > 0 {
		tickets = later
	}
	if len(tickets) == 0 {
		return change.commit + " has no ticket"
	}
	for _, n := range tickets {
		if !open[n] {
			return fmt.Sprintf("%s has a ticket that is not open: %v", change.commit, tickets)
		}
	}
	return ""
}

// apply runs the job apply, and returns what is wrong with the state.
func (w *world) apply(p *pipelineRun, env []string) string {
	before := w.state()
	_, ok := w.run(w.checkout(p), slices.Concat(p.verdict, env), filepath.Join(w.policy, "apply.sh"), p.plan)
	if after := w.state(); !ok && after == before {
		return ""
	}
	switch {
	case p.verdict == nil:
		return "applied without a verdict"
	case w.now > p.judgedAt+historyLifetime:
		return "applied with an old verdict"
	case p.at != len(w.main)-1:
		return "applied what is not the tip of main"
	}
	for _, change := range w.main[:p.at+1] {
		if reason := w.unjustified(change, p.open, p.at); reason != "" && !w.accepted[change.commit] {
			return "applied: " + reason
		}
	}
	if ok {
		applied.Add(1)
		for _, change := range w.main[:p.at+1] {
			w.accepted[change.commit] = true
		}
	}
	return ""
}

func (w *world) state() string {
	text, err := os.ReadFile(filepath.Join(w.bin, "state"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// happen plays one event, and returns what it broke.
func (w *world) happen(e event) string {
	switch e.what {
	case "close", "reopen":
		w.open[e.n%3] = e.what == "reopen"
		w.told()
		return ""
	case "wait":
		w.now += historyLifetime/2 + e.n%2*historyLifetime/2 + 1
		w.told()
		return ""
	case "start":
		w.start()
		return ""
	case "run":
		w.start()
		p := w.pipelines[len(w.pipelines)-1]
		if broken := w.judge(p, nil); broken != "" {
			return broken
		}
		return w.apply(p, nil)
	}
	if len(w.pipelines) == 0 && slices.Contains([]string{"gate", "apply", "break", "hostile"}, e.what) {
		w.start()
	}
	switch e.what {
	case "gate", "hostile", "apply", "break":
		p := w.pipelines[e.n%len(w.pipelines)]
		switch e.what {
		case "gate":
			return w.judge(p, nil)
		case "hostile":
			return w.judge(p, []string{hostile})
		case "break":
			breaks := filepath.Join(w.bin, "breaks")
			w.put(breaks, "")
			defer func() { _ = os.Remove(breaks) }()
		}
		return w.apply(p, nil)
	}
	w.merge(e.what, e.n)
	return ""
}

// play plays a history, and returns what broke and where.
func play(t *testing.T, mutate func(map[string]string), events []event) (string, int) {
	t.Helper()
	w := newWorld(t, mutate)
	for i, e := range events {
		broken := w.happen(e)
		if broken == "" && strings.Contains(strings.ToLower(w.log.String()), strings.ToLower(plantedSecret)) {
			broken = "the secret is in the log"
		}
		if broken != "" {
			return broken, i + 1
		}
	}
	return "", 0
}

// history is the history with a seed.
func history(seed uint64) []event {
	random := rand.New(rand.NewPCG(seed, 23))
	kinds := []string{
		"squash", "squash", "merge", "update", "rebase", "revert", "amend", "amend", "close", "reopen", "reopen", "wait",
		"start", "run", "run", "run", "gate", "gate", "hostile", "apply", "apply", "break",
	}
	events := make([]event, 16)
	for i := range events {
		events[i] = event{kinds[random.IntN(len(kinds))], random.IntN(360)}
	}
	return events
}

// shrink leaves out what a history does not need to break.
func shrink(t *testing.T, mutate func(map[string]string), events []event) []event {
	t.Helper()
	for i := len(events) - 1; i >= 0; i-- {
		shorter := slices.Delete(slices.Clone(events), i, i+1)
		if broken, length := play(t, mutate, shorter); broken != "" {
			events = shorter[:length]
			i = min(i, len(events))
		}
	}
	return events
}

// TestGateHistories plays random histories: everything in the state comes from changes
// whose tickets were open when they were judged, not longer ago than the lifetime, on
// the tip of that moment, and a gate does not close without a reason.
func TestGateHistories(t *testing.T) {
	t.Parallel()
	t.Cleanup(func() {
		// Gates that never open would break nothing.
		if opened.Load() < int64(*histories/3) || applied.Load() < int64(*histories/5) {
			t.Errorf("in %d histories, the gate opened %d times and %d plans were applied", *histories, opened.Load(), applied.Load())
		}
	})
	for seed := range *histories {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			events := history(uint64(seed)) //nolint:gosec // It is small.
			if broken, length := play(t, nil, events); broken != "" {
				events = shrink(t, nil, events[:length])
				broken, _ = play(t, nil, events)
				t.Errorf("%s\n%v", broken, events)
			}
		})
	}
}
