// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

const (
	changeCase = "A change needs a case that is Processing or Pending. " +
		"Have the case reopened in AICC, or name the case this change belongs to."
	changeDueDate = "A change needs a case whose due date has not passed. " +
		"Have the due date changed in AICC, or name the case this change belongs to."
	notALink = "The ticket must be the number of an AICC case, or a link to one at service.besclouds.com: https://…, " +
		"with one part that looks like a case ID, which is 20 letters and digits."
)

// TestCLITicketGate opens the gate of one ticket, and closes it for each reason with the
// words that the author of a change sees.
func TestCLITicketGate(t *testing.T) {
	t.Parallel()
	standin := aicctest.New()
	const withoutDueDate, withoutAnything = "c6m8demo000000000021", "c6m8demo000000000022"
	standin.SetCase(withoutDueDate, `{"caseInfo": {"id": "`+withoutDueDate+`", "caseNo": "21", "title": "No hurry", "state": "Pending", "dueDate": ""}}`)
	standin.SetCase(withoutAnything, `{"caseInfo": {"id": "`+withoutAnything+`"}}`)
	url := standin.Start(t)

	tests := map[string]struct {
		ticket string
		// want holds the end of each error.
		want []string
	}{
		"open":             {ticket: link(aicctest.OpenID)},
		"number":           {ticket: "40001"},
		"all of its zeros": {ticket: "000000000000000000000000040001"},
		"completed, by its number": {"40002", []string{
			`Case 000000000000000000000000040002 is Completed. ` + changeCase,
		}},
		"no such number":  {"404", []string{"AICC says: 成功"}},
		"number in words": {"CASE-40001", []string{notALink}},
		"another page": {
			ticket: "https://SERVICE.besclouds.com/console/#/workbench?tab=case&caseId=" + aicctest.OpenID,
		},
		"completed and overdue": {link(aicctest.CompletedID), []string{
			`Case 000000000000000000000000040002 is Completed. ` + changeCase,
		}},
		"overdue": {link(aicctest.OverdueID), []string{
			`Case 000000000000000000000000040003 was due on 2026-03-01T18:00:00+08:00. ` + changeDueDate,
		}},
		"without a due date": {link(withoutDueDate), []string{`Case 21 has no due date. ` + changeDueDate}},
		"without anything": {link(withoutAnything), []string{
			`Case ` + withoutAnything + ` is in no state. ` + changeCase,
		}},
		"unknown":      {link(aicctest.UnknownID), []string{"AICC says: 工单不存在"}},
		"another site": {"https://tickets.example.com/case/" + aicctest.OpenID, []string{notALink}},
		"no link":      {aicctest.OpenID, []string{notALink}},
		"no case":      {"https://service.besclouds.com/cases", []string{notALink}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := in(t, "gate", url)
			needs(t, cli, 8, 7)
			result := cli.Run(t, "plan", "-var=ticket="+test.ticket)
			got := messages(result)
			if len(got) != len(test.want) || (result.ExitCode != 0) != (len(test.want) > 0) {
				t.Fatalf("exit code %d, want %d errors:\n%s", result.ExitCode, len(test.want), result.Output())
			}
			for i, want := range test.want {
				if !strings.HasSuffix(got[i], " "+want) {
					t.Errorf("the error is\n%q\nwant at its end\n%q", got[i], want)
				}
			}
		})
	}
}

// gateTest is a policy repository as the guide lays it out, and two sites: on the
// real one, the ticket that the author names is completed; on his own, it is open.
type gateTest struct {
	real, own   *aicctest.AICC
	url, ownURL string
	// policy and change are the repositories of the policy and of the author, and
	// origin is where the author's is pushed to.
	policy, change, origin string
	// home is the home folder of the runner.
	home string
	// mirror is where the policy's provider comes from.
	mirror string
	// env is the environment of a runner, without credentials.
	env []string
}

// gateProvider is a mirror that has the provider, and a lock file for it.
type gateProvider struct {
	mirror string
	lock   string
}

