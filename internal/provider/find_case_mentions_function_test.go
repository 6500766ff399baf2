// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestFindCaseMentions calls the function with a text that has each kind of mention.
func TestFindCaseMentions(t *testing.T) {
	t.Parallel()
	text := "See AICC.example.com/case/" + aicctest.OpenID + "?token=planted\n工单 40001\ncase " + aicctest.CompletedID + "\nTicket: TODO\n"
	got, failure := start(t, nil).call("find_case_mentions", str(text), strs("aicc.example.com"))
	if failure != nil {
		t.Fatal(failure.Text)
	}
	const number30 = "000000000000000000000000040001"
	want := map[string]string{
		"0.line": number(1).String(), "0.kind": "link", "0.text": "https://AICC.example.com/case/" + aicctest.OpenID + "?token=…", "0.domain": "aicc.example.com", "0.id": aicctest.OpenID,
		"1.line": number(2).String(), "1.kind": "number", "1.text": "工单 40001", "1.case_no": number30,
		"2.line": number(3).String(), "2.kind": "id", "2.text": "case " + aicctest.CompletedID, "2.id": aicctest.CompletedID,
		"3.line": number(4).String(), "3.kind": "unlinked", "3.text": "Ticket: TODO", "3.reason": "there is a placeholder instead of a case",
	}
	all := flatAll(t, map[string]tftypes.Value{"": got})
	for key, value := range all {
		if value == "null" && want[key] == "" {
			delete(all, key)
		}
	}
	equal(t, all, want)
}

// TestFindCaseMentionsRefused holds that what is no host is an error that names the
// argument, since a mistyped host would make every ticket foreign.
func TestFindCaseMentionsRefused(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	for _, host := range []string{"", "https://aicc.example.com", "aicc.example.com/case", "*.example.com", "a b", "aicc.example.com:https", "a|b"} {
		_, failure := tf.call("find_case_mentions", str(""), strs("ok.example.com", host))
		if failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != 1 || !strings.HasPrefix(failure.Text, "Invalid host: ") {
			t.Errorf("%q: %+v", host, failure)
		}
	}
	for _, host := range []string{"aicc.example.com", "AICC.example.com:8443", "[2001:db8::1]:8443", "10.0.0.1"} {
		if _, failure := tf.call("find_case_mentions", str(""), strs(host)); failure != nil {
			t.Errorf("%q: %+v", host, failure)
		}
	}
}
