// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// The tests in the files *_cli_test.go run Terraform or OpenTofu. Those that call
// runSteps have it talk to the provider in the test's own process; those that use
// tftest.NewCLI start the built provider.

// runSteps runs the steps one after the other in one folder. After each apply,
// terraform-plugin-testing plans twice more and fails when a plan is not empty.
func runSteps(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	// Without a command, terraform-plugin-testing would end the whole process.
	tftest.FindCLI(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"aicc": func() (tfprotov6.ProviderServer, error) { return New("1.2.3"), nil },
			"echo": echoprovider.NewProviderServer(),
		},
		Steps: steps,
	})
}

// providerBlock configures the provider for the stand-in at url.
func providerBlock(url string) string {
	return fmt.Sprintf("provider \"aicc\" {\n  domain = %q\n  token = %q\n  max_retries = 0\n}\n", url, aicctest.Token)
}

// needs skips the test where the command is older than the given minor versions
// of Terraform 1 and OpenTofu 1. Nothing else skips a test.
func needs(t *testing.T, terraform, tofu int) {
	t.Helper()
	cli := tftest.NewCLI(t, "")
	if !cli.AtLeast(terraform, tofu) {
		t.Skipf("needs Terraform 1.%d or OpenTofu 1.%d, and this is %v", terraform, tofu, cli.Version)
	}
}

// words matches a text however the command breaks its lines and draws a bar
// beside them.
func words(text string) *regexp.Regexp {
	var quoted []string
	for _, word := range strings.Fields(strings.ReplaceAll(text, "│", " ")) {
		quoted = append(quoted, regexp.QuoteMeta(word))
	}
	return regexp.MustCompile(strings.Join(quoted, `[\s│]+`))
}

var exactly = knownvalue.StringExact

// holds checks all that is not null in the attributes of what the address names,
// or further down in them.
type holds struct {
	address string
	path    []string
	want    map[string]string
}

func (h holds) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, found := range req.State.Values.RootModule.Resources {
		if found.Address != h.address {
			continue
		}
		tree := found.AttributeValues
		for _, step := range h.path {
			tree, _ = tree[step].(map[string]any)
		}
		if got := flat(map[string]string{}, "", tree); !maps.Equal(got, h.want) {
			resp.Error = fmt.Errorf("%s has %v, want %v", h.address, got, h.want)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the state", h.address)
}

// TestCLIReadCase reads the case of the API page into state, and plans nothing
// more after that, although an output and a resource hold all of it.
func TestCLIReadCase(t *testing.T) {
	t.Parallel()
	config := providerBlock(aicctest.New().Start(t)) + `
		data "aicc_case" "test" {
			id = "` + aicctest.SampleID + `"
		}
		output "whole" {
			value     = data.aicc_case.test
			sensitive = true
		}`
	if tftest.NewCLI(t, "").AtLeast(4, 6) {
		config += `
		resource "terraform_data" "whole" {
			input = data.aicc_case.test
		}`
	}
	runSteps(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{holds{"data.aicc_case.test", nil, sampleAttributes}}},
		resource.TestStep{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
	)
}

// TestCLIDeferredRead reads a case whose id is known only at apply, with a
// provider whose token is known only at apply.
func TestCLIDeferredRead(t *testing.T) {
	t.Parallel()
	needs(t, 4, 6)
	site := aicctest.New()
	url := site.Start(t)
	asked := func() int { return len(site.Requests()) }
	read := plancheck.ExpectResourceAction("data.aicc_case.test", plancheck.ResourceActionRead)
	late := func(attribute string) plancheck.PlanCheck {
		return plancheck.ExpectUnknownValue("data.aicc_case.test", tfjsonpath.New(attribute))
	}
	tests := map[string]string{
		"id": providerBlock(url) + `
			resource "terraform_data" "late" {
				input = "` + aicctest.OpenID + `"
			}
			data "aicc_case" "test" {
				id = terraform_data.late.output
			}`,
		"token": `
			provider "aicc" {
				domain = "` + url + `"
				token  = terraform_data.late.output
			}
			resource "terraform_data" "late" {
				input = "` + aicctest.Token + `"
			}
			data "aicc_case" "test" {
				id         = "` + aicctest.OpenID + `"
				depends_on = [terraform_data.late]
			}`,
	}
	for name, config := range tests {
		t.Run(name, func(t *testing.T) {
			// Not parallel, since both count the requests.
			site.Forget()
			runSteps(t, resource.TestStep{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					read, late("title"), late("trace"), late("is_follower"),
					plancheck.ExpectSensitiveValue("data.aicc_case.test", tfjsonpath.New("contact")),
					plancheck.ExpectSensitiveValue("data.aicc_case.test", tfjsonpath.New("contact_phone")),
					planCheck(func() error {
						if n := asked(); n != 0 {
							return fmt.Errorf("the plan sent %d requests", n)
						}
						return nil
					}),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.aicc_case.test", tfjsonpath.New("title"), exactly("Roll out the new phone menu")),
				},
			})
		})
	}
}