// newGateProvider makes the lock file with the command of the guide.
func newGateProvider(t *testing.T) gateProvider {
	t.Helper()
	cli := in(t, "ticket-gate", "")
	needs(t, cli, 5, 6)
	p := gateProvider{mirror: tftest.Mirror(t)}
	lock := regexp.MustCompile(`(?m)^terraform -chdir=ticket-gate (providers lock .*)$`).FindStringSubmatch(pages(t)["templates/guides/validate-ticket-links-in-ci.md.tmpl"])
	if lock == nil {
		t.Fatal("the guide makes no lock file")
	}
	cli.MustRun(t, strings.Fields(strings.NewReplacer("linux_amd64", runtime.GOOS+"_"+runtime.GOARCH, "/opt/mirror", p.mirror).Replace(lock[1]))...)
	text, err := os.ReadFile(filepath.Join(cli.Dir, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	p.lock = string(text)
	return p
}

// newGateTest lays out the repositories. The ticket is open on the real site, too,
// until the test completes it.
func newGateTest(t *testing.T, provider gateProvider) *gateTest {
	t.Helper()
	g := &gateTest{real: aicctest.New(), own: aicctest.New(), policy: t.TempDir(), change: t.TempDir(), origin: t.TempDir(), home: t.TempDir(), mirror: provider.mirror}
	g.url, g.ownURL = g.real.Start(t), g.own.Start(t)

	// The scripts call terraform, whichever command the tests are run on.
	bin := t.TempDir()
	if err := os.Symlink(tftest.FindCLI(t), filepath.Join(bin, "terraform")); err != nil {
		t.Fatal(err)
	}
	for _, variable := range tftest.NewCLI(t, "").Env {
		if name, _, _ := strings.Cut(variable, "="); name == "TMPDIR" || name == "CHECKPOINT_DISABLE" {
			g.env = append(g.env, variable)
		}
	}
	g.env = append(g.env, "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+g.home)

	gate := filepath.Join(g.policy, "ticket-gate")
	if err := os.CopyFS(gate, os.DirFS("ticket-gate")); err != nil {
		t.Fatal(err)
	}
	g.edit(t, filepath.Join(gate, "check.sh"), "domain=service.besclouds.com\n", "domain="+g.url+"\n")
	g.edit(t, filepath.Join(gate, "cli.tfrc"), "  direct {\n", "  filesystem_mirror {\n    path = \""+g.mirror+"\"\n")
	g.write(t, filepath.Join(gate, ".terraform.lock.hcl"), provider.lock)

	// A file, since a script may run git with an environment of its own.
	g.write(t, filepath.Join(g.home, ".gitconfig"), "[user]\n\tname = Example\n\temail = owner@example.com\n[init]\n\tdefaultBranch = main\n")
	g.git(t, g.origin, "init", "--quiet", "--bare")
	g.git(t, g.change, "init", "--quiet")
	g.git(t, g.change, "remote", "add", "origin", g.origin)
	g.land(t, "Start")
	g.git(t, g.change, "push", "--quiet", "origin", "HEAD:refs/heads/applied")
	g.git(t, g.change, "fetch", "--quiet", "origin")
	return g
}

func (g *gateTest) git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return strings.TrimSpace(g.mustRun(t, dir, g.env, "git", args...))
}

// land commits what is in the author's repository, and makes it the tip of main.
func (g *gateTest) land(t *testing.T, message string) string {
	t.Helper()
	g.git(t, g.change, "add", "--all", "--force")
	g.git(t, g.change, "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message="+message)
	g.git(t, g.change, "push", "--quiet", "origin", "HEAD:refs/heads/main")
	return g.git(t, g.change, "rev-parse", "HEAD")
}

// complete makes the ticket a completed one on the real site. Nothing else about it
// closes the gate.
func (g *gateTest) complete() {
	g.real.ChangeCase(aicctest.OpenID, map[string]any{"state": "Completed"})
}

const isCompleted = "case 000000000000000000000000040001 is Completed."

// edit replaces a text that has to be in a file.
func (g *gateTest) edit(t *testing.T, path, from, to string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		t.Fatalf("%q is not in %s", from, path)
	}
	g.write(t, path, strings.Replace(string(text), from, to, 1))
}

// write writes a file, which keeps its mode; one that starts with #! can be run.
func (g *gateTest) write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	mode := os.FileMode(0o600)
	if strings.HasPrefix(text, "#!") {
		mode = 0o700
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// run runs a command, and returns both its outputs and whether it succeeded.
func (g *gateTest) run(t *testing.T, dir string, env []string, name string, args ...string) (stdout, output string, ok bool) {
	t.Helper()
	// A shell finds the command on the PATH of its environment.
	command := exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", `exec "$@"`, "sh", name}, args...)...)
	command.Dir = dir
	command.Env = env
	var out, all strings.Builder
	command.Stdout = &out
	command.Stderr = &all
	err := command.Run()
	return out.String(), out.String() + all.String(), err == nil
}

func (g *gateTest) mustRun(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	stdout, output, ok := g.run(t, dir, env, name, args...)
	if !ok {
		t.Fatalf("%s %q failed:\n%s", name, args, output)
	}
	return stdout
}

// credentials are what the pipeline gives the gate.
var credentials = []string{"AICC_CLIENT_ID=" + aicctest.ClientID, "AICC_CLIENT_SECRET=" + aicctest.ClientSecret}

// check asks the gate about a change with ticketText, in the author's folder and in an
// environment that may be the author's.
func (g *gateTest) check(t *testing.T, env []string) (stdout, output string, ok bool) {
	t.Helper()
	g.git(t, g.change, "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message="+ticketText)
	plan := filepath.Join(t.TempDir(), "change.tfplan")
	g.write(t, plan, "a plan")
	return g.run(t, g.change, slices.Concat(env, credentials), filepath.Join(g.policy, "ticket-gate", "check.sh"), "refs/remotes/origin/applied..HEAD", plan)
}

// ticketText is a description with the ticket in it, and with lines that look like
// variables of the environment.
const ticketText = "Roll out the phone menu.\n\nwork=done\nlifetime=1\nTicket: https://service.besclouds.com/case/" + aicctest.OpenID + "\n"

// attack is what the author of a change has in the repository, or what somebody
// gets into the environment of the pipeline. {own} stands for the author's own
// site, {change} for the folder of the repository.
type attack struct {
	// files are those that differ from a gate in the author's configuration; "home/"
	// is the home folder of the runner.
	files map[string]string
	env   []string
	// before is a command that the author ran before committing.
	before []string
	after  map[string]string
}

// ownProvider starts the real provider with another site.
const ownProvider = "#!/bin/sh\nAICC_DOMAIN={own} exec {provider} \"$@\"\n"

// attacks opens a gate that is part of the author's configuration, each in its way.
func attacks(t *testing.T) map[string]attack {
	t.Helper()
	text, err := os.ReadFile("gate/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	main := func(pairs ...string) map[string]string {
		edited := string(text)
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(edited, pairs[i]) {
				t.Fatalf("%q is not in main.tf", pairs[i])
			}
			edited = strings.Replace(edited, pairs[i], pairs[i+1], 1)
		}
		return map[string]string{"main.tf": edited}
	}
	const (
		block    = "provider \"aicc\" {}\n"
		data     = "data \"aicc_case\" \"ticket\" {\n"
		platform = runtime.GOOS + "_" + runtime.GOARCH
		another  = "\ndata \"aicc_case\" \"other\" {\n  id = \"" + otherOpenID + "\"\n}\n"
	)
	forged := map[string]string{}
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		forged["terraform.d/plugins/"+host+"/aicc-community/aicc/9.9.9/"+platform+"/terraform-provider-aicc_v9.9.9"] = ownProvider
	}
	overrides := "provider_installation {\n  dev_overrides {\n" +
		"    \"registry.terraform.io/aicc-community/aicc\" = \"{change}/bin\"\n" +
		"    \"registry.opentofu.org/aicc-community/aicc\" = \"{change}/bin\"\n  }\n  direct {}\n}\n"
	later := "resource \"terraform_data\" \"later\" {}\n\n"
	deferred := main(data, later+data+"  depends_on = [terraform_data.later]\n")
	anyVersion := main(`"~> 0.1"`, `">= 0.1"`)
	maps.Copy(anyVersion, forged)
	conditions := regexp.MustCompile(`(?s)\n  lifecycle \{.*?\n  \}\n`)
	second := main()
	second["main.tf"] = conditions.ReplaceAllString(second["main.tf"], "") + another
	return map[string]attack{
		"a provider in terraform.d/plugins": {files: anyVersion},
		"a provider named in .terraformrc": {files: map[string]string{
			"home/.terraformrc": overrides, "home/.tofurc": overrides, "bin/terraform-provider-aicc": ownProvider,
		}},
		"a provider named in TF_CLI_CONFIG_FILE": {
			files: map[string]string{"cli.tfrc": overrides, "bin/terraform-provider-aicc": ownProvider},
			env:   []string{"TF_CLI_CONFIG_FILE={change}/cli.tfrc"},
		},
		"a committed stale state": {before: []string{"apply", "-auto-approve"}, after: deferred},
		"count = 0":               {files: map[string]string{"main.tf": main(data, data+"  count = 0\n")["main.tf"], "outputs.tf": ""}},
		"a deferred read":         {files: deferred},
		"an alias provider": {files: main(
			block, block+"\nprovider \"aicc\" {\n  alias  = \"own\"\n  domain = \"{own}\"\n}\n", data, data+"  provider = aicc.own\n",
		)},
		"a second data source": {files: second},
		"a domain in the configuration": {
			files: main(block, "provider \"aicc\" {\n  domain = \"{own}\"\n}\n"),
		},
		"an override file": {files: map[string]string{
			"main_override.tf": "provider \"aicc\" {\n  domain = \"{own}\"\n}\n",
		}},
		"open states in *.auto.tfvars": {files: map[string]string{"own.auto.tfvars": "open_states = [\"Completed\"]\n"}},
		"open states in TF_VAR_":       {env: []string{`TF_VAR_open_states=["Completed"]`}},
		"a domain in AICC_DOMAIN":      {env: []string{"AICC_DOMAIN={own}"}},
		"arguments in TF_CLI_ARGS":     {env: []string{"TF_CLI_ARGS_plan=-help"}},
	}
}

