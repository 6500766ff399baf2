// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package examples_test runs everything under examples/, and every block of
// Terraform in the documentation, against the stand-in.
package examples_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// link returns a link to a case at the site that the examples expect.
func link(id string) string { return "https://service.besclouds.com/case/" + id }

// example is a folder under examples/ that holds a configuration.
type example struct {
	// terraform and tofu are the first minor versions whose language it uses.
	terraform, tofu int
	variables       []string
	// outputs is what an apply leaves, in part.
	outputs map[string]any
	// warnings are what it says beside that.
	warnings []string
}

// configurations are all folders under examples/ that hold one.
var configurations = map[string]example{
	"provider": {},
	"demo": {outputs: map[string]any{
		"title":    "Roll out the new phone menu",
		"state":    "Processing",
		"due_date": "2099-12-31T18:00:00+08:00",
		"trace": []any{
			"2026-11-02T09:15:00+08:00  CreateCase  Agent One",
			"2026-11-02T09:20:00+08:00  Email  Agent One  Your request",
			"2026-11-03T14:00:00+08:00  Iternal  Agent Two  Approved",
		},
	}},
	"data-sources/aicc_case": {outputs: map[string]any{
		"change":  "000000000000000000000000040001: Roll out the new phone menu (Processing)",
		"overdue": false,
	}},
	"data-sources/aicc_cases": {outputs: map[string]any{
		"states": map[string]any{aicctest.OpenID: "Processing", aicctest.CompletedID: "Completed"},
		"dead":   map[string]any{aicctest.UnknownID: "HTTP 404, resCode 405230004: 工单不存在"},
	}},
	"ephemeral-resources/aicc_case": {terraform: 10, tofu: 11},
	"functions/parse_case_link": {terraform: 8, tofu: 7, outputs: map[string]any{
		"ticket": map[string]any{"domain": "service.besclouds.com", "id": aicctest.OpenID},
	}},
	"ticket-gate": {
		terraform: 10, tofu: 11,
		variables: []string{"-var=ticket=" + link(aicctest.OpenID)},
		outputs: map[string]any{"ticket": map[string]any{
			"case_no": "000000000000000000000000040001", "state": "Processing", "title": "Roll out the new phone menu",
		}},
	},
	"functions/find_case_links": {terraform: 8, tofu: 7, outputs: map[string]any{
		"lines": map[string]any{aicctest.OpenID: []any{3}, aicctest.CompletedID: []any{4}},
	}},
	"audit": {
		terraform: 8, tofu: 7,
		variables: []string{"-var=root=sample"},
		outputs:   map[string]any{"table": auditTable},
	},
	"case-tags": {
		variables: []string{"-var=case_id=" + aicctest.OpenID},
		outputs: map[string]any{"case": map[string]any{
			"case_no": "000000000000000000000000040001", "owner": "Agent Two", "priority": "High",
		}},
	},
	"move-from-http/after": {outputs: map[string]any{"ticket": moved}},
	// TestCLIMoveFromHTTP runs it: it needs another provider.
	"move-from-http/before": {},
}

const auditTable = `VERDICT  STATE        OWNER        DUE         TICKET
dead     -            -            -           exceptions.yaml:6  https://service.besclouds.com/case/c6m8demo000000000404  (HTTP 404, resCode 405230004: 工单不存在)
no link  -            -            -           exceptions.yaml:8  ticket: ask the service desk  (no case id in this line)
no link  -            -            -           servers.tfvars:3  lobby-display = { ticket = "https://service.besclouds.com/case/c6m8demo00000000002" }  (no case id in this line)
overdue  Pending      Agent Two    2026-03-01  servers.tfvars:2  https://service.besclouds.com/case/c6m8demo000000000003
closed   Completed    Agent Two    2026-09-15  exceptions.yaml:4  https://service.besclouds.com/case/c6m8demo000000000002
foreign  -            -            -           docs/phones.md:6  https://tickets.example.com/case/c6m8demo000000000001
alive    Processing   Agent Two    2099-12-31  docs/phones.md:3  https://service.besclouds.com/case/c6m8demo000000000001
alive    Processing   Agent Two    2099-12-31  docs/phones.md:4  https://service.besclouds.com/console#/case/c6m8demo000000000001
`

