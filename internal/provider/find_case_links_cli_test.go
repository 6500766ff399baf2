// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestCLIFindCaseLinks calls the function with a text, with one that is known only
// at apply, and with null.
func TestCLIFindCaseLinks(t *testing.T) {
	t.Parallel()
	needs(t, 8, 7)
	const link = "https://AICC.example.com:8443/console/#/case/" + aicctest.OpenID
	output := func(argument string) string {
		return "variable \"text\" {\n  type = string\n}\noutput \"found\" {\n  value = provider::aicc::find_case_links(" + argument + ")\n}\n"
	}
	text := config.Variables{"text": config.StringVariable("Tickets:\r\n- [first](" + link + ")")}
	found := []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("found", knownvalue.ListExact([]knownvalue.Check{
		knownvalue.ObjectExact(map[string]knownvalue.Check{
			"link": exactly(link), "domain": exactly("aicc.example.com:8443"), "id": exactly(aicctest.OpenID), "line": knownvalue.Int64Exact(2),
		}),
	}))}
	runSteps(
		t,
		resource.TestStep{Config: output("null"), ConfigVariables: text, ExpectError: words("argument must not be null"), PlanOnly: true},
		resource.TestStep{Config: output("var.text"), ConfigVariables: text, ConfigStateChecks: found},
		resource.TestStep{
			Config:          output("terraform_data.late.output") + "resource \"terraform_data\" \"late\" {\n  input = var.text\n}\n",
			ConfigVariables: text,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownOutputValue("found"),
			}},
			ConfigStateChecks: found,
		},
	)
}
