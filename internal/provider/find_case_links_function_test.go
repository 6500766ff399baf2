// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// foundLinks calls the function and returns what it finds, by index and member.
func foundLinks(t *testing.T, text string) map[string]string {
	t.Helper()
	got, failure := start(t, nil).call("find_case_links", str(text))
	if failure != nil {
		t.Fatal(failure.Text)
	}
	return flatAll(t, map[string]tftypes.Value{"": got})
}

// TestFindCaseLinks calls the function with a text that has links to two hosts.
func TestFindCaseLinks(t *testing.T) {
	t.Parallel()
	const one, two = "https://AICC.example.com/case/" + aicctest.OpenID, "https://tickets.example.com:8443/#/" + aicctest.CompletedID
	equal(t, foundLinks(t, "# Rules\r\n\r\n工单[见此]("+one+")。\r\nhttps://example.com/ "+two+"."), map[string]string{
		"0.link": one, "0.domain": "aicc.example.com", "0.id": aicctest.OpenID, "0.line": number(3).String(),
		"1.link": two, "1.domain": "tickets.example.com:8443", "1.id": aicctest.CompletedID, "1.line": number(4).String(),
	})
}

// TestFindCaseLinksSizes calls the function with nothing and with 1 MB.
func TestFindCaseLinksSizes(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	empty := tftypes.NewValue(tf.schema.Functions["find_case_links"].Return.Type, []tftypes.Value{})
	for _, text := range []string{"", "no link", strings.Repeat("https://", 1<<17), strings.Repeat("\x00 ", 1<<19)} {
		if got, failure := tf.call("find_case_links", str(text)); failure != nil || !got.Equal(empty) {
			t.Errorf("%d bytes: %v, %v", len(text), got, failure)
		}
	}
	line := strings.Repeat("x", 100) + " https://aicc.example.com/case/" + aicctest.OpenID + "\n"
	lines := 1 << 18 / len(line)
	got := foundLinks(t, strings.Repeat(line, lines))
	if last := got[fmt.Sprintf("%d.line", lines-1)]; len(got) != 4*lines || last != number(float64(lines)).String() {
		t.Errorf("got %d links, the last one in line %s, want %d", len(got)/4, last, lines)
	}
}

// TestFindCaseLinksWithoutText holds what keeps an unknown text and null from the
// function: Terraform itself answers unknown for the one and refuses the other,
// unless the parameter asks for them. TestCLIFindCaseLinks shows both.
func TestFindCaseLinksWithoutText(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	parameters := tf.schema.Functions["find_case_links"].Parameters
	if len(parameters) != 1 || tf.schema.Functions["find_case_links"].VariadicParameter != nil {
		t.Fatalf("%d parameters", len(parameters))
	}
	if parameters[0].AllowNullValue || parameters[0].AllowUnknownValues {
		t.Error("Terraform hands on what the function does not take")
	}
	for name, text := range map[string]tftypes.Value{"null": tftypes.NewValue(tftypes.String, nil), "unknown": unknown} {
		if got, failure := tf.call("find_case_links", text); failure == nil {
			t.Errorf("%s gives %s", name, got)
		}
	}
}