var moved = map[string]any{
	"id": aicctest.OpenID, "case_no": "000000000000000000000000040001", "title": "Roll out the new phone menu",
	"state": "Processing", "due_date": "2099-12-31T18:00:00+08:00", "external_no": "CHG-0001", "owner": "Agent Two",
}

// needs skips a test where the command is older than the given minor versions.
// Nothing else skips a test.
func needs(t *testing.T, cli *tftest.CLI, terraform, tofu int) {
	t.Helper()
	if !cli.AtLeast(terraform, tofu) {
		t.Skipf("needs Terraform 1.%d or OpenTofu 1.%d, and this is %v", terraform, tofu, cli.Version)
	}
}

// in prepares a command in a copy of a folder under examples/.
func in(t testing.TB, folder, url string) *tftest.CLI {
	t.Helper()
	cli := tftest.NewCLI(t, url)
	if err := os.CopyFS(cli.Dir, os.DirFS(filepath.FromSlash(folder))); err != nil {
		t.Fatal(err)
	}
	return cli
}

// offline takes away what says where an AICC is.
func offline(cli *tftest.CLI) {
	cli.Env = slices.DeleteFunc(cli.Env, func(variable string) bool { return strings.HasPrefix(variable, "AICC_") })
}

// words is a text without the frames and line breaks that the command puts into
// it.
func words(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(text)), " ")
}

// messages returns what a person reads as the errors of a run: everything from
// the first on, without the lines of the configuration.
func messages(result tftest.Result) []string {
	var texts []string
	for _, part := range strings.Split(result.Output(), "Error: ")[1:] {
		// The warning about the overridden provider stands behind the errors.
		part, _, _ = strings.Cut(part, "Warning: ")
		texts = append(texts, words(part))
	}
	return texts
}

// outputs returns the values of a state's outputs.
func outputs(t *testing.T, cli *tftest.CLI) map[string]any {
	t.Helper()
	var found map[string]struct{ Value any }
	if err := json.Unmarshal([]byte(cli.MustRun(t, "output", "-json").Stdout), &found); err != nil {
		t.Fatal(err)
	}
	values := make(map[string]any, len(found))
	for name, output := range found {
		values[name] = output.Value
	}
	return values
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// foldersWith returns the folders under examples/ that hold files of a name.
func foldersWith(t *testing.T, pattern string) []string {
	t.Helper()
	folders := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if match, _ := filepath.Match(pattern, entry.Name()); match {
			folders[filepath.ToSlash(filepath.Dir(path))] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(folders))
}

func TestCLIExamples(t *testing.T) {
	t.Parallel()
	if found, listed := foldersWith(t, "*.tf"), slices.Sorted(maps.Keys(configurations)); !slices.Equal(found, listed) {
		t.Errorf("the folders with a configuration are %q, and the test knows %q", found, listed)
	}
	url := aicctest.New().Start(t)
	for folder, want := range configurations {
		if folder == "move-from-http/before" {
			continue
		}
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			cli := in(t, folder, url)
			needs(t, cli, want.terraform, want.tofu)
			plan := append([]string{"plan", "-detailed-exitcode"}, want.variables...)
			cli.MustRun(t, append([]string{"apply", "-auto-approve"}, want.variables...)...)
			got := outputs(t, cli)
			for name, value := range want.outputs {
				if asJSON(t, got[name]) != asJSON(t, value) {
					t.Errorf("output %s is %s, want %s", name, asJSON(t, got[name]), asJSON(t, value))
				}
			}
			again := cli.MustRun(t, plan...)
			said := words(again.Output())
			for _, warning := range want.warnings {
				if !strings.Contains(said, warning) {
					t.Errorf("there is no warning %q in:\n%s", warning, again.Output())
				}
			}
			if got := strings.Count(said, "Check block assertion failed"); got != len(want.warnings) {
				t.Errorf("%d checks failed, want %d:\n%s", got, len(want.warnings), again.Output())
			}
		})
	}
}

func TestCLIFormat(t *testing.T) {
	t.Parallel()
	cli := in(t, ".", "")
	if got := cli.Run(t, "fmt", "-check", "-diff", "-recursive"); got.ExitCode != 0 {
		t.Errorf("not formatted:\n%s", got.Output())
	}
}

