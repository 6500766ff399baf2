// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestCLIGateConftest holds plans of a gate in the author's own configuration against
// the rule: it passes the one whose case was read at plan time, and none in which the
// author took the gate out.
func TestCLIGateConftest(t *testing.T) {
	t.Parallel()
	conftest := tool(t, "AICC_CONFTEST", "conftest")
	rule, err := filepath.Abs("ticket-gate/gate.rego")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("gate/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	const data = "data \"aicc_case\" \"ticket\" {\n"
	conditions := string(text)[strings.Index(string(text), "\n  lifecycle {"):]
	main := func(pairs ...string) string {
		edited := string(text)
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(edited, pairs[i]) {
				t.Fatalf("%q is not in main.tf", pairs[i])
			}
			edited = strings.Replace(edited, pairs[i], pairs[i+1], 1)
		}
		return edited
	}
	own := aicctest.New()
	url := aicctest.New().Start(t)
	for name, test := range map[string]struct {
		main, ticket string
		passes       bool
	}{
		"open":                {main(), aicctest.OpenID, true},
		"without conditions":  {main(conditions, "\n}\n"), aicctest.CompletedID, false},
		"count = 0":           {main(data, data+"  count = 0\n"), aicctest.OpenID, false},
		"absent":              {"variable \"ticket_domains\" {\n  default = []\n}\n", aicctest.OpenID, false},
		"taken out":           {"resource \"terraform_data\" \"evil\" {}\n", aicctest.OpenID, false},
		"deferred":            {main(data, "resource \"terraform_data\" \"later\" {}\n\n"+data+"  depends_on = [terraform_data.later]\n"), aicctest.OpenID, false},
		"unknown":             {main("  id      = local.ticket.id\n", "  id      = terraform_data.later.output\n", data, "resource \"terraform_data\" \"later\" {\n  input = \""+aicctest.OpenID+"\"\n}\n\n"+data, "local.number != null ||", "true ||"), aicctest.OpenID, false},
		"another site":        {main("provider \"aicc\" {}", "provider \"aicc\" {\n  domain = \""+own.Start(t)+"\"\n}"), aicctest.OpenID, false},
		"an alias of another": {main("provider \"aicc\" {}", "provider \"aicc\" {\n  alias  = \"own\"\n  domain = \""+url+"\"\n}\n", data, data+"  provider = aicc.own\n"), aicctest.OpenID, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := in(t, "gate", url)
			needs(t, cli, 8, 7)
			arguments := []string{"plan", "-out=plan.tfplan", "-var=ticket=" + link(test.ticket)}
			if name == "taken out" {
				// What was read before stays in the prior state.
				cli.MustRun(t, "apply", "-auto-approve", arguments[2])
				arguments = append(arguments, "-target=terraform_data.evil")
			}
			cli.Write(t, "main.tf", test.main)
			if name == "absent" || name == "count = 0" || name == "taken out" {
				cli.Write(t, "outputs.tf", "")
			}
			if name == "absent" || name == "taken out" {
				cli.Write(t, "variables.tf", "variable \"ticket\" {}\n")
			}
			cli.MustRun(t, arguments...)
			cli.Write(t, "plan.json", cli.MustRun(t, "show", "-json", "plan.tfplan").Stdout)
			command := exec.CommandContext(t.Context(), conftest, "test", "--no-color", "-p", rule, "plan.json")
			command.Dir = cli.Dir
			output, err := command.CombinedOutput()
			if (err == nil) != test.passes || test.passes == strings.Contains(string(output), "The ticket gate is closed") {
				t.Errorf("passes: %v\n%s", err == nil, output)
			}
		})
	}
}
