// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

const openNumber = "000000000000000000000000040001"

// TestCLINumber reads a case by its number as people write it, now and where the
// number is known only at apply, and plans nothing more after that.
func TestCLINumber(t *testing.T) {
	t.Parallel()
	needs(t, 4, 6)
	site := aicctest.New()
	block := providerBlock(site.Start(t))
	config := block + `
		resource "terraform_data" "late" {
			input = "40001"
		}
		data "aicc_case" "test" {
			case_no = "40001"
		}
		data "aicc_case" "late" {
			case_no = terraform_data.late.output
		}
		data "aicc_case" "after" {
			case_no    = "40001"
			depends_on = [terraform_data.late]
		}
		output "id" {
			value = data.aicc_case.test.id
		}`
	found := func(address string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), exactly(aicctest.OpenID)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("case_no"), exactly(openNumber)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("title"), exactly("Roll out the new phone menu")),
		}
	}
	refused := func(arguments, text string) resource.TestStep {
		return resource.TestStep{Config: block + "data \"aicc_case\" \"test\" {\n" + arguments + "\n}\n", PlanOnly: true, ExpectError: words(text)}
	}
	runSteps(
		t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("data.aicc_case.late", plancheck.ResourceActionRead),
				plancheck.ExpectUnknownValue("data.aicc_case.late", tfjsonpath.New("id")),
				plancheck.ExpectKnownOutputValue("id", exactly(aicctest.OpenID)),
			}},
			ConfigStateChecks: append(append(found("data.aicc_case.test"), found("data.aicc_case.late")...), found("data.aicc_case.after")...),
		},
		resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
		refused(``, `Neither id nor case_no is set. Set exactly one of them.`),
		refused(`case_no = null`, `Neither id nor case_no is set.`),
		refused("id = \""+aicctest.OpenID+"\"\ncase_no = \"40001\"", `case_no = "40001" Both id and case_no are set`),
		refused(`id = "`+openNumber+`"`, `id, "`+openNumber+`", is refused because this looks like a case number: use case_no of aicc_case`),
		refused(`case_no = "404"`, `case_no = "404" AICC answered that there is no such case (no case has this number).`),
		resource.TestStep{
			PreConfig:   func() { site.ForPath(aicctest.ListPath, site.List(aicctest.IgnoreFilters)) },
			Config:      config,
			ExpectError: words(`case_no = "40001" AICC ignores the filter by case number: it was asked for one case number and listed cases of others.`),
		},
	)
}

// TestCLIEphemeralNumber opens a case by its number.
func TestCLIEphemeralNumber(t *testing.T) {
	t.Parallel()
	needs(t, 10, 11)
	site := aicctest.New()
	reading := func(arguments string) string {
		return providerBlock(site.Start(t)) + `
			ephemeral "aicc_case" "test" {
				` + arguments + `
			}
			provider "echo" {
				data = ephemeral.aicc_case.test
			}
			resource "echo" "test" {}`
	}
	sample := maps.Clone(sampleAttributes)
	sample["case_no"] = "35013"
	runSteps(
		t,
		resource.TestStep{
			Config:      reading(``),
			ExpectError: words(`Neither id nor case_no is set.`),
		},
		resource.TestStep{
			Config:      reading(`case_no = "404"`),
			ExpectError: words(`case_no = "404" AICC answered that there is no such case (no case has this number).`),
		},
		resource.TestStep{
			Config: reading(`case_no = "35013"`),
			ConfigStateChecks: []statecheck.StateCheck{
				holds{"echo.test", []string{"data"}, sample},
			},
		},
	)
}

// TestCLIMisspelt holds that a misspelt argument in a block is refused, which Terraform
// would drop from an object without a word, on every face.
func TestCLIMisspelt(t *testing.T) {
	t.Parallel()
	block := providerBlock(aicctest.New().Start(t))
	refused := func(face, arguments, argument string) resource.TestStep {
		return resource.TestStep{
			Config: block + face + " {\n" + arguments + "\n}\n", PlanOnly: true,
			ExpectError: words(`An argument named "` + argument + `" is not expected here.`),
		}
	}
	id := `id = "` + aicctest.SampleID + "\"\n"
	steps := []resource.TestStep{
		refused(`data "aicc_cases" "test"`, "search {\n type = \"x\"\n typ = \"x\"\n}", "typ"),
		refused(`data "aicc_cases" "test"`, "ids = []\ntimeouts {\n reed = \"1m\"\n}", "reed"),
		refused(`data "aicc_case" "test"`, id+"timeouts {\n reed = \"1m\"\n}", "reed"),
		refused(`data "aicc_case" "test"`, id+"timeouts = { read = \"1m\" }", "timeouts"),
	}
	if tftest.NewCLI(t, "").AtLeast(10, 11) {
		steps = append(steps, refused(`ephemeral "aicc_case" "test"`, id+"timeouts {\n reed = \"1m\"\n}", "reed"))
	}
	runSteps(t, steps...)
}

