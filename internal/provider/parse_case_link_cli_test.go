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
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestCLIParseCaseLink calls the function where people do: for an output, for the
// id of a data source, with a value that is known only at apply, and in the
// validation of a variable.
func TestCLIParseCaseLink(t *testing.T) {
	t.Parallel()
	needs(t, 8, 7)
	url := aicctest.New().Start(t)
	const link = "https://AICC.example.com:8443/console/#/case/" + aicctest.OpenID
	output := func(argument string) string {
		return "output \"parsed\" {\n  value = provider::aicc::parse_case_link(" + argument + ")\n}\n"
	}
	parsed := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"domain": exactly("aicc.example.com:8443"),
		"id":     exactly(aicctest.OpenID),
	})
	late := `
		resource "terraform_data" "late" {
			input = "` + link + `"
		}`
	validated := `
		variable "link" {
			type = string
			validation {
				condition     = can(provider::aicc::parse_case_link(var.link))
				error_message = "The link must point to a case."
			}
		}
		` + output("var.link")
	runSteps(
		t,
		resource.TestStep{
			Config: providerBlock(url) + output(`"`+link+`"`) + `
				data "aicc_case" "test" {
					id = provider::aicc::parse_case_link("` + link + `").id
				}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("parsed", parsed),
				statecheck.ExpectKnownValue("data.aicc_case.test", tfjsonpath.New("title"), exactly("Roll out the new phone menu")),
			},
		},
		resource.TestStep{
			Config: late + "\n" + output("terraform_data.late.output"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownOutputValue("parsed"),
			}},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("parsed", parsed)},
		},
		resource.TestStep{Config: output("null"), ExpectError: words("argument must not be null"), PlanOnly: true},
		resource.TestStep{
			Config:      output(`"https://aicc.example.com/cases"`),
			ExpectError: words("Invalid case link: no part of it looks like a case ID: 20 ASCII letters and digits, at least one of each."),
			PlanOnly:    true,
		},
		resource.TestStep{
			Config: validated, ConfigVariables: config.Variables{"link": config.StringVariable(link)},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("parsed", parsed)},
		},
		resource.TestStep{
			Config: validated, ConfigVariables: config.Variables{"link": config.StringVariable("example.com")},
			ExpectError: words("The link must point to a case."), PlanOnly: true,
		},
	)
}
