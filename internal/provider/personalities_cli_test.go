// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// TestCLIPersonalities pastes the block that the survey prints for each AICC site
// that may be there into one configuration and applies it; and it plans with the
// defaults where they are not enough. TestPersonalities has all of it without a command.
func TestCLIPersonalities(t *testing.T) {
	t.Parallel()
	program := buildSurvey(t)
	cli, byDefault := tftest.NewCLI(t, ""), tftest.NewCLI(t, "")
	for _, c := range []*tftest.CLI{cli, byDefault} {
		c.Env = append(slices.DeleteFunc(c.Env, func(variable string) bool { return strings.HasPrefix(variable, "AICC_") }),
			"AICC_CLIENT_ID="+aicctest.ClientID, "AICC_CLIENT_SECRET="+aicctest.ClientSecret)
	}
	surveys, defaults, want := requiredProviders, requiredProviders, map[string]string{}
	failing := map[string]int{}
	for _, personality := range aicctest.Personalities() {
		site := aicctest.New()
		many := site.Become(personality)
		url, name := site.Start(t), personality.Name
		block := strings.Replace(surveyed(t, program, url, personality), "{\n", fmt.Sprintf("{\n  alias = %q\n", name), 1)
		ids, number, searched, created, missing, found := []string{aicctest.OpenID, aicctest.OverdueID, aicctest.UnknownID}, `"40001"`, "cvmC000DemoNewest000", "+08:00", "1", "1"
		switch name {
		case "utc-clock":
			created = "Z"
		case "list-by-pages", "pages-of-50":
			searched, found = sampleCaseType, "121"
		case "one-code":
			ids, missing = ids[:2], "0"
		case "no-number-filter":
			number = `null`
		}
		surveys += block + readsOf(name, ids, number, searched)
		want[name] = fmt.Sprintf("2026-11-02T09:15:00%s, 2 cases, %s missing, %s found", created, missing, found)

		block, ids, number = fmt.Sprintf("provider \"aicc\" {\n  alias = %q\n  domain = %q\n}\n", name, url), ids[:2], "null"
		switch name {
		case "business-500", "code-in-200", "one-code":
			ids = append(ids, aicctest.UnknownID)
			failing["AICC refused to return the case"]++
		case "no-number-filter":
			number = `"40001"`
			failing["AICC cannot find a case by its number"]++
		case "firewall":
			ids = append(ids, many[:40]...)
			failing["A page answered in AICC's place"]++
		default:
			continue
		}
		defaults += block + readsOf(name, ids, number, "cvmC000DemoNewest000")
	}
	cli.Write(t, "main.tf", surveys)
	cli.MustRun(t, "apply", "-auto-approve")
	var outputs map[string]struct{ Value string }
	if err := json.Unmarshal([]byte(cli.MustRun(t, "output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	for name, want := range want {
		if got := outputs[name].Value; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	byDefault.Write(t, "main.tf", defaults)
	result, known := byDefault.Run(t, "plan"), 0
	for summary, least := range failing {
		got := strings.Count(result.Output(), "Error: "+summary)
		// The firewall may meet any read of its site.
		if known += got; got < least {
			t.Errorf("%q %d times, want %d:\n%s", summary, got, least, result.Output())
		}
	}
	if got := strings.Count(result.Output(), "Error: "); got != known {
		t.Errorf("%d other errors:\n%s", got-known, result.Output())
	}
}

// readsOf reads from a site in each way that there is: one case by its ID and, unless
// it is null, by its number, many, and those that a search finds.
func readsOf(name string, ids []string, number, typ string) string {
	return fmt.Sprintf(`
data "aicc_case" %[1]q {
  provider = aicc.%[1]s
  id       = %[2]q
}
data "aicc_case" "%[1]s-number" {
  for_each = toset([for n in [%[4]s] : n if n != null])
  provider = aicc.%[1]s
  case_no  = each.value
}
data "aicc_cases" %[1]q {
  provider = aicc.%[1]s
  ids      = split(",", %[3]q)
}
data "aicc_cases" "%[1]s-search" {
  provider = aicc.%[1]s
  search {
    type = %[5]q
  }
}
output %[1]q {
  value = format("%%s, %%d cases, %%d missing, %%d found", data.aicc_case.%[1]s.created_date, length(data.aicc_cases.%[1]s.cases),
    length(data.aicc_cases.%[1]s.missing), length(data.aicc_cases.%[1]s-search.cases))
  precondition {
    condition     = alltrue([for c in data.aicc_case.%[1]s-number : c.id == %[2]q])
    error_message = "Another case has the number."
  }
}
`, name, aicctest.OpenID, strings.Join(ids, ","), number, typ)
}