// TestCLIReport reads by number what is there, what is not and what may not be read,
// and plans nothing more after that.
func TestCLIReport(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	site.ForCase(aicctest.SampleID, aicctest.Reply(403, `{"resCode":"403000001","resMsg":"no right"}`))
	config := providerBlock(site.Start(t)) + `
		data "aicc_cases" "test" {
			case_nos   = ["40001", "00040001", "35013", "404"]
			on_failure = "report"
		}
		output "found" {
			value = { for number in ["40001", "00040001", "35013", "404"] : number => try(
				data.aicc_cases.test.cases[data.aicc_cases.test.ids_by_case_no[number]].case_no,
				data.aicc_cases.test.failed[data.aicc_cases.test.ids_by_case_no[number]].summary,
				data.aicc_cases.test.missing[number],
			) }
		}`
	runSteps(
		t,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("found", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"40001": exactly(openNumber), "00040001": exactly(openNumber),
				"35013": exactly(summaryOf(aicc.Forbidden)), "404": exactly("no case has this number: 成功"),
			}))},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
	)
}

// TestCLISearch searches, with filters that are known and with one that is known
// only at apply, and plans nothing more after that.
func TestCLISearch(t *testing.T) {
	t.Parallel()
	needs(t, 4, 6)
	site := aicctest.New()
	ids := site.AddCases(120, map[string]any{"type": "cvmC000Many", "createdDate": "2026-01-15 10:00:00"})
	site.ForCase(ids[3], aicctest.Reply(404, `{"resCode":"405230004","resMsg":"gone"}`))
	block := providerBlock(site.Start(t))
	config := block + `
		resource "terraform_data" "late" {
			input = "cvmC000Many"
		}
		data "aicc_cases" "test" {
			search {
				type         = "cvmC000Many"
				created_from = "2025-11-01T00:00:00+08:00"
				created_to   = "2026-02-01T00:00:00+08:00"
			}
		}
		data "aicc_cases" "late" {
			search {
				type = terraform_data.late.output
			}
		}
		resource "terraform_data" "found" {
			input = { for id, case in data.aicc_cases.test.cases : id => case.state }
		}
		output "count" {
			value = "${length(data.aicc_cases.test.ids)} ${length(data.aicc_cases.test.cases)} ${length(data.aicc_cases.late.cases)}"
		}`
	refused := func(arguments, text string) resource.TestStep {
		return resource.TestStep{Config: block + "data \"aicc_cases\" \"test\" {\n" + arguments + "\n}\n", PlanOnly: true, ExpectError: words(text)}
	}
	runSteps(
		t,
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue("data.aicc_cases.late", tfjsonpath.New("ids")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("count", exactly("120 119 119")),
				statecheck.ExpectKnownValue("data.aicc_cases.test", tfjsonpath.New("ids").AtSliceIndex(119), exactly(ids[119])),
				statecheck.ExpectKnownValue("data.aicc_cases.test", tfjsonpath.New("missing"), knownvalue.MapExact(map[string]knownvalue.Check{
					ids[3]: exactly("AICC listed it and did not return it afterwards: HTTP 404, resCode 405230004: gone"),
				})),
			},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
		refused(``, `None of ids, case_nos and search is set.`),
		refused(`search {}`, `The search has no filter, and would find every case of the tenant.`),
		refused("ids = []\nsearch {\n type = \"x\"\n}", `Both ids and search are set`),
		refused(`search { created_from = "2026-01-01" }`, `it is not a time in RFC 3339.`),
		refused("search {\n created_from = \"2026-01-02T00:00:00Z\"\n created_to = \"2026-01-01T00:00:00Z\"\n}", `its start is not before its end.`),
		resource.TestStep{
			PreConfig:   func() { site.ForPath(aicctest.ListPath, site.List(aicctest.Count(121))) },
			Config:      config,
			ExpectError: words(`AICC did not list every case that matches: it counts 121 cases and listed 120.`),
		},
	)
}
