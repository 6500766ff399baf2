// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"regexp"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// TestCLICompatibility runs each feature on whatever version the command has:
// where it is too old it must say so in its own words, and all else must work.
func TestCLICompatibility(t *testing.T) {
	t.Parallel()
	for name, feature := range map[string]struct {
		config            string
		terraform, tofu   int
		reads             int
		works, unknownYet string
	}{
		"data source": {
			config: `data "aicc_case" "this" {
  id = "` + aicctest.OpenID + `"
}

output "it" {
  value = "${data.aicc_case.this.state} since ${nonsensitive(data.aicc_case.this.trace[0].type)}"
}
`,
			reads: 1,
			works: `it = "Processing since CreateCase"`,
		},
		"many cases": {
			config: `data "aicc_cases" "these" {
  ids = ["` + aicctest.OpenID + `"]
}

output "it" {
  value = data.aicc_cases.these.cases["` + aicctest.OpenID + `"].state
}
`,
			reads: 1,
			works: `it = "Processing"`,
		},
		"function": {
			config: `output "it" {
  value = provider::aicc::parse_case_link("https://aicc.example.com/` + aicctest.OpenID + `").id
}
`,
			terraform: 8, tofu: 7,
			works:      `it = "` + aicctest.OpenID + `"`,
			unknownYet: `(?s)Error: .*provider::aicc::parse_case_link`,
		},
		"ephemeral resource": {
			config: `ephemeral "aicc_case" "this" {
  id = "` + aicctest.OpenID + `"
  lifecycle {
    postcondition {
      condition     = self.state == "Processing"
      error_message = "The case is not open."
    }
  }
}

output "it" {
  value = "opened"
}
`,
			terraform: 10, tofu: 11,
			reads:      1,
			works:      `it = "opened"`,
			unknownYet: `Error: Unsupported block type(?s:.*)Blocks of type "ephemeral" are not expected here`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			cli := tftest.NewCLI(t, site.Start(t))
			cli.Write(t, "main.tf", requiredProviders+feature.config)
			plan := cli.Run(t, "plan", "-input=false")
			reads := len(site.Requests())
			if cli.AtLeast(feature.terraform, feature.tofu) {
				if plan.ExitCode != 0 || reads != feature.reads || !regexp.MustCompile(`\+ `+feature.works).MatchString(plan.Output()) {
					t.Errorf("plan ended with %d after %d reads:\n%s", plan.ExitCode, reads, plan.Output())
				}
				return
			}
			if plan.ExitCode != 1 || reads != 0 || !regexp.MustCompile(feature.unknownYet).MatchString(plan.Output()) {
				t.Errorf("plan ended with %d after %d reads:\n%s", plan.ExitCode, reads, plan.Output())
			}
		})
	}
}