type planCheck func() error

func (c planCheck) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = c()
}

// TestCLISensitivity holds the whole set of sensitive attributes against the
// list, and uses what is not sensitive where Terraform refuses sensitive values.
func TestCLISensitivity(t *testing.T) {
	t.Parallel()
	needs(t, 5, 6) // Earlier, show -json does not mark what the schema calls sensitive.
	site := aicctest.New()
	config := providerBlock(site.Start(t)) + `
		data "aicc_case" "test" {
			id = "` + aicctest.OpenID + `"
			lifecycle {
				postcondition {
					condition     = contains(["Processing", "Pending"], self.state)
					error_message = "Case ${self.case_no} (${self.title}) is ${self.state}."
				}
			}
		}
		output "open" {
			value = {
				title = data.aicc_case.test.title
				trace = [for step in nonsensitive(data.aicc_case.test.trace) : step.title if step.title != null]
				is_follower = data.aicc_case.test.is_follower
			}
		}
		output "email" {
			value     = data.aicc_case.test.contact.email
			sensitive = true
		}`
	// terraform-plugin-testing cannot hold the state of resources with for_each.
	each := config + `
		resource "terraform_data" "each" {
			for_each = toset(concat(
				[data.aicc_case.test.case_no, data.aicc_case.test.title, data.aicc_case.test.state, data.aicc_case.test.due_date],
				nonsensitive(data.aicc_case.test.trace)[*].type,
				nonsensitive(data.aicc_case.test.tasks)[*].title,
				keys(data.aicc_case.test.custom_fields),
			))
		}`
	const address = "data.aicc_case.test"
	in := tfjsonpath.New[string]
	create := func(key string) plancheck.PlanCheck {
		return plancheck.ExpectResourceAction("terraform_data.each[\""+key+"\"]", plancheck.ResourceActionCreate)
	}
	refused := func(value string) resource.TestStep {
		return resource.TestStep{
			Config:      config + "\noutput \"refused\" {\n  value = data.aicc_case.test." + value + "\n}\n",
			ExpectError: words("Output refers to sensitive values"),
			PlanOnly:    true,
		}
	}
	runSteps(t,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectSensitiveValue(address, in("contact")),
				statecheck.ExpectSensitiveValue(address, in("contact_phone")),
				statecheck.ExpectSensitiveValue(address, in("trace")),
				statecheck.ExpectSensitiveValue(address, in("tasks")),
				sensitiveExactly{address, []string{"contact", "contact_phone", "tasks", "trace"}},
				statecheck.ExpectKnownOutputValue("email", exactly("customer@example.com")),
				statecheck.ExpectKnownOutputValueAtPath("open", in("trace"), knownvalue.ListExact([]knownvalue.Check{exactly("Your request"), exactly("Approved")})),
			},
		},
		resource.TestStep{
			Config: each, PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				create("000000000000000000000000040001"), create("Roll out the new phone menu"), create("Processing"),
				create("2099-12-31T18:00:00+08:00"), create("CreateCase"), create("Record the announcements"), create("AICC__ChangeWindow__CST"),
				plancheck.ExpectKnownOutputValueAtPath("open", in("title"), exactly("Roll out the new phone menu")),
			}},
		},
		refused("contact.email"),
		refused("contact_phone"),
		refused("trace[1].type"),
		refused("tasks[0].title"),
		resource.TestStep{
			PreConfig:   func() { site.ChangeCase(aicctest.OpenID, map[string]any{"state": "Completed"}) },
			Config:      config,
			ExpectError: words("Case 000000000000000000000000040001 (Roll out the new phone menu) is Completed."),
		},
	)
}

