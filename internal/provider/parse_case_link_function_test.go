// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestParseCaseLink calls the function. Which links it accepts is shown in package
// aicc. An error is at the argument and does not repeat the link, which may hold a
// password; Terraform adds the full stop.
func TestParseCaseLink(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	got, failure := tf.call("parse_case_link", str("https://AICC.example.com:8443/#/case/"+aicctest.SampleID))
	if failure != nil {
		t.Fatal(failure.Text)
	}
	equal(t, flatAll(t, membersOf(t, got)), map[string]string{"domain": "aicc.example.com:8443", "id": aicctest.SampleID})
	for link, why := range map[string]string{
		"https://u:" + planted + "@aicc.example.com:port/" + aicctest.SampleID: "it is not a valid URL",
		"//u:" + planted + "@aicc.example.com/" + aicctest.SampleID:            "it does not start with https:// or http://",
	} {
		_, failure := tf.call("parse_case_link", str(link))
		switch {
		case failure == nil:
			t.Errorf("%q is accepted", link)
		case failure.Text != "Invalid case link: "+why:
			t.Errorf("%q: got %q, want %q", link, failure.Text, why)
		case failure.FunctionArgument == nil || *failure.FunctionArgument != 0:
			t.Errorf("%q: the error is not at the argument", link)
		}
	}
}

// TestParseCaseLinkWithoutString holds what keeps an unknown link and null from
// the function: Terraform itself returns unknown for the one and refuses the other,
// unless the parameter allows them. TestCLIParseCaseLink shows the former.
func TestParseCaseLinkWithoutString(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	parameters := tf.schema.Functions["parse_case_link"].Parameters
	if len(parameters) != 1 || tf.schema.Functions["parse_case_link"].VariadicParameter != nil {
		t.Fatalf("%d parameters", len(parameters))
	}
	if parameters[0].AllowNullValue || parameters[0].AllowUnknownValues {
		t.Error("Terraform hands on what the function does not take")
	}
	for name, link := range map[string]tftypes.Value{"null": tftypes.NewValue(tftypes.String, nil), "unknown": unknown} {
		if got, failure := tf.call("parse_case_link", link); failure == nil {
			t.Errorf("%s gives %s", name, got)
		}
	}
}
