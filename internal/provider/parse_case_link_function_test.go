// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

const otherID = "c6m8demo000000000009"

// TestParseCaseLink calls the function with links that it takes.
func TestParseCaseLink(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	for link, domain := range map[string]string{
		"https://service.besclouds.com" + aicctest.CasePath + aicctest.SampleID:            "service.besclouds.com",
		"https://Service.BesClouds.com/case/" + aicctest.SampleID:                          "service.besclouds.com",
		"HTTPS://aicc.example.com/case/" + aicctest.SampleID:                               "aicc.example.com",
		"http://aicc.example.com:8080/case/" + aicctest.SampleID + "/":                     "aicc.example.com:8080",
		"https://aicc.example.com:/case/" + aicctest.SampleID:                              "aicc.example.com",
		"https://[2001:DB8::1]:8443/case/" + aicctest.SampleID:                             "[2001:db8::1]:8443",
		"https://aicc.example.com/?tab=history&id=" + aicctest.SampleID:                    "aicc.example.com",
		"https://aicc.example.com/#/case/" + aicctest.SampleID:                             "aicc.example.com",
		"https://aicc.example.com/#/case?id=" + aicctest.SampleID + "&x=1":                 "aicc.example.com",
		"https://aicc.example.com/app#" + aicctest.SampleID:                                "aicc.example.com",
		"https://aicc.example.com/" + aicctest.SampleID + "?id=" + aicctest.SampleID + "#": "aicc.example.com",
		"https://aicc.example.com/%63" + aicctest.SampleID[1:]:                             "aicc.example.com",
		" https://aicc.example.com/case/" + aicctest.SampleID + "\n":                       "aicc.example.com",
		"https://somebody@aicc.example.com/case/" + aicctest.SampleID:                      "aicc.example.com",
		// Twenty letters, twenty digits, and a longer text are no ids.
		"https://aicc.example.com/abcdefghijklmnopqrst/00000000000000000001/c6m800000149ndrHRVNQ1/" + aicctest.SampleID: "aicc.example.com",
	} {
		got, failure := tf.call("parse_case_link", str(link))
		if failure != nil {
			t.Errorf("%s: %s", link, failure.Text)
			continue
		}
		members := map[string]tftypes.Value{}
		if err := got.As(&members); err != nil {
			t.Fatal(err)
		}
		if len(members) != 2 || !members["domain"].Equal(str(domain)) || !members["id"].Equal(str(aicctest.SampleID)) {
			t.Errorf("%s: got %s", link, got)
		}
	}
}

// TestParseCaseLinkRefusals calls the function with links that it refuses. The
// error stands at the argument, says which rule the link breaks, and does not
// repeat the link, which may hold a password. Terraform sets the full stop.
func TestParseCaseLinkRefusals(t *testing.T) {
	t.Parallel()
	const (
		none   = "no part of it looks like a case id: 20 ASCII letters and digits, at least one of each"
		scheme = "it does not start with https:// or http://"
	)
	tf := start(t, nil)
	for link, why := range map[string]string{
		"":                "it does not start with https:// or http://",
		aicctest.SampleID: scheme,
		"aicc.example.com/case/" + aicctest.SampleID:                                  scheme,
		"//aicc.example.com/case/" + aicctest.SampleID:                                scheme,
		"ftp://aicc.example.com/" + aicctest.SampleID:                                 scheme,
		"javascript:" + aicctest.SampleID:                                             scheme,
		"https:///case/" + aicctest.SampleID:                                          "it has no host",
		"https://:8443/case/" + aicctest.SampleID:                                     "it has no host",
		"https:" + aicctest.SampleID:                                                  "it has no host",
		"https://aicc.example.com/\x7f" + aicctest.SampleID:                           "it is not a valid URL",
		"https://u:" + planted + "@aicc.example.com:port/" + aicctest.SampleID:        "it is not a valid URL",
		"https://u:" + planted + "@aicc.example.com/":                                 none,
		"https://aicc.example.com/case/1":                                             none,
		"https://aicc.example.com/abcdefghijklmnopqrst":                               none,
		"https://aicc.example.com/00000000000000000001":                               none,
		"https://aicc.example.com/" + aicctest.SampleID + "1":                         none,
		"https://aicc.example.com/c6m8-demo-0000000001":                               none,
		"https://aicc.example.com/?" + aicctest.SampleID + "=1":                       none,
		"https://" + aicctest.SampleID + "/case":                                      none,
		"https://u:" + planted + "@h/" + aicctest.SampleID + "/" + otherID:            "2 different parts of it look like a case id, and only one may",
		"https://h/" + aicctest.SampleID + "?id=" + otherID + "#c6m8demo000000000008": "3 different parts of it look like a case id, and only one may",
		"https://h/" + aicctest.SampleID + "#" + strings.ToUpper(aicctest.SampleID):   "2 different parts of it look like a case id, and only one may",
	} {
		_, failure := tf.call("parse_case_link", str(link))
		switch {
		case failure == nil:
			t.Errorf("%q is taken", link)
		case failure.Text != "Invalid case link: "+why:
			t.Errorf("%q: got %q, want %q", link, failure.Text, why)
		case failure.FunctionArgument == nil || *failure.FunctionArgument != 0:
			t.Errorf("%q: the error is not at the argument", link)
		}
	}
}

// TestParseCaseLinkWithoutText holds what keeps an unknown link and null from the
// function: Terraform itself answers unknown for the one and refuses the other,
// unless the parameter asks for them. TestCLIFunction shows the former.
func TestParseCaseLinkWithoutText(t *testing.T) {
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
