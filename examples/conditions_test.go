// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// condition is one that the pages or examples show, seen from one thing in it.
type condition struct {
	text, subject string
	// with has what else is in it, as pairs for a strings.Replacer.
	with []string
	// passes and shut are values of the subject, as Terraform writes them.
	passes, shut string
	// wrong are values that it must not let pass; without them, those of nothing.
	wrong []string
}

// nulls are those of a type.
const nulls = `variable "text" {
  type    = string
  default = null
}
variable "flag" {
  type    = bool
  default = null
}
variable "list" {
  type    = list(string)
  default = null
}
`

// nothing is what the attribute of a case should not be. A null without a type is not
// among it: the schema gives each a type, and of the other Terraform 1.16 says neither
// that contains() has it nor that it has not.
var nothing = []string{"var.text", "{}", "[]", "true", "7", `""`, `"soon"`}

// untyped is for conditions that stand it all the same.
var untyped = append([]string{"null"}, nothing...)

const (
	past   = `"2020-01-01T00:00:00Z"`
	future = `"2999-01-01T00:00:00Z"`
	states = `tolist(["Processing", "Pending"])`
)

var conditions = []condition{
	{"local.number != null || try(contains(var.ticket_domains, local.ticket.domain), false)", "local.ticket.domain", []string{"local.number", "tostring(null)", "var.ticket_domains", `tolist(["a.example"])`}, `"a.example"`, `"b.example"`, nothing},
	{"try(contains(var.open_states, self.state), false)", "self.state", []string{"var.open_states", states}, `"Pending"`, `"Completed"`, nil},
	{"try(contains(var.open_states, self.state), false)", "var.open_states", []string{"self.state", `"Pending"`}, `["Pending"]`, "[]", []string{"null", "var.list", "{}", "7", `"Pending"`}},
	{"try(timecmp(self.due_date, plantimestamp()) > 0, false)", "self.due_date", nil, future, past, untyped},
	{"contains(var.open_states, self.state)", "self.state", []string{"var.open_states", states}, `"Pending"`, `"Completed"`, nil},
	{"contains(var.open_states, ephemeral.aicc_case.change.state)", "ephemeral.aicc_case.change.state", []string{"var.open_states", states}, `"Pending"`, `"Completed"`, nil},
	{`ephemeral.aicc_case.ticket.state == "Processing"`, "ephemeral.aicc_case.ticket.state", nil, `"Processing"`, `"Completed"`, untyped},
	{"data.aicc_case.reason.owner_name == terraform_data.owner.output", "data.aicc_case.reason.owner_name", []string{"terraform_data.owner.output", `"Agent Two"`}, `"Agent Two"`, `"Agent One"`, untyped},
	{"length(local.files) > 0", "local.files", nil, `["a"]`, "[]", []string{"null", "var.list", "{}", "7"}},
	{"var.report_only || length(local.failing) == 0", "var.report_only", []string{"local.failing", `["a"]`}, "true", "false", []string{"null", "var.flag", "{}", "7", `"soon"`}},
	{"var.report_only || length(local.failing) == 0", "local.failing", []string{"var.report_only", "false"}, "[]", `["a"]`, []string{"null", "var.list", "7", "true"}},
	{"self.status_code == 200", "self.status_code", nil, "200", "500", untyped},
	{`try(tostring(jsondecode(self.response_body).resCode), "none") == "0"`, "self.response_body", nil, `"{\"resCode\":\"0\"}"`, `"{\"resCode\":\"1\"}"`, append([]string{`"{\"resCode\":null}"`}, untyped...)},
	{`try(flatten([jsondecode(self.response_body).result])[0].caseInfo.id, "none") == var.id`, "self.response_body", []string{"var.id", `"a"`}, `"{\"result\":[{\"caseInfo\":{\"id\":\"a\"}}]}"`, `"{\"result\":[]}"`, untyped},
	{"try(contains(var.open_states, local.answers[i].state), false)", "local.answers[i].state", []string{"var.open_states", states}, `"Pending"`, `"Completed"`, nil},
	{"try(contains(var.open_states, case.state), false)", "case.state", []string{"var.open_states", states}, `"Pending"`, `"Completed"`, nil},
	{"try(contains(var.case_types, case.type), false)", "case.type", []string{"var.case_types", `tolist(["a"])`}, `"a"`, `"b"`, nil},
	{"try(contains(var.owner_ids, case.owner_id), false)", "case.owner_id", []string{"var.owner_ids", `tolist(["a"])`}, `"a"`, `"b"`, nil},
	{"try(timecmp(case.due_date, plantimestamp()) > 0, false)", "case.due_date", nil, future, past, untyped},
	// These say "overdue" and "due soon": without a due date they are false.
	{"try(timecmp(data.aicc_case.change.due_date, plantimestamp()) < 0, false)", "data.aicc_case.change.due_date", nil, past, future, untyped},
	{`try(timecmp(data.aicc_case.change.due_date, timeadd(plantimestamp(), "${24 * var.days}h")) < 0, false)`, "data.aicc_case.change.due_date", []string{"var.days", "3"}, past, future, untyped},
	{"try(timecmp(local.answers[i].due_date, plantimestamp()) < 0, false)", "local.answers[i].due_date", nil, past, future, untyped},
}

