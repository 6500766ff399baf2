// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// unit runs steps against a stand-in, whose URL and token the provider block of
// block has.
func unit(t *testing.T, site *aicctest.AICC, steps func(block string) []resource.TestStep) {
	t.Helper()
	// Without a command the testing module would end the whole process.
	aicctest.FindCLI(t)
	block := fmt.Sprintf("provider \"aicc\" {\n  domain = %q\n  token  = %q\n}\n", site.Start(t), aicctest.Token)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"aicc": providerserver.NewProtocol6WithError(New("test")()),
			"echo": echoprovider.NewProviderServer(),
		},
		Steps: steps(block),
	})
}

func TestCLICase(t *testing.T) {
	t.Parallel()
	const address = "data.aicc_case.this"
	is := func(text string) knownvalue.Check { return knownvalue.StringExact(text) }
	checks := []statecheck.StateCheck{
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("contact")),
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("contact_phone")),
		statecheck.ExpectSensitiveValue(address, tfjsonpath.New("trace").AtSliceIndex(0).AtMapKey("to_address")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("reason"), knownvalue.Null()),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("attachment"), is("")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("tasks"), knownvalue.ListSizeExact(0)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("is_upgraded"), knownvalue.Bool(false)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("custom_fields"), knownvalue.MapExact(map[string]knownvalue.Check{
			"AICC__Type__CST.__objectType": is("AICC__CaseType__CST"), "AICC__test1__CST": knownvalue.Null(),
		})),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("contact").AtMapKey("email"), is("yh5@huawei.com")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("contact").AtMapKey("address").AtMapKey("additional_address"), is("test")),
		statecheck.ExpectKnownOutputValue("words", is("test Processing 2023-06-30T00:00:00+08:00 late")),
	}
	for name, value := range sampleAttributes {
		if path := tfjsonpath.New(name); !regexp.MustCompile(`\.|^is_`).MatchString(name) {
			checks = append(checks, statecheck.ExpectKnownValue(address, path, is(value)))
		}
	}
	unit(t, aicctest.New(), func(block string) []resource.TestStep {
		config := block + `
data "aicc_case" "this" {
  id = "` + aicctest.SampleID + `"
}

output "words" {
  value = "${data.aicc_case.this.title} ${data.aicc_case.this.state} ${data.aicc_case.this.due_date} ${timecmp(data.aicc_case.this.due_date, "2026-01-01T00:00:00Z") < 0 ? "late" : "in time"}"
}

`
		return []resource.TestStep{
			{Config: config, ConfigStateChecks: checks},
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
		}
	})
}

func TestCLIIncludeContact(t *testing.T) {
	t.Parallel()
	unit(t, aicctest.New(), func(block string) []resource.TestStep {
		return []resource.TestStep{{
			Config: block + "data \"aicc_case\" \"this\" {\n  id = \"" + aicctest.OpenID + "\"\n  include_contact = false\n}\n",
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.aicc_case.this", tfjsonpath.New("contact"), knownvalue.Null()),
				statecheck.ExpectKnownValue("data.aicc_case.this", tfjsonpath.New("contact_phone"), knownvalue.Null()),
				statecheck.ExpectKnownValue("data.aicc_case.this", tfjsonpath.New("trace").AtSliceIndex(1).AtMapKey("to_address"), knownvalue.Null()),
				statecheck.ExpectKnownValue("data.aicc_case.this", tfjsonpath.New("tasks").AtSliceIndex(0).AtMapKey("contact_phone"), knownvalue.Null()),
				statecheck.ExpectKnownValue("data.aicc_case.this", tfjsonpath.New("title"), knownvalue.StringExact("Roll out the new phone menu")),
			},
		}}
	})
}

// TestCLIDeferred reads a case whose id is only known at apply, through a provider
// whose token is only known at apply.
func TestCLIDeferred(t *testing.T) {
	t.Parallel()
	aicctest.FindCLI(t)
	site := aicctest.New()
	url := site.Start(t)
	config := func(id string) string {
		return fmt.Sprintf(`
resource "terraform_data" "late" {
  input = { id = %q, token = %q }
}

provider "aicc" {
  domain = %q
  token  = terraform_data.late.output.token
}

data "aicc_case" "this" {
  id = %s
}
`, aicctest.SampleID, aicctest.Token, url, id)
	}
	for name, step := range map[string]resource.TestStep{
		"id known at apply": {
			Config: config("terraform_data.late.output.id"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue("data.aicc_case.this", tfjsonpath.New("title")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.aicc_case.this", tfjsonpath.New("title"), knownvalue.StringExact("test")),
			},
		},
		"id known at plan": {
			Config:      config(`"` + aicctest.SampleID + `"`),
			ExpectError: regexp.MustCompile(`(?s)Provider configuration is not known yet.*The provider's token cannot be known\s+before\s+apply`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){"aicc": providerserver.NewProtocol6WithError(New("test")())},
				Steps:                    []resource.TestStep{step},
			})
		})
	}
}

