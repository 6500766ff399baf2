// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestCLIGate closes an ephemeral gate at plan, and at the apply of a plan that
// was saved while it was open. OpenTofu opens at apply only what something depends
// on, so the gate stands before the resource that it guards.
func TestCLIGate(t *testing.T) {
	t.Parallel()
	gates := map[string]string{
		"postcondition": `
ephemeral "aicc_case" "gate" {
  id = var.ticket
  lifecycle {
    postcondition {
      condition     = self.state == "Processing"
      error_message = "Ticket ${var.ticket} must be in progress."
    }
  }
}

resource "terraform_data" "change" {
  depends_on = [ephemeral.aicc_case.gate]
}
`,
		"precondition": `
ephemeral "aicc_case" "gate" {
  id = var.ticket
}

resource "terraform_data" "change" {
  lifecycle {
    precondition {
      condition     = ephemeral.aicc_case.gate.state == "Processing"
      error_message = "Ticket ${var.ticket} must be in progress."
    }
  }
}
`,
	}
	for name, gate := range gates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			cli := aicctest.NewCLI(t, site.Start(t))
			if !cli.AtLeast(10, 11) {
				t.Skip("ephemeral resources need Terraform 1.10 or OpenTofu 1.11")
			}
			cli.Write(t, "main.tf", requiredProviders+"variable \"ticket\" {\n  default = \""+aicctest.OpenID+"\"\n}\n"+gate)
			closed := func(args ...string) {
				t.Helper()
				result := cli.Run(t, args...)
				if result.ExitCode != 1 || !strings.Contains(result.Stderr, "Ticket c6m8demo000000000001 must be in progress.") {
					t.Errorf("%v: exit code %d\n%s", args, result.ExitCode, result.Output())
				}
			}
			cli.MustRun(t, "plan", "-out=saved.tfplan")
			site.ChangeCase(aicctest.OpenID, map[string]any{"state": "Completed"})
			closed("apply", "saved.tfplan")
			closed("plan")
			site.ChangeCase(aicctest.OpenID, map[string]any{"state": "Processing"})
			cli.MustRun(t, "apply", "-auto-approve")
		})
	}
}