// TestCLIExampleTests runs the tests that the examples bring along: all of them
// with the stand-in, and those for people without an AICC with nothing at all.
func TestCLIExampleTests(t *testing.T) {
	t.Parallel()
	type suite struct {
		terraform, tofu int
		runs            int
		offline         string
		offlineRuns     int
	}
	suites := map[string]suite{
		"ticket-gate": {10, 11, 9, "tests/offline.tftest.hcl", 6},
		"audit":       {8, 8, 7, "tests/mock.tftest.hcl", 5},
		"case-tags":   {8, 8, 5, "tests/mock.tftest.hcl", 3},
	}
	for _, folder := range foldersWith(t, "*.tftest.hcl") {
		if _, ok := suites[strings.TrimSuffix(folder, "/tests")]; !ok {
			t.Errorf("the tests in %s are not run", folder)
		}
	}
	passed := regexp.MustCompile(`Success! (\d+) passed, 0 failed\.`)
	for folder, want := range suites {
		for _, alone := range []bool{false, true} {
			name, runs := folder+"/with the stand-in", want.runs
			if alone {
				name, runs = folder+"/offline", want.offlineRuns
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				standin := aicctest.New()
				cli := in(t, folder, standin.Start(t))
				needs(t, cli, want.terraform, want.tofu)
				args := []string{"test"}
				if alone {
					offline(cli)
					args = append(args, "-filter="+want.offline)
				}
				result := cli.MustRun(t, args...)
				if got := passed.FindStringSubmatch(result.Stdout); got == nil || got[1] != asJSON(t, runs) {
					t.Errorf("want %d runs to pass:\n%s", runs, result.Output())
				}
				if asked := len(standin.Requests()) > 0; asked == alone {
					t.Errorf("AICC was asked: %v", asked)
				}
			})
		}
	}
}

const (
	changeCase = "A change needs a case that is Processing or Pending. " +
		"Have the case reopened in AICC, or set ticket to the case that this change belongs to."
	changeDueDate = "A change needs a case whose due date is ahead. " +
		"Have the due date changed in AICC, or set ticket to the case that this change belongs to."
)

// TestCLITicketGate opens the gate once, and closes it for each reason with the
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
		// want holds the end of each error, the first of which is that of the gate.
		want []string
	}{
		"open": {ticket: link(aicctest.OpenID)},
		"another page": {
			ticket: "https://SERVICE.besclouds.com/console/#/workbench?tab=case&caseId=" + aicctest.OpenID,
		},
		"completed and overdue": {link(aicctest.CompletedID), []string{
			`Case 000000000000000000000000040002, "Swap the lobby telephone", is Completed. ` + changeCase,
			`Case 000000000000000000000000040002, "Swap the lobby telephone", was due on 2026-09-15T18:00:00+08:00. ` + changeDueDate,
		}},
		"overdue": {link(aicctest.OverdueID), []string{
			`Case 000000000000000000000000040003, "Clean up unused queues", was due on 2026-03-01T18:00:00+08:00. ` + changeDueDate,
		}},
		"without a due date": {link(withoutDueDate), []string{
			`Case 21, "No hurry", has no due date. ` + changeDueDate,
		}},
		"without anything": {link(withoutAnything), []string{
			`Case ` + withoutAnything + `, "without a title", is in no state. ` + changeCase,
			`Case ` + withoutAnything + `, "without a title", has no due date. ` + changeDueDate,
		}},
		"unknown": {link(aicctest.UnknownID), []string{
			"AICC answered, but not with a case. Check the ID: it may be mistyped, of another tenant, or of a case that was deleted. " +
				"AICC does not document how it answers for a case that does not exist, so read its own message below, if there is one. " +
				"Case: " + aicctest.UnknownID + " HTTP status: 404 resCode: 405230004 AICC says: 工单不存在",
		}},
		"another site": {"https://tickets.example.com/case/" + aicctest.OpenID, []string{
			"ticket must be a case at service.besclouds.com. This was checked by the validation rule at variables.tf:10,3-13.",
		}},
		"no link": {aicctest.OpenID, []string{
			"ticket must be a link to one AICC case: https://…, with one part that looks like a case id, which is 20 letters and digits. " +
				"This was checked by the validation rule at variables.tf:5,3-13.",
		}},
		"link to no case": {"https://service.besclouds.com/cases", []string{
			"ticket must be a link to one AICC case: https://…, with one part that looks like a case id, which is 20 letters and digits. " +
				"This was checked by the validation rule at variables.tf:5,3-13.",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := in(t, "ticket-gate", url)
			needs(t, cli, 10, 11)
			result := cli.Run(t, "apply", "-auto-approve", "-var=ticket="+test.ticket)
			got := messages(result)
			if len(got) != len(test.want) || (result.ExitCode != 0) != (len(test.want) > 0) {
				t.Fatalf("exit code %d, want %d errors:\n%s", result.ExitCode, len(test.want), result.Output())
			}
			for i, want := range test.want {
				if !strings.HasSuffix(got[i], " "+want) {
					t.Errorf("the error is\n%q\nwant at its end\n%q", got[i], want)
				}
			}
			_, missing := os.Stat(filepath.Join(cli.Dir, "terraform.tfstate"))
			if applied := missing == nil; applied == (len(test.want) > 0) {
				t.Errorf("something was applied: %v", applied)
			}
		})
	}
}

