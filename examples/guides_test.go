// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// The tests in this file hold what the guides say beside their configurations.

const (
	versions = "terraform {\n  required_providers {\n    aicc = {\n      source = \"aicc-community/aicc\"\n    }\n  }\n}\n"
	openCase = "data \"aicc_case\" \"change\" {\n  id              = \"" + aicctest.OpenID + "\"\n  include_contact = false\n}\n"
)

// terraformErrors has a run that ends in each of the errors of Terraform's own
// that Troubleshooting explains, by its heading there.
var terraformErrors = map[string]struct {
	terraform, tofu int
	command, config string
	// missing are variables of the environment that the run goes without.
	missing string
	mirror  bool
}{
	"Could not retrieve the list of available versions for provider hashicorp/aicc": {command: "init", config: openCase, mirror: true},
	"Failed to query available provider packages":                                   {command: "init", config: versions, mirror: true},
	"Inconsistent dependency lock file":                                             {command: "plan", config: openCase},
	"Unknown provider function": {
		terraform: 8, tofu: 7, command: "validate",
		config: "output \"id\" {\n  value = provider::aicc::parse_case_link(\"https://aicc.example.com/" + aicctest.OpenID + "\").id\n}\n",
	},
	"Output refers to sensitive values": {command: "plan", config: versions + openCase + "output \"steps\" {\n  value = data.aicc_case.change.trace\n}\n"},
	"Invalid for_each argument": {
		command: "plan",
		config:  versions + openCase + "module \"task\" {\n  source   = \"./task\"\n  for_each = toset(data.aicc_case.change.tasks[*].id)\n}\n",
	},
	"Invalid template interpolation value": {command: "plan", config: versions + openCase + "output \"closed\" {\n  value = \"closed on ${data.aicc_case.change.closed_date}\"\n}\n"},
	"Invalid function argument": {
		terraform: 3, command: "plan",
		config: versions + openCase + "output \"closed\" {\n  value = timecmp(data.aicc_case.change.closed_date, \"2026-11-24T00:00:00Z\") < 0\n}\n",
	},
	"Invalid provider configuration": {command: "plan", config: versions + openCase, missing: "AICC_"},
}

// troubleshooting returns the blocks of text below each heading of that part of
// the guide.
func troubleshooting(t *testing.T, page string) map[string][]string {
	t.Helper()
	text := pages(t)[page]
	_, part, found := strings.Cut(text, "\n### Could not retrieve the list")
	if !found {
		t.Fatalf("%s has no errors of Terraform's own", page)
	}
	texts := map[string][]string{}
	for entry := range strings.SplitSeq("Could not retrieve the list"+part, "\n### ") {
		heading, entry, _ := strings.Cut(entry, "\n")
		for _, found := range block.FindAllStringSubmatch(entry, -1) {
			if found[2] == "text" {
				texts[heading] = append(texts[heading], found[3])
			}
		}
	}
	return texts
}

// asTerraform is what a person reads, as Terraform would say it.
func asTerraform(text string) string {
	return words(strings.NewReplacer(
		"OpenTofu", "Terraform", "registry.opentofu.org", "registry.terraform.io", "  - provider", "- provider",
	).Replace(text))
}

// TestCLITerraformErrors holds that the texts of Troubleshooting are those of the
// commands.
func TestCLITerraformErrors(t *testing.T) {
	t.Parallel()
	texts := troubleshooting(t, "templates/guides/troubleshooting.md.tmpl")
	if explained, known := slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(terraformErrors)); !slices.Equal(explained, known) {
		t.Fatalf("the guide explains %q, and the test provokes %q", explained, known)
	}
	site := aicctest.New().Start(t)
	for heading, run := range terraformErrors {
		t.Run(heading, func(t *testing.T) {
			t.Parallel()
			cli := tftest.NewCLI(t, site)
			needs(t, cli, run.terraform, run.tofu)
			cli.Write(t, "main.tf", run.config)
			if run.missing != "" {
				offline(cli)
			}
			if run.mirror {
				cli.Write(t, "empty.tfrc", "provider_installation {\n  filesystem_mirror {\n    path = \".\"\n  }\n}\n")
				cli.Env = append(cli.Env, "TF_CLI_CONFIG_FILE=empty.tfrc")
			}
			if strings.Contains(run.config, "./task") {
				cli.Write(t, "task/main.tf", "")
				cli.MustRun(t, "get")
			}
			got := cli.Run(t, run.command, "-no-color")
			want := texts[heading][0]
			if cli.IsTofu {
				want = texts[heading][len(texts[heading])-1]
			}
			if got.ExitCode == 0 {
				t.Fatalf("it works:\n%s", got.Output())
			}
			for line := range strings.Lines(want) {
				if line = asTerraform(line); !strings.Contains(asTerraform(got.Output()), line) {
					t.Errorf("nothing says %q:\n%s", line, got.Output())
				}
			}
		})
	}
}

