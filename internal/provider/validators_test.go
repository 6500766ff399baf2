// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

func TestValidateRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		source string
		given  values
		want   []problem
	}{
		"fine":                 {"aicc_case", values{"id": str("c6m800000149ndrHRVNQ"), "timeouts": timeoutOf("90s"), "template_fields": texts(map[string]any{"a": "b", "c": nil})}, nil},
		"unknown id":           {"aicc_case", values{"id": unknown}, nil},
		"empty id":             {"aicc_case", values{"id": str("")}, []problem{{at("id"), summaryOf(aicc.Invalid), "it is empty"}}},
		"long id":              {"aicc_case", values{"id": str("c6m800000149ndrHRVNQ1")}, []problem{{at("id"), summaryOf(aicc.Invalid), "it has 21 bytes"}}},
		"odd id":               {"aicc_case", values{"id": str("../x")}, []problem{{at("id"), summaryOf(aicc.Invalid), "neither an ASCII letter nor a digit"}}},
		"link":                 {"aicc_case", values{"id": str("https://aicc.example.com/case/c6m800000149ndrHRVNQ")}, []problem{{at("id"), summaryOf(aicc.Invalid), "it is a link; use the ID in it, c6m800000149ndrHRVNQ, or extract it with provider::aicc::parse_case_link"}}},
		"other link":           {"aicc_case", values{"id": str("https://aicc.example.com/")}, []problem{{at("id"), summaryOf(aicc.Invalid), "it is a link, and only the ID inside the link is wanted"}}},
		"field id":             {"aicc_case", values{"id": str("x"), "template_fields": texts(map[string]any{"ID": "b"})}, []problem{{tftypes.NewAttributePath().WithAttributeName("template_fields").WithElementKeyString("ID").String(), summaryInvalidField, "it would take the place of the case's own ID"}}},
		"no span":              {"aicc_case", values{"id": str("x"), "timeouts": timeoutOf("soon")}, []problem{{tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read").String(), summaryInvalidTimeout, `it is not a duration. Expected: a duration above zero such as "30s" or "5m".`}}},
		"no time":              {"aicc_case", values{"id": str("x"), "timeouts": timeoutOf("-1s")}, []problem{{tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read").String(), summaryInvalidTimeout, "it leaves no time to read anything"}}},
		"long enough":          {"aicc_case", values{"id": str("c6m800000149ndrHRVNQ"), "timeouts": timeoutOf("1ns")}, nil},
		"case number":          {"aicc_case", values{"id": str("000000000000000000000000035013")}, []problem{{at("id"), summaryOf(aicc.Invalid), "this looks like a case number: use case_no"}}},
		"wide digits":          {"aicc_case", values{"id": str("１２３")}, []problem{{at("id"), summaryOf(aicc.Invalid), "neither an ASCII letter nor a digit"}}},
		"blank":                {"aicc_case", values{"id": str(" c6m8")}, []problem{{at("id"), summaryOf(aicc.Invalid), "it has white space around it"}}},
		"field iD":             {"aicc_cases", values{"ids": strs("x"), "template_fields": texts(map[string]any{"iD": "b"})}, []problem{{tftypes.NewAttributePath().WithAttributeName("template_fields").WithElementKeyString("iD").String(), summaryInvalidField, "it would take the place of the case's own ID"}}},
		"zero time":            {"aicc_cases", values{"ids": strs(), "timeouts": timeoutOf("0s")}, []problem{{tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read").String(), summaryInvalidTimeout, `Expected: a duration above zero such as "30s" or "5m".`}}},
		"a link":               {"aicc_cases", values{"ids": strs("a", "https://aicc.example.com/case/c6m800000149ndrHRVNQ")}, []problem{{atID(1), summaryOf(aicc.Invalid), "it is a link; use the ID in it, c6m800000149ndrHRVNQ,"}}},
		"unknown id among ids": {"aicc_cases", values{"ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{unknown, str("b-c")})}, []problem{{atID(1), summaryOf(aicc.Invalid), "neither an ASCII letter nor a digit"}}},
		"unknown fields":       {"aicc_case", values{"id": unknown, "template_fields": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue), "include_contact": tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue)}, nil},
		"ids":                  {"aicc_cases", values{"ids": strs("a", "a", "b")}, nil},
		"no ids":               {"aicc_cases", values{"ids": strs()}, nil},
		"a span without unit":  {"aicc_case", values{"id": str("x"), "timeouts": timeoutOf("30")}, []problem{{tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read").String(), summaryInvalidTimeout, `timeouts.read, "30", is refused because it has no unit. Expected: a duration above zero such as "30s" or "5m".`}}},
		"a blank among ids":    {"aicc_cases", values{"ids": strs("a", "a", " c6m8")}, []problem{{atID(2), summaryOf(aicc.Invalid), `ids[2], " c6m8", is refused because it has white space around it.`}}},
		"a long one among ids": {"aicc_cases", values{"ids": strs(strings.Repeat("客", 50))}, []problem{{atID(0), summaryOf(aicc.Invalid), `ids[0], "` + strings.Repeat("客", 40) + `…", is refused because`}}},
		"kept":                 {"aicc_case", values{"id": str("x"), "keep": strs("id", "state", "contact", "trace", "custom_fields", "is_follower", "contact_phone")}, nil},
		"kept of many":         {"aicc_cases", values{"ids": strs("x"), "keep": strs()}, nil},
		"kept by a typo":       {"aicc_case", values{"id": str("x"), "keep": strs("state", "due_dat")}, []problem{{atElement("keep", 1), summaryInvalidKeep, `keep[1], "due_dat", is refused because a case has no such attribute; the nearest is "due_date".`}}},
		"contact of many":      {"aicc_cases", values{"ids": strs("x"), "keep": strs("contact_phone")}, []problem{{atElement("keep", 0), summaryInvalidKeep, `the nearest is "contact_id"`}}},
		"an argument kept":     {"aicc_case", values{"id": str("x"), "keep": strs("timeouts")}, []problem{{atElement("keep", 0), summaryInvalidKeep, `a case has no such attribute`}}},
		"one bad id":           {"aicc_cases", values{"ids": strs("a", "b-c")}, []problem{{atID(1), summaryOf(aicc.Invalid), "neither an ASCII letter nor a digit"}}},
		"null id":              {"aicc_case", values{}, []problem{{at("id"), summaryExactlyOne, "Neither id nor case_no is set."}}},
		"null ids":             {"aicc_cases", values{}, []problem{{at("ids"), summaryExactlyOne, "None of ids, case_nos and search is set."}}},
		"unknown ids":          {"aicc_cases", values{"ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, tftypes.UnknownValue)}, nil},
		"a null id":            {"aicc_cases", values{"ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, nil)})}, []problem{{atID(0), summaryOf(aicc.Invalid), "ids[0] is refused because it is null."}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := start(t, nil)
			expect(t, tf.validate(test.source, test.given), test.want...)
			if test.source == "aicc_case" {
				expect(t, tf.validateEphemeral(test.source, test.given), test.want...)
			}
		})
	}
}
