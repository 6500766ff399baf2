// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// TestCLIManyCases reads 10,000 cases at once.
func TestCLIManyCases(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids, err := json.Marshal(site.AddCases(10_000))
	if err != nil {
		t.Fatal(err)
	}
	cli := tftest.NewCLI(t, site.Start(t))
	cli.Write(t, "ids.json", string(ids))
	cli.Write(t, "main.tf", requiredProviders+"data \"aicc_cases\" \"all\" {\n  ids = jsondecode(file(\"ids.json\"))\n}\noutput \"count\" {\n  value = length(data.aicc_cases.all.cases)\n}\n")
	cli.MustRun(t, "apply", "-auto-approve")
	if got := strings.TrimSpace(cli.MustRun(t, "output", "-raw", "count").Stdout); got != "10000" {
		t.Errorf("got %s cases", got)
	}
	if n := len(site.Requests()); n != 10_000 {
		t.Errorf("%d requests", n)
	}
}

// TestCLIAnswers shows what each kind of answer means to a person who audits: a case
// that is missing, or a read that fails and says why.
func TestCLIAnswers(t *testing.T) {
	t.Parallel()
	const refused = "Error: AICC refused to return the case"
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		// reason is why the case is missing; if it is not, the plan fails with words.
		reason, words string
	}{
		"an empty result":      {aicctest.Reply(200, `{"resCode":"0","result":[]}`), "an empty result", ""},
		"no caseInfo":          {aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":null}]}`), "a result without caseInfo", ""},
		"404 of AICC":          {aicctest.Reply(404, `{"resCode":"405230004","resMsg":"gone"}`), "HTTP 404, resCode 405230004: gone", ""},
		"410 of AICC":          {aicctest.Reply(410, `{"resCode":"405230004"}`), "HTTP 410, resCode 405230004", ""},
		"a code that is named": {aicctest.Reply(200, `{"resCode":"7","resMsg":"gone"}`), "resCode 7: gone", ""},
		"404 of a web server":  {aicctest.Reply(404, `<html>Not Found`), "", "Error: The server does not appear to be AICC"},
		"410 of a web server":  {aicctest.Reply(410, ``), "", "Error: The server does not appear to be AICC"},
		"a refused token":      {aicctest.Reply(200, `{"resCode":"401000001","resMsg":"token无效"}`), "", refused},
		"an overloaded AICC":   {aicctest.Reply(200, `{"resCode":"500000001","resMsg":"系统繁忙"}`), "", refused},
		"400":                  {aicctest.Reply(400, `{"resCode":"8"}`), "", refused},
		"422":                  {aicctest.Reply(422, ``), "", refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := tftest.NewCLI(t, answering(t, test.answer))
			cli.Env = append(cli.Env, "AICC_NOT_FOUND_CODES=6,7")
			cli.Write(t, "main.tf", requiredProviders+`data "aicc_cases" "test" {
				ids = ["`+aicctest.OpenID+`"]
			}
			output "missing" {
				value = data.aicc_cases.test.missing
			}`)
			result := cli.Run(t, "plan", "-no-color")
			switch {
			case test.reason != "" && (result.ExitCode != 0 || !strings.Contains(result.Stdout, `= "`+test.reason)):
				t.Errorf("want %q among the missing:\n%s", test.reason, result.Output())
			case test.reason == "" && (result.ExitCode != 1 || !strings.Contains(result.Stderr, test.words) || strings.Contains(result.Stdout, "missing")):
				t.Errorf("want %q:\n%s", test.words, result.Output())
			}
		})
	}
}

// TestCLIOddReplies plans a read of a case from each odd reply. Each ends with an error, and
// none says that there is no such case.
func TestCLIOddReplies(t *testing.T) {
	t.Parallel()
	cli := tftest.NewCLI(t, "")
	site := aicctest.New()
	var config strings.Builder
	config.WriteString(requiredProviders + "provider \"aicc\" {\n  domain = \"" + site.Start(t) + "\"\n  token = \"" + aicctest.Token + "\"\n  max_retries = 0\n}\n")
	odd := map[string]string{}
	for name, answer := range aicctest.OddReplies() {
		id := fmt.Sprintf("c6m8odd%013d", len(odd))
		odd[id] = name
		site.ForCase(id, answer)
		fmt.Fprintf(&config, "data \"aicc_case\" %q {\n  id = %q\n}\n", id, id)
	}
	cli.Write(t, "main.tf", config.String())
	met := summaries(cli.Run(t, "plan", "-parallelism=50").Output())
	for id, name := range odd {
		if got := met[id]; got == "" || got == summaryOf(aicc.NotReturned) {
			t.Errorf("%s ends with %q", name, got)
		}
	}
}
