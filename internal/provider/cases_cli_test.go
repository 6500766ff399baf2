// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"strings"
	"testing"

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