// TestCLITicketGateAtApply changes the case between the plan and its apply.
func TestCLITicketGateAtApply(t *testing.T) {
	t.Parallel()
	closed := "The case changed after the plan was made: " + link(aicctest.OpenID) + " " +
		"It is no longer Processing or Pending, or its due date has passed. Look at the case, then plan again."
	for name, test := range map[string]struct {
		change map[string]any
		want   string
	}{
		"nothing":          {nil, ""},
		"to another state": {map[string]any{"state": "Pending"}, ""},
		"completed":        {map[string]any{"state": "Completed"}, closed},
		"due date passed":  {map[string]any{"dueDate": "2026-01-01 00:00:00"}, closed},
		"due date gone":    {map[string]any{"dueDate": nil}, closed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standin := aicctest.New()
			cli := in(t, "ticket-gate", standin.Start(t))
			needs(t, cli, 10, 11)
			cli.MustRun(t, "plan", "-out=gate.tfplan", "-var=ticket="+link(aicctest.OpenID))
			standin.ChangeCase(aicctest.OpenID, test.change)
			result := cli.Run(t, "apply", "gate.tfplan")
			if test.want == "" {
				if result.ExitCode != 0 {
					t.Errorf("the gate is closed:\n%s", result.Output())
				}
				return
			}
			got := messages(result)
			if result.ExitCode == 0 || len(got) != 1 || !strings.HasSuffix(got[0], " "+test.want) {
				t.Errorf("exit code %d:\n%s\nwant one error that ends with\n%s", result.ExitCode, result.Output(), test.want)
			}
			if state := cli.MustRun(t, "state", "list").Stdout; strings.Contains(state, "terraform_data.change") {
				t.Errorf("the change was made nevertheless:\n%s", state)
			}
		})
	}
}

// TestCLITicketGateDestroy holds what the guide admits: nothing stops a destroy.
func TestCLITicketGateDestroy(t *testing.T) {
	t.Parallel()
	standin := aicctest.New()
	cli := in(t, "ticket-gate", standin.Start(t))
	needs(t, cli, 10, 11)
	ticket := "-var=ticket=" + link(aicctest.OpenID)
	cli.MustRun(t, "apply", "-auto-approve", ticket)
	standin.ChangeCase(aicctest.OpenID, map[string]any{"state": "Completed"})
	if result := cli.Run(t, "plan", ticket); result.ExitCode != 1 {
		t.Errorf("exit code %d, want the gate closed:\n%s", result.ExitCode, result.Output())
	}
	if result := cli.Run(t, "destroy", "-auto-approve", ticket); result.ExitCode != 0 {
		t.Errorf("the guide says that the gate does not stop a destroy:\n%s", result.Output())
	}
}

// TestCLITicketGateState looks for the customer in what the gate leaves behind.
func TestCLITicketGateState(t *testing.T) {
	t.Parallel()
	cli := in(t, "ticket-gate", aicctest.New().Start(t))
	needs(t, cli, 10, 11)
	cli.MustRun(t, "plan", "-out=gate.tfplan", "-var=ticket="+link(aicctest.OpenID))
	plan := cli.MustRun(t, "show", "-json", "gate.tfplan").Stdout
	cli.MustRun(t, "apply", "gate.tfplan")
	state, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"plan": plan, "state": string(state)} {
		for _, personal := range []string{"Example Customer", "customer@example.com", "555-01", "Example Street"} {
			if strings.Contains(text, personal) {
				t.Errorf("%q stands in the %s", personal, where)
			}
		}
		if !strings.Contains(text, "Roll out the new phone menu") {
			t.Errorf("the case does not stand in the %s", where)
		}
	}
}