var (
	checked = regexp.MustCompile(`(?m)^ *(?:precondition|postcondition|check "\w+" \{\n *assert) \{\n *condition *= (.+[^\[\n])$`)
	tried   = regexp.MustCompile(`try\((?:contains|timecmp)\(.*?, false\)`)
)

// shownConditions returns the conditions of the pages and of the examples.
func shownConditions(t *testing.T) []string {
	t.Helper()
	texts := slices.Collect(maps.Values(pages(t)))
	files := os.DirFS(".")
	err := fs.WalkDir(files, ".", func(name string, _ fs.DirEntry, err error) error {
		if err == nil && path.Ext(name) == ".tf" {
			var text []byte
			text, err = fs.ReadFile(files, name)
			texts = append(texts, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, text := range texts {
		for _, match := range checked.FindAllStringSubmatch(text, -1) {
			found[match[1]] = true
		}
		for _, text := range tried.FindAllString(checked.ReplaceAllString(text, ""), -1) {
			found[text] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// TestCLIConditions holds that no condition lets pass what is null, unknown or of
// another type. All values of all conditions stand in one plan, and what is not known
// before the apply in one apply.
func TestCLIConditions(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, c := range conditions {
		known[c.text] = true
	}
	if shown := shownConditions(t); !slices.Equal(shown, slices.Sorted(maps.Keys(known))) {
		t.Fatalf("the pages and examples show\n%s\nand the test knows\n%s", strings.Join(shown, "\n"), strings.Join(slices.Sorted(maps.Keys(known)), "\n"))
	}
	cli := tftest.NewCLI(t, "")
	needs(t, cli, 5, 6)

	var planned, applied []guard
	for _, c := range conditions {
		if c.wrong == nil {
			c.wrong = nothing
		}
		planned = append(planned, guard{c, c.passes, true})
		for _, value := range append([]string{c.shut}, c.wrong...) {
			planned = append(planned, guard{c, value, false})
		}
		applied = append(applied, guard{c, c.passes, true}, guard{c, c.shut, false})
	}
	// The default of a variable, unlike a literal, is not known to the validation.
	hold(t, cli, planned, "variable \"value\" {\n  default = {\n%s  }\n}\n", "var.value.v%d", "plan")
	hold(t, cli, applied, "resource \"terraform_data\" \"value\" {\n  input = jsonencode({\n%s  })\n}\n", "jsondecode(terraform_data.value.output).v%d", "apply", "-auto-approve")
}

// guard is a condition with a value of its subject.
type guard struct {
	condition
	value  string
	passes bool
}

// An error says by its line which one it is of.
const guardBlock = `resource "terraform_data" "guard%d" {
  lifecycle {
    precondition {
      condition     = %s
      error_message = "shut"
    }
  }
}
`

// hold makes each guard the precondition of a resource of its own, and holds that the
// command stops at those that do not pass, and only there.
func hold(t *testing.T, cli *tftest.CLI, guards []guard, values, reference string, command ...string) {
	t.Helper()
	var list, guarded strings.Builder
	for i, g := range guards {
		subject := fmt.Sprintf(reference, i)
		if strings.HasPrefix(g.value, "var.") {
			subject = g.value
		} else {
			fmt.Fprintf(&list, "    v%d = %s\n", i, g.value)
		}
		with := append([]string{g.subject, subject}, g.with...)
		fmt.Fprintf(&guarded, guardBlock, i, strings.NewReplacer(with...).Replace(g.text))
	}
	cli.Write(t, "nulls.tf", nulls)
	cli.Write(t, "values.tf", fmt.Sprintf(values, list.String()))
	cli.Write(t, "main.tf", guarded.String())
	stopped := map[int]bool{}
	said := cli.Run(t, append(command, "-json")...).Stdout
	for line := range strings.Lines(said) {
		var message struct {
			Diagnostic struct {
				Severity string
				Range    struct {
					Filename string
					Start    struct{ Line int }
				}
			}
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if found := message.Diagnostic; found.Severity == "error" {
			if found.Range.Filename != "main.tf" {
				t.Fatalf("%s fails elsewhere: %s", command[0], line)
			}
			stopped[found.Range.Start.Line/strings.Count(guardBlock, "\n")] = true
		}
	}
	for i, g := range guards {
		if stopped[i] == g.passes {
			t.Errorf("%s: %s passes: %v, with %s for %s", command[0], g.text, !stopped[i], g.value, g.subject)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}