// otherOpenID is a case that is open on the real site.
const otherOpenID = "c6m8demo000000000021"

// lay writes what the attack has into the author's repository and the home folder.
func (g *gateTest) lay(t *testing.T, files map[string]string, fill *strings.Replacer) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(g.change, name)
		if rest, ok := strings.CutPrefix(name, "home/"); ok {
			path = filepath.Join(g.home, rest)
		}
		g.write(t, path, fill.Replace(text))
	}
}

// TestCLIGateAttacks has each attack open a gate that is part of the author's
// configuration, which shows that the attack works, and then asks the gate of the
// policy repository: in the author's folder, with the author's environment and home
// folder, which is worse than what a pipeline gives it.
func TestCLIGateAttacks(t *testing.T) {
	t.Parallel()
	needs(t, tftest.NewCLI(t, ""), 8, 7)
	provider := newGateProvider(t)
	for name, attack := range attacks(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateTest(t, provider)
			g.real.SetCase(otherOpenID, `{"caseInfo": {"id": "`+otherOpenID+`", "state": "Pending", "dueDate": "2099-12-31 18:00:00"}}`)
			for _, file := range []string{"main.tf", "variables.tf", "outputs.tf"} {
				text, err := os.ReadFile(filepath.Join("gate", file))
				if err != nil {
					t.Fatal(err)
				}
				g.write(t, filepath.Join(g.change, file), string(text))
			}
			// Without a CLI configuration, a provider in the home folder counts as installed.
			if err := os.Mkdir(filepath.Join(g.home, ".terraform.d"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(g.mirror, filepath.Join(g.home, ".terraform.d", "plugins")); err != nil {
				t.Fatal(err)
			}
			binaries, err := filepath.Glob(filepath.Join(g.mirror, "*/*/*/*/*/terraform-provider-aicc_v*"))
			if err != nil || len(binaries) == 0 {
				t.Fatal(binaries, err)
			}
			fill := strings.NewReplacer("{own}", g.ownURL, "{change}", g.change, "{provider}", binaries[0])
			env := slices.Concat(g.env, credentials, []string{"AICC_DOMAIN=" + g.url, "TF_VAR_ticket=" + link(aicctest.OpenID)})

			if attack.before != nil {
				g.mustRun(t, g.change, env, "terraform", "init", "-input=false")
				g.mustRun(t, g.change, env, "terraform", attack.before...)
			}
			g.lay(t, attack.files, fill)
			g.lay(t, attack.after, fill)
			g.complete()
			for _, variable := range attack.env {
				env = append(env, fill.Replace(variable))
			}
			// init fails under dev_overrides, and is not needed then.
			_, _, _ = g.run(t, g.change, env, "terraform", "init", "-input=false")
			if _, output, ok := g.run(t, g.change, env, "terraform", "plan", "-input=false"); !ok {
				t.Fatalf("the attack opens no gate, so it shows nothing:\n%s", output)
			}

			g.real.Forget()
			g.own.Forget()
			stdout, output, ok := g.check(t, env)
			if ok || stdout != "" || !strings.Contains(words(output), isCompleted) {
				t.Errorf("passed: %v, want %q:\n%s", ok, isCompleted, output)
			}
			if len(g.own.Requests()) > 0 || len(g.real.Requests()) == 0 {
				t.Errorf("%d requests to the author's site, %d to the real one", len(g.own.Requests()), len(g.real.Requests()))
			}
		})
	}
}