// conftest returns the path of conftest. Without it the test is skipped; it fails
// instead where CI or AICC_REQUIRE_CLI is set.
func conftest(t *testing.T) string { return tool(t, "AICC_CONFTEST", "conftest") }

func tool(t *testing.T, variable, name string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		path, _ = exec.LookPath(name)
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	message := "there is no " + name + ": " + variable + " does not name it; make test builds one"
	if os.Getenv("CI") != "" || os.Getenv("AICC_REQUIRE_CLI") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// TestCLIPolicyTests runs the tests that the policy brings along.
func TestCLIPolicyTests(t *testing.T) {
	t.Parallel()
	path := conftest(t)
	for _, args := range [][]string{
		{"verify", "--no-color", "--policy", "ticket-gate/policy"},
		{"fmt", "--check", "ticket-gate/policy"},
	} {
		output, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
		if err != nil {
			t.Errorf("%q: %v\n%s", args, err, output)
		}
		if args[0] == "verify" && !regexp.MustCompile(`(\d\d) tests, (\d\d) passed, 0 warnings, 0 failures`).Match(output) {
			t.Errorf("not all tests ran:\n%s", output)
		}
	}
}

// TestCLIPolicy runs the step of the pipeline on the gate as it is, and on what
// somebody may have made of it.
func TestCLIPolicy(t *testing.T) {
	t.Parallel()
	path := conftest(t)
	standin := aicctest.New()
	url := standin.Start(t)

	const notRead = `The plan has not read the ticket. Have data "aicc_case" read the case that the pull request names.`
	conditions := regexp.MustCompile(`(?s)\n  lifecycle \{.*?\n  \}`)
	for name, test := range map[string]struct {
		ticket string
		// edit is what the author makes of main.tf.
		edit func(main string) string
		want []string
	}{
		"as it is": {ticket: link(aicctest.OpenID)},
		"without conditions": {
			link(aicctest.CompletedID),
			func(main string) string { return conditions.ReplaceAllString(main, "") },
			[]string{
				"Case " + aicctest.CompletedID + " is Completed, and not Pending or Processing.",
				"Case " + aicctest.CompletedID + " has no due date ahead: 2026-09-15T18:00:00+08:00.",
			},
		},
		"without the gate": {
			link(aicctest.OpenID),
			func(main string) string {
				return main[:strings.Index(main, "# The gate at plan")] +
					"resource \"terraform_data\" \"change\" {}\n\ndata \"aicc_case\" \"ticket\" {\n  count = 0\n  id = \"x\"\n}\n"
			},
			[]string{notRead},
		},
		"another ticket": {
			link(aicctest.CompletedID),
			func(main string) string {
				return strings.Replace(main, "provider::aicc::parse_case_link(var.ticket).id", `"`+aicctest.OpenID+`"`, 1)
			},
			[]string{notRead},
		},
		"another site": {
			link(aicctest.OpenID),
			func(main string) string { return main + "\nprovider \"aicc\" {\n  domain = \"" + url + "\"\n}\n" },
			[]string{"The configuration sets domain of the provider aicc, which is for the pipeline to say."},
		},
		"no ticket": {ticket: "", want: []string{"The pipeline names no ticket, or something that is no link."}},
		"no link":   {ticket: `x","ticket":"y`, want: []string{"The pipeline names no ticket, or something that is no link."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := in(t, "ticket-gate", url)
			needs(t, cli, 10, 11)
			if test.edit != nil {
				before, err := os.ReadFile(filepath.Join(cli.Dir, "main.tf"))
				if err != nil {
					t.Fatal(err)
				}
				after := test.edit(string(before))
				if after == string(before) {
					t.Fatal("the edit changed nothing")
				}
				cli.Write(t, "main.tf", after)
				if !strings.Contains(after, "include_contact") {
					cli.Write(t, "outputs.tf", "")
				}
			}
			// conftest would read this, and then find no rule to check.
			cli.Write(t, "conftest.toml", "namespace = \"nothing\"\n")
			check := exec.CommandContext(t.Context(), "policy/check.sh", test.ticket)
			check.Dir = cli.Dir
			check.Env = append(cli.Env, "TERRAFORM="+tftest.FindCLI(t), "CONFTEST="+path)
			output, err := check.CombinedOutput()
			if (err == nil) != (test.want == nil) {
				t.Fatalf("%v, want %q:\n%s", err, test.want, output)
			}
			for _, want := range test.want {
				if !strings.Contains(string(output), want) {
					t.Errorf("no word of %q:\n%s", want, output)
				}
			}
			if denied := strings.Count(string(output), "FAIL - "); test.want != nil && denied > 0 && denied != len(test.want) {
				t.Errorf("denied for %d reasons, want %q:\n%s", denied, test.want, output)
			}
		})
	}
}

// TestWorkflow runs the command that takes the ticket out of the description of a
// pull request.
func TestWorkflow(t *testing.T) {
	t.Parallel()
	workflow, err := os.ReadFile("ticket-gate/github-actions.yml")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^ *(ticket=.*)$`).FindSubmatch(workflow)
	if command == nil {
		t.Fatal("the workflow looks for no ticket")
	}
	for description, want := range map[string]string{
		"Ticket: " + link(aicctest.OpenID):                                            link(aicctest.OpenID),
		"Why\r\n\r\nTicket:" + link(aicctest.OpenID) + "\r\nTicket: https://b\r\n":    link(aicctest.OpenID),
		"Ticket: https://a.example.com/#/x?y=z&c=1 (the second one)":                  "https://a.example.com/#/x?y=z&c=1",
		"See https://service.besclouds.com/case/1, and Ticket: https://b.example.com": "",
		"Ticket: $(exit 3)": "",
		"":                  "",
	} {
		run := exec.CommandContext(t.Context(), "sh", "-eu", "-c", string(command[1])+`; printf %s "$ticket"`)
		run.Env = []string{"PATH=" + os.Getenv("PATH"), "DESCRIPTION=" + description}
		if output, err := run.CombinedOutput(); err != nil || string(output) != want {
			t.Errorf("%q: %q, %v, want %q", description, output, err, want)
		}
	}
}

// TestCLICaseTags changes a case under its tags.
func TestCLICaseTags(t *testing.T) {
	t.Parallel()
	standin := aicctest.New()
	cli := in(t, "case-tags", standin.Start(t))
	variable := "-var=case_id=" + aicctest.OpenID
	tags := func() string {
		var state struct {
			Resources []struct {
				Name      string
				Instances []struct {
					Attributes struct {
						Output struct{ Value json.RawMessage }
					}
				}
			}
		}
		text, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
		if err == nil {
			err = json.Unmarshal(text, &state)
		}
		if err != nil {
			t.Fatal(err)
		}
		var server struct{ Tags map[string]string }
		for _, resource := range state.Resources {
			if resource.Name == "server" {
				if err := json.Unmarshal(resource.Instances[0].Attributes.Output.Value, &server); err != nil {
					t.Fatal(err)
				}
			}
		}
		return server.Tags["case"] + " " + server.Tags["case-owner"] + " " + server.Tags["case-priority"]
	}
	expect := func(want string) {
		t.Helper()
		if got := tags(); got != want {
			t.Errorf("the tags are %q, want %q", got, want)
		}
	}
	cli.MustRun(t, "apply", "-auto-approve", variable)
	expect("000000000000000000000000040001 Agent Two High")

	standin.ChangeCase(aicctest.OpenID, map[string]any{"ownerId": "10gg000000AgentTri03", "ownerName": "Agent Three"})
	handedOver := cli.MustRun(t, "apply", "-auto-approve", variable)
	expect("000000000000000000000000040001 Agent Two High")
	for _, want := range []string{
		"0 added, 0 changed, 0 destroyed",
		`~ owner = "Agent Two" -> "Agent Three"`,
		"Case 000000000000000000000000040001 changed hands, and the tags stay as they are: they name Agent Two, AICC names Agent Three. " +
			"To have the tags name the new owner, run: terraform apply -replace=terraform_data.owner",
	} {
		if !strings.Contains(words(handedOver.Output()), want) {
			t.Errorf("no word of %q:\n%s", want, handedOver.Output())
		}
	}

	replaced := cli.MustRun(t, "apply", "-auto-approve", "-replace=terraform_data.owner", variable)
	expect("000000000000000000000000040001 Agent Three High")
	if strings.Contains(replaced.Output(), "changed hands") {
		t.Errorf("it still says that the case changed hands:\n%s", replaced.Output())
	}

	standin.ChangeCase(aicctest.OpenID, map[string]any{"priority": "Critical"})
	followed := cli.MustRun(t, "apply", "-auto-approve", variable)
	expect("000000000000000000000000040001 Agent Three Critical")
	if want := `~ priority = "High" -> "Critical"`; !strings.Contains(words(followed.Output()), want) {
		t.Errorf("no word of %q:\n%s", want, followed.Output())
	}

	cli.MustRun(t, "apply", "-auto-approve", "-var=case_id="+aicctest.CompletedID)
	expect("000000000000000000000000040002 Agent Two Low")
}

// withHTTP has the command find the provider http beside aicc.
func withHTTP(t *testing.T, cli *tftest.CLI, provider string) {
	t.Helper()
	var config string
	for _, variable := range cli.Env {
		if path, ok := strings.CutPrefix(variable, "TF_CLI_CONFIG_FILE="); ok {
			config = path
		}
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	const start = "  dev_overrides {\n"
	more := start
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		more += fmt.Sprintf("    %q = %q\n", host+"/hashicorp/http", filepath.Dir(provider))
	}
	if err := os.WriteFile(config, []byte(strings.Replace(string(text), start, more, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCLIMoveFromHTTP reads the same case in the old way and in the new one.
func TestCLIMoveFromHTTP(t *testing.T) {
	t.Parallel()
	provider := tool(t, "AICC_HTTP_PROVIDER", "terraform-provider-http")
	url := aicctest.New().Start(t)
	before, after := in(t, "move-from-http/before", url), in(t, "move-from-http/after", url)
	withHTTP(t, before, provider)

	before.MustRun(t, "apply", "-auto-approve", "-var=domain="+url, "-var=token="+aicctest.Token)
	after.MustRun(t, "apply", "-auto-approve")
	old, renewed := asJSON(t, outputs(t, before)), asJSON(t, outputs(t, after))
	if want := asJSON(t, map[string]any{"ticket": moved}); old != want || renewed != want {
		t.Errorf("the old way says\n%s\nthe new one\n%s\nwant\n%s", old, renewed, want)
	}
	// The move itself: the old state, the new configuration, no change to see.
	moving := in(t, "move-from-http/after", url)
	withHTTP(t, moving, provider)
	state, err := os.ReadFile(filepath.Join(before.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	moving.Write(t, "terraform.tfstate", string(state))
	if result := moving.Run(t, "plan", "-detailed-exitcode"); result.ExitCode != 0 {
		t.Errorf("the move changes something:\n%s", result.Output())
	}

	// The guide says what the old way leaves in the state, and the new one does not.
	for _, secret := range []string{aicctest.Token, "customer@example.com"} {
		for way, cli := range map[string]*tftest.CLI{"old": before, "new": after} {
			state, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
			if err != nil {
				t.Fatal(err)
			}
			if stands := strings.Contains(string(state), secret); stands != (way == "old") {
				t.Errorf("%q in the state of the %s way: %v", secret, way, stands)
			}
		}
	}

	// It also says where the token goes when AICC is moved.
	mover, thief := aicctest.New(), aicctest.New()
	mover.Always(aicctest.Redirect(strings.Replace(thief.Start(t), "127.0.0.1", "localhost", 1) + aicctest.CasePath + aicctest.OpenID))
	url = mover.Start(t)
	stolen := func() bool {
		defer thief.Forget()
		return slices.ContainsFunc(thief.Requests(), func(r aicctest.Request) bool { return r.Header.Get("access-token") == aicctest.Token })
	}
	_ = before.Run(t, "plan", "-var=domain="+url, "-var=token="+aicctest.Token)
	if !stolen() {
		t.Error("the old way did not take the token to another host")
	}
	after.Env = append(after.Env, "AICC_DOMAIN="+url)
	if result := after.Run(t, "plan"); result.ExitCode == 0 || stolen() {
		t.Errorf("the new way followed a redirect:\n%s", result.Output())
	}
}
