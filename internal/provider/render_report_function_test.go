// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestRenderReport calls the function with an entry that has every attribute, and one
// more, and with what is no list of entries.
func TestRenderReport(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	const link = "https://aicc.example.com/case/" + aicctest.OpenID
	got, failure := tf.call("render_report", str(`[{"verdict": "dead", "state": null, "owner": "O", "due": "2026-03-01T18:00:00+08:00", "file": "a.md", "line": 3, "text": "`+link+`", "reason": "r", "kind": "link"}]`), strs("aicc.example.com"))
	if failure != nil {
		t.Fatal(failure.Text)
	}
	reports := flatAll(t, map[string]tftypes.Value{"": got})
	for report, part := range map[string]string{
		"table": "dead     -      O      2026-03-01  a.md:3  " + link, "markdown": "| `dead` |  | `O` | `2026-03-01` | `a.md:3` | <" + link + "> | `r` |",
		"junit": `<failure type="dead" message="dead, O, 2026-03-01, r">`,
	} {
		if !strings.Contains(reports[report], part) {
			t.Errorf("the %s has no %q:\n%s", report, part, reports[report])
		}
	}
	got, failure = tf.call("render_report", str(`[{"verdict": "dead", "reason": "gone"}]`), strs(), texts(map[string]any{"VERDICT": "结论", "dead": "已失效", "gone": "没有"}))
	if failure != nil {
		t.Fatal(failure.Text)
	}
	if table := flatAll(t, map[string]tftypes.Value{"": got})["table"]; table != "结论    STATE  OWNER  DUE  WHERE  TICKET  REASON\n已失效  -      -      -    -      -       没有\n" {
		t.Errorf("the table is\n%s", table)
	}
	for _, entries := range []string{"", "{}", `[1]`, `[{"line": "x"}]`} {
		if _, failure := tf.call("render_report", str(entries), strs()); failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != 0 {
			t.Errorf("%s: %+v", entries, failure)
		}
	}
}
