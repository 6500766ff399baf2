// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestCLIEphemeral reads cases as ephemeral resources. The echo provider writes
// into the state what no other would.
func TestCLIEphemeral(t *testing.T) {
	t.Parallel()
	needs(t, 10, 11)
	block := providerBlock(aicctest.New().Start(t))
	reading := func(arguments string) string {
		return block + `
			ephemeral "aicc_case" "test" {
				` + arguments + `
			}
			provider "echo" {
				data = ephemeral.aicc_case.test
			}`
	}
	// What echo has once written never changes, so each step has one of its own. The
	// errors come first, since the last step has to be one that can be destroyed.
	echo := func(name string) string { return "\nresource \"echo\" \"" + name + "\" {}\n" }
	data := tfjsonpath.New("data")
	null := knownvalue.Null()
	runSteps(
		t,
		resource.TestStep{
			Config:      reading(`id = "` + aicctest.UnknownID + `"`),
			ExpectError: words(`id = "` + aicctest.UnknownID + `" AICC answered that there is no such case. Check the ID or number:`),
		},
		resource.TestStep{
			Config:      reading(`id = "c6m8-1"`),
			ExpectError: words(`id, "c6m8-1", is refused because it has a character that is neither an ASCII letter nor a digit.`),
		},
		resource.TestStep{
			Config: reading(`id = "`+aicctest.SampleID+`"`) + echo("sample"),
			ConfigStateChecks: []statecheck.StateCheck{
				holds{"echo.sample", []string{"data"}, sampleAttributes},
			},
		},
		resource.TestStep{
			Config: reading(`
				id              = "`+aicctest.OpenID+`"
				include_contact = false
				template_fields = { a = "b" }
				timeouts { read = "1m" }`) + echo("bare"),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.bare", data, knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"title":           exactly("Roll out the new phone menu"),
					"contact":         null,
					"contact_phone":   null,
					"include_contact": knownvalue.Bool(false),
					"template_fields": knownvalue.MapExact(map[string]knownvalue.Check{"a": exactly("b")}),
					"timeouts":        knownvalue.ObjectExact(map[string]knownvalue.Check{"read": exactly("1m")}),
				})),
				statecheck.ExpectKnownValue("echo.bare", data.AtMapKey("trace").AtSliceIndex(1).AtMapKey("to_address"), null),
				statecheck.ExpectKnownValue("echo.bare", data.AtMapKey("tasks").AtSliceIndex(0).AtMapKey("contact_phone"), null),
			},
		},
	)
}