// TestCLIGateReport judges changes with tickets of all kinds, by link and by number, in
// one run, and names each with its author.
func TestCLIGateReport(t *testing.T) {
	t.Parallel()
	g := newGateTest(t, newGateProvider(t))
	const undated, another = "c6m8demo000000000021", "c6m8demo000000000022"
	g.real.SetCase(undated, `{"caseInfo": {"id": "`+undated+`", "caseNo": "21", "state": "Pending", "dueDate": ""}}`)
	g.real.SetCase(another, `{"caseInfo": {"id": "`+another+`", "caseNo": "22", "state": "P\n::error::x", "dueDate": "2099-12-31 18:00:00"}}`)
	const number = "0000000000000000000000000"
	var want []string
	for _, change := range []struct{ ticket, says string }{
		{link(aicctest.OpenID), "case " + number + "40001 is Processing, due 2099-12-31T18:00:00+08:00."},
		{"40001", "case " + number + "40001 is Processing, due 2099-12-31T18:00:00+08:00."},
		{"40002", "case " + number + "40002 is Completed. Have it reopened in AICC, or name another in a later change: Ticket for <commit>: …"},
		{link(aicctest.OverdueID), "case " + number + "40003 was due on 2026-03-01T18:00:00+08:00. Have the due date changed in AICC."},
		{link(undated), "case 21 has no due date. Have one set in AICC."},
		{link(another), "case 22 is P?::error::x. Have it reopened in AICC, or name another in a later change: Ticket for <commit>: …"},
		{link(aicctest.UnknownID), "AICC has no case " + aicctest.UnknownID + ". Name another in a later change: Ticket for <commit>: …"},
		{"404", "AICC has no case 404. Name another in a later change: Ticket for <commit>: …"},
		{link(aicctest.ForbiddenID), "AICC did not say whether case " + aicctest.ForbiddenID + " is open. Run the job again."},
	} {
		commit := g.land(t, "Change\n\nTicket: "+change.ticket+"\n")
		want = append(want, "Change "+commit[:12]+" (Example): "+change.says)
	}
	want = append(want, "The gate is closed: nothing is applied until every change since the last apply has an open ticket.")
	_, said, ok := g.run(t, g.change, slices.Concat(g.env, credentials), filepath.Join(g.policy, "ticket-gate", "check.sh"), "refs/remotes/origin/applied..HEAD")
	if got := strings.Split(strings.TrimSpace(said), "\n"); ok || !slices.Equal(got, want) {
		t.Errorf("the gate is open: %v\n%s\nwant\n%s", ok, said, strings.Join(want, "\n"))
	}
}