// TestCLIEphemeralMessage holds that the message of "Personal data" is what the
// gate above it says.
func TestCLIEphemeralMessage(t *testing.T) {
	t.Parallel()
	standin := aicctest.New()
	standin.ChangeCase(aicctest.OpenID, map[string]any{"state": "Completed"})
	cli := tftest.NewCLI(t, standin.Start(t))
	needs(t, cli, 10, 11)
	gate := ""
	for _, part := range passages(t, "templates/guides/personal-data.md.tmpl") {
		switch {
		case part.language == "terraform" && strings.Contains(part.text, "ephemeral \"aicc_case\""):
			gate = part.text
		case part.language == "text":
			cli.Write(t, "main.tf", gate)
			if got := cli.Run(t, "plan", "-no-color"); got.ExitCode == 0 || !strings.Contains(words(got.Output()), words(part.text)) {
				t.Errorf("the plan says\n%s\nthe page\n%s", got.Output(), part.text)
			}
			return
		}
	}
	t.Error("the page has no message")
}

// TestCLICredentialCalls holds that the URLs of "Connect your AICC" are all that the
// provider calls.
func TestCLICredentialCalls(t *testing.T) {
	t.Parallel()
	page := pages(t)["templates/guides/connect-your-aicc.md.tmpl"]
	var calls []string
	for _, found := range regexp.MustCompile("\\| `(GET|POST) https://<domain>(/[^`]*)` \\|").FindAllStringSubmatch(page, -1) {
		calls = append(calls, found[1]+" "+strings.Replace(found[2], "<id>", aicctest.OpenID, 1))
	}
	standin := aicctest.New()
	cli := tftest.NewCLI(t, standin.Start(t))
	cli.Env = append(slices.DeleteFunc(cli.Env, func(variable string) bool { return strings.HasPrefix(variable, "AICC_TOKEN=") }),
		"AICC_CLIENT_ID="+aicctest.ClientID, "AICC_CLIENT_SECRET="+aicctest.ClientSecret)
	for _, found := range block.FindAllStringSubmatch(page, -1) {
		if found[2] == "terraform" {
			cli.Write(t, "main.tf", versions+found[3])
		}
	}
	cli.MustRun(t, "plan")
	var called []string
	for _, request := range standin.Requests() {
		called = append(called, request.Method+" "+request.Path)
	}
	slices.Sort(calls)
	slices.Sort(called)
	if len(calls) != 3 || !slices.Equal(called, calls) {
		t.Errorf("the provider called %q, and the page has %q", called, calls)
	}
}

// TestFetchToken runs the command of "Connect your AICC", which takes any secret.
func TestFetchToken(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	site, err := url.Parse(aicctest.New().Start(t))
	if err != nil {
		t.Fatal(err)
	}
	odd, received := "a+b&c=%d e", ""
	echo := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		received = r.PostFormValue("client_secret")
	}))
	t.Cleanup(echo.Close)
	var script string
	for _, found := range block.FindAllStringSubmatch(pages(t)["templates/guides/connect-your-aicc.md.tmpl"], -1) {
		if strings.Contains(found[3], "curl") {
			script = strings.ReplaceAll(strings.ReplaceAll(found[3], "https://", "http://"), "curl ", curl+" ")
		}
	}
	fetch := func(host, secret string) []byte {
		shell := exec.CommandContext(t.Context(), "sh", "-c", script)
		shell.Env = []string{"AICC_DOMAIN=" + host, "AICC_CLIENT_ID=" + aicctest.ClientID, "AICC_CLIENT_SECRET=" + secret}
		output, err := shell.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return output
	}
	if fetch(echo.Listener.Addr().String(), odd); received != odd {
		t.Errorf("the secret %q arrives as %q", odd, received)
	}
	output := fetch(site.Host, aicctest.ClientSecret)
	decoder := json.NewDecoder(bytes.NewReader(output))
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
		TokenType   string `json:"token_type"`
	}
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&answer); err != nil || answer.AccessToken == "" || answer.ExpiresIn == 0 {
		t.Errorf("the answer is no token: %v", err)
	}
}
