// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// guardedBy returns the gate of the guide "Personal data" that has the given text
// in it, ready to run against a site of its own.
func guardedBy(t *testing.T, text string) (*aicctest.AICC, *tftest.CLI, string) {
	t.Helper()
	needs(t, 10, 11)
	site := aicctest.New()
	cli := tftest.NewCLI(t, site.Start(t))
	gate := guideBlock(t, "terraform", text)
	cli.Write(t, "main.tf", gate)
	return site, cli, gate
}

// shut has the case leave the open states.
func shut(site *aicctest.AICC) {
	site.ChangeCase(aicctest.OpenID, map[string]any{"state": "Completed"})
}

// replaced is strings.Replace for a text that has to be there.
func replaced(t *testing.T, text, from, to string) string {
	t.Helper()
	if !strings.Contains(text, from) {
		t.Fatalf("%q is not in\n%s", from, text)
	}
	return strings.ReplaceAll(text, from, to)
}

// openCase is what the message of the gate says before it says what to do.
const openCase = "Case " + aicctest.OpenID + " must be in one of the states Processing, Pending."

// stopped holds a failed command against the message of the gate.
func stopped(t *testing.T, result tftest.Result, summary string) {
	t.Helper()
	const message = openCase + " Look it up in AICC."
	output := result.Output()
	if result.ExitCode != 1 || !words("Error: "+summary).MatchString(output) || !words(message).MatchString(output) {
		t.Errorf("exit code %d, want 1 with %q\n%s", result.ExitCode, message, output)
	}
	if strings.Contains(output, "Completed") {
		t.Errorf("the state of the case is shown\n%s", output)
	}
}

func changed(t *testing.T, cli *tftest.CLI) bool {
	t.Helper()
	return strings.Contains(cli.Run(t, "state", "list").Stdout, "terraform_data.change")
}

// TestCLIGate runs both gates of the guide "Personal data": open, shut at plan,
// and shut between a saved plan and its apply.
func TestCLIGate(t *testing.T) {
	t.Parallel()
	for name, summary := range map[string]string{"postcondition": "Resource postcondition failed", "precondition": "Resource precondition failed"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, cli, gate := guardedBy(t, name+" {")

			cli.MustRun(t, "plan", "-out=saved.tfplan")
			shut(site)
			stopped(t, cli.Run(t, "apply", "saved.tfplan"), summary)
			if n := len(site.Requests()); n != 2 {
				t.Errorf("%d requests, want one at plan and one at apply", n)
			}
			if changed(t, cli) {
				t.Error("the change was made although the gate was shut")
			}

			result := cli.Run(t, "plan")
			stopped(t, result, summary)
			if name == "postcondition" && !words(guideBlock(t, "text", "Error: ")).MatchString(result.Output()) {
				t.Errorf("the guide shows something else than\n%s", result.Output())
			}
			stopped(t, cli.Run(t, "plan", "-json"), summary)

			// A message that says what the case says is not shown, and stops all the same.
			state := "self.state"
			if name == "precondition" {
				state = "ephemeral.aicc_case.change.state"
			}
			cli.Write(t, "main.tf", replaced(t, gate, "Look it up in AICC.", "It is ${"+state+"}."))
			result = cli.Run(t, "plan")
			for _, want := range []string{
				"Warning: Error message refers to ephemeral values",
				"Error: " + summary,
				"This check failed, but has an invalid error message as described in the other accompanying messages.",
			} {
				if result.ExitCode != 1 || !words(want).MatchString(result.Output()) {
					t.Errorf("exit code %d, want 1 with %q\n%s", result.ExitCode, want, result.Output())
				}
			}
			if strings.Contains(result.Output(), "Completed") || words(openCase).MatchString(result.Output()) {
				t.Errorf("the message is shown\n%s", result.Output())
			}

			cli.Write(t, "main.tf", gate)
			site.ChangeCase(aicctest.OpenID, map[string]any{"state": "Pending"})
			cli.MustRun(t, "plan", "-out=saved.tfplan")
			cli.MustRun(t, "apply", "saved.tfplan")
			if !changed(t, cli) {
				t.Error("the change was not made although the gate was open")
			}
			if result := cli.MustRun(t, "plan", "-detailed-exitcode"); !words("No changes.").MatchString(result.Stdout) {
				t.Errorf("the second plan is not empty\n%s", result.Output())
			}
		})
	}
}

// TestCLIGateDependsOn shows why the guide asks for depends_on: without it, the
// change is made although the gate is shut.
func TestCLIGateDependsOn(t *testing.T) {
	t.Parallel()
	site, cli, gate := guardedBy(t, "postcondition {")
	cli.Write(t, "main.tf", replaced(t, gate, "depends_on = [ephemeral.aicc_case.change]", ""))
	cli.MustRun(t, "plan", "-out=saved.tfplan")
	shut(site)
	site.Forget()
	result := cli.Run(t, "apply", "saved.tfplan")
	if !changed(t, cli) {
		t.Errorf("the change was not made; the guide says that it is\n%s", result.Output())
	}
	if read := len(site.Requests()) == 1; read == cli.IsTofu {
		t.Errorf("the case was read: %v; the guide says that only Terraform reads it", read)
	}
}

// TestCLIEphemeralReferences has Terraform refuse what would store a value of the
// ephemeral resource.
func TestCLIEphemeralReferences(t *testing.T) {
	t.Parallel()
	_, cli, gate := guardedBy(t, "precondition {")
	for _, reference := range []string{
		"output \"title\" {\n  value = ephemeral.aicc_case.change.title\n}\n",
		"resource \"terraform_data\" \"copy\" {\n  input = ephemeral.aicc_case.change.title\n}\n",
	} {
		cli.Write(t, "main.tf", gate+reference)
		result := cli.Run(t, "plan")
		if result.ExitCode != 1 || !strings.Contains(strings.ToLower(result.Output()), "ephemeral") || strings.Contains(result.Output(), "Roll out") {
			t.Errorf("exit code %d\n%s", result.ExitCode, result.Output())
		}
	}
}