// TestCLIGateCases judges one case with the lists of types and owners that may open the
// gate: it has to be on each list that is there.
func TestCLIGateCases(t *testing.T) {
	t.Parallel()
	g := newGateTest(t, newGateProvider(t))
	const unknownType = "c6m8demo000000000023"
	g.real.SetCase(unknownType, `{"caseInfo": {"id": "`+unknownType+`", "caseNo": "23", "state": "Pending", "ownerId": "u7", "dueDate": "2099-12-31 18:00:00"}}`)
	g.real.ChangeCase(aicctest.OpenID, map[string]any{"type": "Change", "ownerId": "u7"})
	variables := filepath.Join(g.policy, "ticket-gate", "variables.tf")
	text, err := os.ReadFile(variables)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ types, owners, id, says string }{
		{`["Change"]`, `["u1", "u7"]`, aicctest.OpenID, " is Processing, due "},
		{`["Incident", "change"]`, `[]`, aicctest.OpenID, " is not of a type that allows changes."},
		{`[]`, `["u70"]`, aicctest.OpenID, " does not belong to an owner who allows changes."},
		{`["Change"]`, `["u70"]`, aicctest.OpenID, " does not belong to an owner who allows changes."},
		// It has no type.
		{`["Change"]`, `[]`, unknownType, " is not of a type that allows changes."},
		{`[]`, `["u7"]`, unknownType, " is Pending, due "},
	} {
		g.write(t, variables, string(text))
		g.edit(t, variables, "Empty for any.\"\n  type        = list(string)\n  default     = []\n}\n\nvariable \"owner_ids\"", "\"\n  type = list(string)\n  default = "+test.types+"\n}\n\nvariable \"owner_ids\"")
		g.edit(t, variables, "default     = []\n", "default = "+test.owners+"\n")
		file := filepath.Join(t.TempDir(), "text")
		g.write(t, file, "Ticket: "+link(test.id)+"\n")
		_, said, ok := g.run(t, g.change, slices.Concat(g.env, credentials), filepath.Join(g.policy, "ticket-gate", "check.sh"), "--text", file)
		if ok != strings.Contains(test.says, ", due ") || !strings.Contains(said, test.says) {
			t.Errorf("%+v: the gate is open: %v\n%s", test, ok, said)
		}
	}
}