// sensitiveExactly checks that the given attributes of a data source are
// sensitive, and no others.
type sensitiveExactly struct {
	address string
	want    []string
}

func (s sensitiveExactly) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, found := range req.State.Values.RootModule.Resources {
		if found.Address != s.address {
			continue
		}
		var tree any
		if resp.Error = json.Unmarshal(found.SensitiveValues, &tree); resp.Error != nil {
			return
		}
		got := sensitivePaths(nil, "", tree)
		slices.Sort(got)
		if !slices.Equal(got, s.want) {
			resp.Error = fmt.Errorf("sensitive are %q, want %q", got, s.want)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the state", s.address)
}

func sensitivePaths(into []string, path string, tree any) []string {
	switch tree := tree.(type) {
	case bool:
		if tree {
			into = append(into, strings.TrimPrefix(path, "."))
		}
	case map[string]any:
		for name, member := range tree {
			into = sensitivePaths(into, path+"."+name, member)
		}
	case []any:
		for i, element := range tree {
			into = sensitivePaths(into, fmt.Sprintf("%s.%d", path, i), element)
		}
	}
	return into
}

// TestCLIIncludeContact takes the contact out of the state, and back in.
func TestCLIIncludeContact(t *testing.T) {
	t.Parallel()
	url := aicctest.New().Start(t)
	step := func(include string, contact, phone, address, text, taskPhone knownvalue.Check) resource.TestStep {
		at := func(path tfjsonpath.Path, check knownvalue.Check) statecheck.StateCheck {
			return statecheck.ExpectKnownValue("data.aicc_case.test", path, check)
		}
		return resource.TestStep{
			Config: providerBlock(url) + `
				data "aicc_case" "test" {
					id              = "` + aicctest.OpenID + `"
					include_contact = ` + include + `
				}`,
			ConfigStateChecks: []statecheck.StateCheck{
				at(tfjsonpath.New("contact"), contact),
				at(tfjsonpath.New("contact_phone"), phone),
				at(tfjsonpath.New("trace").AtSliceIndex(1).AtMapKey("to_address"), address),
				at(tfjsonpath.New("tasks").AtSliceIndex(0).AtMapKey("contact_phone"), taskPhone),
				at(tfjsonpath.New("contact_id"), exactly("ciIyDemo000Contact01")),
				at(tfjsonpath.New("trace").AtSliceIndex(1).AtMapKey("title"), text),
				at(tfjsonpath.New("trace").AtSliceIndex(1).AtMapKey("type"), exactly("Email")),
				at(tfjsonpath.New("tasks").AtSliceIndex(0).AtMapKey("title"), exactly("Record the announcements")),
			},
		}
	}
	null := knownvalue.Null()
	whole := knownvalue.ObjectPartial(map[string]knownvalue.Check{"phone": exactly("555-0100")})
	runSteps(t,
		step("false", null, null, null, null, null),
		step("true", whole, exactly("555-0101"), exactly("customer@example.com"), exactly("Your request"), exactly("555-0101")),
		step("null", whole, exactly("555-0101"), exactly("customer@example.com"), exactly("Your request"), exactly("555-0101")),
	)
}

// TestCLICases reads many cases, of which AICC does not return one.
func TestCLICases(t *testing.T) {
	t.Parallel()
	at := func(path tfjsonpath.Path, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.aicc_cases.test", path, check)
	}
	cases := tfjsonpath.New("cases")
	runSteps(t, resource.TestStep{
		Config: providerBlock(aicctest.New().Start(t)) + `
			data "aicc_cases" "test" {
				ids = ["` + strings.Join([]string{aicctest.OpenID, aicctest.UnknownID, aicctest.SampleID, aicctest.OpenID}, `", "`) + `"]
			}
			output "all_there" {
				value = length(data.aicc_cases.test.missing) == 0
			}
			output "open" {
				value = [for id, case in data.aicc_cases.test.cases : case.title if case.state != "Completed"]
			}`,
		ConfigStateChecks: []statecheck.StateCheck{
			at(cases, knownvalue.MapSizeExact(2)),
			holds{"data.aicc_cases.test", []string{"cases", aicctest.SampleID}, listedSample()},
			at(cases.AtMapKey(aicctest.OpenID).AtMapKey("title"), exactly("Roll out the new phone menu")),
			at(tfjsonpath.New("missing"), knownvalue.MapExact(map[string]knownvalue.Check{
				aicctest.UnknownID: exactly("HTTP 404, resCode 405230004: 工单不存在"),
			})),
			statecheck.ExpectKnownOutputValue("all_there", knownvalue.Bool(false)),
			statecheck.ExpectKnownOutputValue("open", knownvalue.ListExact([]knownvalue.Check{exactly("test"), exactly("Roll out the new phone menu")})),
			sensitiveExactly{"data.aicc_cases.test", nil},
		},
	})
}

// TestCLIErrors shows what a person reads when a read or a configuration is
// wrong, together with the line that it is about.
func TestCLIErrors(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	url := site.Start(t)
	const html, foreign, throttled = "c6m8bad0000000000001", "c6m8bad0000000000002", "c6m8bad0000000000003"
	site.ForCase(html, aicctest.Reply(http.StatusOK, "<html>login</html>"))
	site.ForCase(foreign, aicctest.Reply(http.StatusOK, `{"resCode":"0","result":[{"caseInfo":{"id":"`+aicctest.OpenID+`"}}]}`))
	site.ForCase(throttled, aicctest.Reply(http.StatusTooManyRequests, `{"resCode":"429000001","resMsg":"too fast"}`))
	reading := func(id string) string {
		return providerBlock(url) + "data \"aicc_case\" \"test\" {\n  id = \"" + id + "\"\n}\n"
	}
	oddProvider := func(arguments string) string {
		return "provider \"aicc\" {\n" + arguments + "\n}\ndata \"aicc_case\" \"test\" {\n  id = \"" + aicctest.OpenID + "\"\n}\n"
	}
	late := "\nresource \"terraform_data\" \"late\" {\n  input = \"x\"\n}\n"
	tests := []struct{ config, want string }{
		{reading(aicctest.UnknownID), `id = "` + aicctest.UnknownID + `" AICC answered that there is no such case. Check the ID or number:`},
		{reading(aicctest.UnknownID), "Case: " + aicctest.UnknownID + " HTTP status: 404 resCode: 405230004 AICC says: 工单不存在"},
		{reading(html), "Error: Unreadable reply from AICC"},
		{reading(foreign), "AICC was asked for one case and sent case " + aicctest.OpenID + "."},
		{reading(throttled), "AICC says: too fast"},
		{reading("c6m8-1"), `id, "c6m8-1", is refused because it has a character that is neither an ASCII letter nor a digit.`},
		{reading("https://aicc.example.com/case/" + aicctest.OpenID), "it is a link; use the ID in it, " + aicctest.OpenID + ", or extract it with provider::aicc::parse_case_link"},
		{oddProvider(`domain = "http://aicc.example.com"`), "plain http is for loopback addresses only"},
		{oddProvider("domain = \"" + url + "\"\n token = \"an-expired-token\""), "Error: AICC refused the access token"},
		{oddProvider("token = \"x\"\n client_id = \"y\"\n client_secret = \"z\""), "Error: Conflicting or incomplete AICC credentials"},
		// A read that does not wait for what the provider waits for.
		{
			oddProvider("domain = \""+url+"\"\n token = terraform_data.late.output") + late,
			"Error: Provider configuration is not known yet",
		},
		{
			oddProvider("domain = terraform_data.late.output\n token = terraform_data.late.output") + late,
			"The provider's domain and token cannot be known before apply, so nothing can be read while planning.",
		},
		{
			providerBlock(url) + "data \"aicc_cases\" \"test\" {\n  ids = [\"" + aicctest.OpenID + "\", \"" + html + "\"]\n}\n",
			"The reply to the request for the case is an HTML or XML page.",
		},
	}
	hasLate := tftest.NewCLI(t, "").AtLeast(4, 6)
	// The steps share a folder, and thereby the time that a folder takes.
	var steps []resource.TestStep
	for _, test := range tests {
		if hasLate || !strings.Contains(test.config, late) {
			steps = append(steps, resource.TestStep{Config: test.config, ExpectError: words(test.want), PlanOnly: true})
		}
	}
	runSteps(t, steps...)
}