func TestCLICases(t *testing.T) {
	t.Parallel()
	unit(t, aicctest.New(), func(block string) []resource.TestStep {
		return []resource.TestStep{{
			Config: block + fmt.Sprintf("data \"aicc_cases\" \"all\" {\n  ids = [%q, %q, %q]\n}\noutput \"states\" {\n  value = { for id, c in data.aicc_cases.all.cases : id => c.state }\n}\n", aicctest.OpenID, aicctest.CompletedID, aicctest.UnknownID),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("states", knownvalue.ObjectExact(map[string]knownvalue.Check{
					aicctest.OpenID: knownvalue.StringExact("Processing"), aicctest.CompletedID: knownvalue.StringExact("Completed"),
				})),
				statecheck.ExpectKnownValue("data.aicc_cases.all", tfjsonpath.New("missing"), knownvalue.MapExact(map[string]knownvalue.Check{
					aicctest.UnknownID: knownvalue.StringExact("HTTP 404, resCode 405230004: 工单不存在"),
				})),
			},
		}}
	})
}

// TestCLIErrors shows the errors as a person reads them.
func TestCLIErrors(t *testing.T) {
	t.Parallel()
	unit(t, aicctest.New(), func(block string) []resource.TestStep {
		read := func(id string) string { return block + "data \"aicc_case\" \"this\" {\n  id = \"" + id + "\"\n}\n" }
		return []resource.TestStep{
			{Config: read(aicctest.UnknownID), ExpectError: regexp.MustCompile(`(?s)Error: AICC returned no such case.*id = "c6m8demo000000000404".*HTTP status: 404\s.*resCode: 405230004\s.*AICC says: 工单不存在`)},
			{Config: read("https://h.example.com/" + aicctest.OpenID), ExpectError: regexp.MustCompile(`(?s)Error: Invalid case id.*c6m8demo000000000001`)},
			{Config: "provider \"aicc\" {\n  domain = \"http://aicc.example.com\"\n}\n" + "data \"aicc_case\" \"this\" {\n  id = \"a\"\n}\n", ExpectError: regexp.MustCompile(`(?s)Error: Invalid AICC domain.*domain = "http://aicc.example.com"`)},
		}
	})
}

func TestCLIFunction(t *testing.T) {
	t.Parallel()
	if !aicctest.NewCLI(t, "http://localhost").AtLeast(8, 7) {
		t.Skip("provider functions need Terraform 1.8 or OpenTofu 1.7")
	}
	unit(t, aicctest.New(), func(block string) []resource.TestStep {
		config := func(link string) string {
			return block + `
terraform {
  required_providers {
    aicc = { source = "hashicorp/aicc" }
  }
}

variable "link" {
  default = ` + link + `
  validation {
    condition     = var.link == null ? true : provider::aicc::parse_case_link(var.link).domain == "aicc.example.com"
    error_message = "That is another site."
  }
}

resource "terraform_data" "late" {
  input = var.link
}

output "known" {
  value = provider::aicc::parse_case_link(var.link)
}

output "unknown" {
  value = provider::aicc::parse_case_link(terraform_data.late.output)
}
`
		}
		want := knownvalue.ObjectExact(map[string]knownvalue.Check{"domain": knownvalue.StringExact("aicc.example.com"), "id": knownvalue.StringExact(aicctest.OpenID)})
		return []resource.TestStep{
			{
				Config:           config(`"https://aicc.example.com/` + aicctest.OpenID + `"`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("unknown")}},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("known", want), statecheck.ExpectKnownOutputValue("unknown", want),
				},
			},
			{Config: config(`"https://other.example.com/` + aicctest.OpenID + `"`), ExpectError: regexp.MustCompile(`That is another site`)},
			{Config: config(`"https://aicc.example.com/"`), ExpectError: regexp.MustCompile(`(?s)Invalid case link: no part of it looks\s+like\s+a case id`)},
			{Config: config(`null`), ExpectError: regexp.MustCompile(`(?s)Invalid (value for "link"|function argument).*null`)},
		}
	})
}

func TestCLIEphemeral(t *testing.T) {
	t.Parallel()
	if !aicctest.NewCLI(t, "http://localhost").AtLeast(10, 11) {
		t.Skip("ephemeral resources need Terraform 1.10 or OpenTofu 1.11")
	}
	unit(t, aicctest.New(), func(block string) []resource.TestStep {
		return []resource.TestStep{{
			Config: block + `
ephemeral "aicc_case" "this" {
  id = "` + aicctest.SampleID + `"
}

provider "echo" {
  data = ephemeral.aicc_case.this
}

resource "echo" "this" {}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("title"), knownvalue.StringExact("test")),
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("contact").AtMapKey("email"), knownvalue.StringExact("yh5@huawei.com")),
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey("trace"), knownvalue.ListSizeExact(1)),
			},
		}}
	})
}