// TestCLIGateProvider gives the gate providers that are not the one in its lock
// file.
func TestCLIGateProvider(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(t *testing.T, g *gateTest, gate string)
		want  string
	}{
		"no lock file": {
			func(t *testing.T, _ *gateTest, gate string) {
				if err := os.Remove(filepath.Join(gate, ".terraform.lock.hcl")); err != nil {
					t.Fatal(err)
				}
			},
			".terraform.lock.hcl",
		},
		"a lock file without the provider": {
			func(t *testing.T, g *gateTest, gate string) {
				g.write(t, filepath.Join(gate, ".terraform.lock.hcl"), "")
			},
			"Provider dependency changes detected",
		},
		"another provider in the mirror": {
			func(t *testing.T, g *gateTest, _ string) {
				binaries, err := filepath.Glob(filepath.Join(g.mirror, "*/*/*/*/*/terraform-provider-aicc_v*"))
				if err != nil || len(binaries) != 2 {
					t.Fatal(binaries, err)
				}
				for _, binary := range binaries {
					if err := os.Remove(binary); err != nil { // It may be a link.
						t.Fatal(err)
					}
					g.write(t, binary, strings.ReplaceAll(ownProvider, "{own}", g.ownURL))
				}
			},
			"checksums",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGateTest(t, newGateProvider(t))
			test.spoil(t, g, filepath.Join(g.policy, "ticket-gate"))
			stdout, output, ok := g.check(t, g.env)
			if ok || stdout != "" || !strings.Contains(words(output), test.want) {
				t.Errorf("passed: %v, want %q:\n%s", ok, test.want, output)
			}
		})
	}
}

// TestCLIGateEnvironment holds that the gate's Terraform gets what its script names
// and nothing else.
func TestCLIGateEnvironment(t *testing.T) {
	t.Parallel()
	g := newGateTest(t, newGateProvider(t))
	bin := t.TempDir()
	// Without an answer, the gate shows what its Terraform says.
	g.write(t, filepath.Join(bin, "terraform"), "#!/bin/sh\nenv | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'\nexit 1\n")
	env := slices.Concat(g.env, []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "AICC_TOKEN=x", "AICC_CA_CERTIFICATE=x", "AICC_TIME_ZONE=x", "HTTPS_PROXY=x", "SSL_CERT_FILE=x",
		"TF_REATTACH_PROVIDERS={}", "TF_DATA_DIR=x", "TF_WORKSPACE=x", "TF_PLUGIN_CACHE_DIR=x", "TF_VAR_ticket_domains=[]", "LINES=a\nPATH2=b",
	})
	_, output, ok := g.check(t, env)
	output, said := strings.CutSuffix(output, "The gate is closed: AICC could not be asked. Run the job again when the cause above is gone.\n")
	if ok || !said {
		t.Fatal(output)
	}
	got := map[string]bool{}
	for _, name := range strings.Fields(output) {
		got[name] = true
	}
	for name := range got {
		if strings.Contains(name, "=") || name == "PWD" || name == "OLDPWD" || name == "_" || name == "SHLVL" {
			delete(got, name) // What the shell sets.
		}
	}
	want := []string{
		"AICC_CLIENT_ID", "AICC_CLIENT_SECRET", "AICC_DOMAIN", "AICC_TOKEN", "CHECKPOINT_DISABLE",
		"GIT_CONFIG_NOSYSTEM", "GIT_NO_LAZY_FETCH", "GIT_NO_REPLACE_OBJECTS", "GIT_PAGER", "HOME", "HTTPS_PROXY", "LC_ALL", "PATH",
		"TF_CLI_CONFIG_FILE", "TF_IN_AUTOMATION", "TMPDIR",
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("Terraform gets\n%q\nwant\n%q", names, want)
	}
}

// TestCLIGateProxy has the gate read through the proxy of the script, and through
// none of the environment.
func TestCLIGateProxy(t *testing.T) {
	t.Parallel()
	g := newGateTest(t, newGateProvider(t))
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		http.Error(w, "", http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	script := filepath.Join(g.policy, "ticket-gate", "check.sh")
	g.edit(t, script, "\ndomain="+g.url+"\n", "\ndomain=aicc.example.com\n")
	g.edit(t, script, "\nproxy=\n", "\nproxy="+proxy.URL+"\n")
	_, output, ok := g.check(t, append(g.env, "HTTPS_PROXY="+g.ownURL, "NO_PROXY=*"))
	if ok || !strings.Contains(words(output), "Proxy refused the connection to AICC") {
		t.Errorf("the gate is open: %v\n%s", ok, output)
	}
	if got := <-asked; got != "CONNECT aicc.example.com:443" {
		t.Errorf("the proxy was asked for %s", got)
	}
	if n := len(g.own.Requests()); n != 0 {
		t.Errorf("the proxy of the environment got %d requests", n)
	}
}

// TestCLIGateApply applies a plan with verdicts that are for another plan or commit,
// too old, or none.
func TestCLIGateApply(t *testing.T) {
	t.Parallel()
	g := newGateTest(t, newGateProvider(t))
	g.write(t, filepath.Join(g.change, "main.tf"), "resource \"terraform_data\" \"change\" {}\n")
	g.write(t, filepath.Join(g.change, ".gitignore"), ".terraform*\n*.tfplan\nterraform.tfstate*\n")
	g.mustRun(t, g.change, g.env, "terraform", "init", "-input=false")
	g.git(t, g.change, "add", "--all")
	tip := g.land(t, "Add it")
	g.mustRun(t, g.change, g.env, "terraform", "plan", "-input=false", "-out=change.tfplan")
	digest := strings.Fields(g.mustRun(t, g.change, g.env, "sha256sum", "change.tfplan"))[0]
	const far, past = "4102444800", "1700000000"
	const another, old = "This is not the plan or the commit that the gate was asked about.", "The verdict of the gate is too old. Run the job of the gate again."
	moved := "main has moved on: its tip is " + tip + "."
	before := g.git(t, g.change, "rev-parse", "HEAD~1")
	// A branch whose name ends with that of main is not main.
	g.git(t, g.change, "push", "--quiet", "origin", before+":refs/heads/a/refs/heads/main")
	for _, test := range []struct{ plan, digest, until, commit, want string }{
		{"change.tfplan", digest, past, tip, old},
		{"change.tfplan", digest, "", tip, old},
		{"change.tfplan", digest, "soon", tip, old},
		{"change.tfplan", strings.Repeat("0", 64), far, tip, another},
		{"change.tfplan", "", far, tip, another},
		{"change.tfplan", digest, far, "", another},
		{"change.tfplan", digest, far, "HEAD", another},
		{"change.tfplan", digest, far, before, moved},
		// Without a plan, the files must be those of the commit.
		{"", "", far, before, another},
		{"", "", far, tip, another},
		{"change.tfplan", digest, far, tip, ""},
	} {
		env := append(slices.Clone(g.env), "PLAN_DIGEST="+test.digest, "VERDICT_UNTIL="+test.until, "VERDICT_COMMIT="+test.commit)
		_, output, ok := g.run(t, g.change, env, filepath.Join(g.policy, "ticket-gate", "apply.sh"), test.plan)
		if ok != (test.want == "") || !strings.Contains(output, test.want) {
			t.Errorf("%+v: applied: %v\n%s", test, ok, output)
		}
		if _, err := os.Stat(filepath.Join(g.change, "terraform.tfstate")); (err == nil) != ok {
			t.Errorf("%+v: there is a state: %v", test, err == nil)
		}
	}
	if applied := g.git(t, g.origin, "rev-parse", "refs/heads/applied"); applied != tip {
		t.Errorf("applied is %s, and %s was", applied, tip)
	}
}
