// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

const header = `terraform {
  required_providers {
    aicc = { source = "aicc-community/aicc" }
  }
}

`

// Planted values stand nowhere else: whatever file or screen holds one has them
// from the case.
const (
	plantedToken  = "canary-token-7bm63"
	plantedSecret = "canary-secret-7bm63"
)

// people are the planted values that name a person, by where they stand.
var people = map[string]string{
	"contact.name": "canary-name", "contact.email": "canary@example.com", "contact.phone": "555-0142", "contact.cell": "555-0143",
	"contact.address": "canary-street", "contact.organization": "canary-organization", "contact.custom": "canary-custom",
	"contact_phone": "555-0144", "trace.to_address": "canary-to@example.com", "tasks.contact_phone": "555-0145",
}

// canarySite has a case full of planted values, and takes the planted token alone.
func canarySite(t *testing.T) (*aicctest.AICC, string) {
	t.Helper()
	site := aicctest.New()
	site.SetCase(aicctest.SampleID, fmt.Sprintf(`{"caseInfo":{"id":%q,"title":"the title","state":"Processing","contactPhone":%q},
		"caseTrace":[{"type":"Email","toAddress":%q}],"tasks":[{"id":"task","contactPhone":%q}],
		"customerInfo":{"name":%q,"email":%q,"phone":%q,"cellPhone1":%q,"address":{"street":%q},"organization":{"organizationName":%q},"more":%q}}`,
		aicctest.SampleID, people["contact_phone"], people["trace.to_address"], people["tasks.contact_phone"],
		people["contact.name"], people["contact.email"], people["contact.phone"], people["contact.cell"], people["contact.address"], people["contact.organization"], people["contact.custom"]))
	site.TakeToken(plantedToken)
	return site, site.Start(t)
}

// canaryCLI runs with the planted token and the most talkative log.
func canaryCLI(t *testing.T, url string) *aicctest.CLI {
	t.Helper()
	cli := aicctest.NewCLI(t, url)
	cli.Env = append(cli.Env, "AICC_TOKEN="+plantedToken, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(cli.Dir, "trace.log"))
	return cli
}

// holding returns the names of the planted values that stand in a text.
func holding(text string, plants map[string]string) []string {
	var found []string
	for name, plant := range plants {
		if strings.Contains(text, plant) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// files returns the content of each file below a folder, and of each member of
// those that are archives, as plan files are.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	content := map[string]string{}
	tree := os.DirFS(folder)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		content[entry.Name()] += string(data)
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil //nolint:nilerr // It is no archive.
		}
		for _, member := range archive.File {
			text, err := fs.ReadFile(archive, member.Name)
			if err != nil {
				return err
			}
			content[entry.Name()] += string(text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestCLIPrivacy reads a case full of planted values in each way there is and
// looks for them in everything that is left: the state, the plan file and its
// members, the JSON of both, the screen, the log. The token is nowhere.
func TestCLIPrivacy(t *testing.T) {
	t.Parallel()
	everybody := make([]string, 0, len(people))
	for name := range people {
		everybody = append(everybody, name)
	}
	slices.Sort(everybody)
	ways := map[string]struct {
		config string
		stored []string
		title  bool
	}{
		"as it is":        {"data \"aicc_case\" \"this\" {\n  id = \"%s\"\n}\n", everybody, true},
		"without contact": {"data \"aicc_case\" \"this\" {\n  id = \"%s\"\n  include_contact = false\n}\n", nil, true},
		"many":            {"data \"aicc_cases\" \"this\" {\n  ids = [\"%s\"]\n}\n", nil, true},
		"ephemeral":       {"ephemeral \"aicc_case\" \"this\" {\n  id = \"%s\"\n}\n", nil, false},
	}
	change := map[bool]string{
		false: "resource \"terraform_data\" \"change\" {}\n",
		true: `resource "terraform_data" "change" {
  lifecycle {
    precondition {
      condition     = ephemeral.aicc_case.this.state == "Processing" && ephemeral.aicc_case.this.contact.name != ""
      error_message = "The ticket is closed."
    }
  }
}
`,
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site, url := canarySite(t)
			cli := canaryCLI(t, url)
			if name == "ephemeral" && !cli.AtLeast(10, 11) {
				t.Skip("ephemeral resources need Terraform 1.10 or OpenTofu 1.11")
			}
			cli.Write(t, "main.tf", header+fmt.Sprintf(way.config, aicctest.SampleID)+change[name == "ephemeral"])
			screen := cli.MustRun(t, "plan", "-out=saved.tfplan").Output()
			planJSON := cli.MustRun(t, "show", "-json", "saved.tfplan").Stdout
			screen += cli.MustRun(t, "show", "saved.tfplan").Output()
			screen += cli.MustRun(t, "apply", "saved.tfplan").Output()
			stateJSON := cli.MustRun(t, "show", "-json").Stdout
			screen += cli.MustRun(t, "show").Output()
			if len(site.Requests()) == 0 {
				t.Fatal("AICC was not asked")
			}

			left := files(t, cli.Dir)
			for _, must := range []string{"terraform.tfstate", "saved.tfplan", "trace.log"} {
				if len(left[must]) == 0 {
					t.Fatalf("there is no %s", must)
				}
			}
			stored := map[string]string{"terraform.tfstate": left["terraform.tfstate"], "saved.tfplan": left["saved.tfplan"], "plan as JSON": planJSON, "state as JSON": stateJSON}
			hidden := map[string]string{"screen": screen}
			for file, text := range left {
				if _, known := stored[file]; !known && file != "main.tf" {
					hidden[file] = text
				}
			}
			for place, text := range stored {
				if found := holding(text, people); !slices.Equal(found, way.stored) {
					t.Errorf("%s holds %v, want %v", place, found, way.stored)
				}
				if got := strings.Contains(text, "the title"); got != way.title {
					t.Errorf("%s holds the title: %v, want %v", place, got, way.title)
				}
			}
			for place, text := range hidden {
				if found := holding(text, people); len(found) > 0 {
					t.Errorf("%s holds %v", place, found)
				}
			}
			for place, text := range left {
				if strings.Contains(text, plantedToken) {
					t.Errorf("%s holds the token", place)
				}
			}
			if strings.Contains(screen+planJSON+stateJSON, plantedToken) {
				t.Error("the token is shown")
			}
		})
	}
}

// TestCLIFailuresLeakNothing has every kind of failure happen to a case full of
// planted values, and looks for them and for the credentials in all that is left.
func TestCLIFailuresLeakNothing(t *testing.T) {
	t.Parallel()
	site, url := canarySite(t)
	case200, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+aicctest.CasePath+aicctest.SampleID, strings.NewReader(`{"id":"`+aicctest.SampleID+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	case200.Header.Set("Content-Type", "application/json")
	case200.Header.Set("access-token", plantedToken)
	resp, err := http.DefaultClient.Do(case200)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || !strings.Contains(string(whole), people["contact.name"]) {
		t.Fatal(err, "the case does not come")
	}
	body := string(whole)
	echo := fmt.Sprintf(`,"resMsg":"%s %s"`, plantedToken, plantedSecret)
	faults := map[string]struct {
		answer  http.HandlerFunc
		summary string
	}{
		"foreign":   {aicctest.Reply(200, strings.ReplaceAll(body, aicctest.SampleID, "another0000000000001")), summaryForeign},
		"cut":       {aicctest.Reply(200, body[:len(body)-10]), summaryUnreadable},
		"shape":     {aicctest.Reply(200, strings.Replace(body, `"caseTrace":[`, `"caseTrace":["`+people["trace.to_address"]+`",`, 1)), summaryUnreadable},
		"HTML":      {aicctest.Reply(200, "<html>"+body), summaryUnreadable},
		"refused":   {aicctest.Reply(200, strings.Replace(body, `"resCode":"0"`, `"resCode":"7"`+echo, 1)), summaryNotReturned},
		"400":       {aicctest.Reply(400, `{"resCode":"1"`+echo+`}`), summaryNotReturned},
		"401":       {aicctest.Reply(401, `{"resCode":"1"`+echo+`}`), summaryUnauthorized},
		"403":       {aicctest.Reply(403, body), summaryForbidden},
		"418":       {aicctest.Reply(418, body), summaryUnexpectedStatus},
		"429":       {aicctest.RetryAfter(429, "0"), summaryThrottled},
		"500":       {aicctest.Reply(500, `{"resCode":"1"`+echo+`}`), summaryServerFailed},
		"redirect":  {aicctest.Redirect("https://" + plantedToken + ".example.com/?" + plantedSecret), summaryRedirected},
		"too large": {aicctest.Reply(200, body+strings.Repeat(" ", 9<<20)), summaryTooLarge},
		"reset":     {aicctest.Reset, summaryInterrupted},
		"half":      {aicctest.ResetBody, summaryInterrupted},
		"stalled":   {aicctest.Stall, summaryTimedOut},
	}
	secrets := map[string]string{"token": plantedToken, "secret": plantedSecret, "issued token": "standin-issued-token"}
	for name, plant := range people {
		secrets[name] = plant
	}
	// One plan meets all faults: each has a case of its own.
	var config strings.Builder
	config.WriteString(header + "provider \"aicc\" {\n  max_retries = 1\n}\n")
	n := 0
	names := make([]string, 0, len(faults))
	for name := range faults {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		id := fmt.Sprintf("canary%014d", n)
		n++
		site.ForCase(id, faults[name].answer)
		fmt.Fprintf(&config, "data \"aicc_case\" \"fault%d\" {\n  id = %q\n  timeouts = { read = \"4s\" }\n}\n", n, id)
	}
	for kind, environment := range map[string][]string{
		"token":  {"AICC_TOKEN=" + plantedToken},
		"client": {"AICC_TOKEN=", "AICC_CLIENT_ID=" + aicctest.ClientID, "AICC_CLIENT_SECRET=" + aicctest.ClientSecret},
	} {
		cli := canaryCLI(t, url)
		cli.Env = append(cli.Env, environment...)
		cli.Write(t, "main.tf", config.String())
		plants := map[string]string{"client secret": aicctest.ClientSecret}
		for name, plant := range secrets {
			// With the client, the planted token and secret are texts like any other.
			if kind == "token" && name != "secret" || kind == "client" && name != "token" && name != "secret" {
				plants[name] = plant
			}
		}
		result := cli.Run(t, "plan", "-out=saved.tfplan")
		if result.ExitCode != 1 {
			t.Errorf("%s: exit code %d", kind, result.ExitCode)
		}
		for _, name := range names {
			if !strings.Contains(result.Stderr, "Error: "+faults[name].summary) {
				t.Errorf("%s: nothing is said of %s", kind, name)
			}
		}
		left := files(t, cli.Dir)
		left["screen"] = result.Output()
		for place, text := range left {
			if found := holding(text, plants); place != "main.tf" && len(found) > 0 {
				t.Errorf("%s: %s holds %v", kind, place, found)
			}
		}
		if !strings.Contains(left["trace.log"], "AICC request") {
			t.Errorf("%s: the log has no request in it", kind)
		}
	}
}

// TestCLIGate closes an ephemeral gate at plan, and at the apply of a plan that
// was saved while it was open. OpenTofu opens at apply only what something depends
// on, so the gate stands before the resource that it guards.
func TestCLIGate(t *testing.T) {
	t.Parallel()
	gates := map[string]string{
		"postcondition": `
ephemeral "aicc_case" "gate" {
  id = var.ticket
  lifecycle {
    postcondition {
      condition     = self.state == "Processing"
      error_message = "Ticket ${var.ticket} must be in progress."
    }
  }
}

resource "terraform_data" "change" {
  depends_on = [ephemeral.aicc_case.gate]
}
`,
		"precondition": `
ephemeral "aicc_case" "gate" {
  id = var.ticket
}

resource "terraform_data" "change" {
  lifecycle {
    precondition {
      condition     = ephemeral.aicc_case.gate.state == "Processing"
      error_message = "Ticket ${var.ticket} must be in progress."
    }
  }
}
`,
	}
	for name, gate := range gates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			cli := aicctest.NewCLI(t, site.Start(t))
			if !cli.AtLeast(10, 11) {
				t.Skip("ephemeral resources need Terraform 1.10 or OpenTofu 1.11")
			}
			cli.Write(t, "main.tf", header+"variable \"ticket\" {\n  default = \""+aicctest.OpenID+"\"\n}\n"+gate)
			closed := func(args ...string) {
				t.Helper()
				result := cli.Run(t, args...)
				if result.ExitCode != 1 || !strings.Contains(result.Stderr, "Ticket c6m8demo000000000001 must be in progress.") {
					t.Errorf("%v: exit code %d\n%s", args, result.ExitCode, result.Output())
				}
			}
			cli.MustRun(t, "plan", "-out=saved.tfplan")
			site.ChangeCase(aicctest.OpenID, map[string]any{"state": "Completed"})
			closed("apply", "saved.tfplan")
			closed("plan")
			site.ChangeCase(aicctest.OpenID, map[string]any{"state": "Processing"})
			cli.MustRun(t, "apply", "-auto-approve")
		})
	}
}

// TestCLIUsable has values of a case stand where sensitive ones cannot.
func TestCLIUsable(t *testing.T) {
	t.Parallel()
	cli := aicctest.NewCLI(t, aicctest.New().Start(t))
	cli.Write(t, "main.tf", header+`
data "aicc_case" "this" {
  id = "`+aicctest.OpenID+`"
  lifecycle {
    postcondition {
      condition     = self.state == "Completed"
      error_message = "Case ${self.case_no} (${self.title}) is ${self.state}."
    }
  }
}

resource "terraform_data" "each" {
  for_each = toset([for step in data.aicc_case.this.trace : step.type])
}
`)
	const words = "Case 000000000000000000000000040001 (Roll out the new phone menu) is"
	if result := cli.Run(t, "plan"); result.ExitCode != 1 || !strings.Contains(result.Stderr, words) {
		t.Errorf("exit code %d\n%s", result.ExitCode, result.Output())
	}
}

// TestCLIVersion finds the version in the User-Agent and in the log.
func TestCLIVersion(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	cli := aicctest.NewCLI(t, site.Start(t))
	cli.Env = append(cli.Env, "TF_LOG_PROVIDER=INFO", "TF_APPEND_USER_AGENT=pipeline/7")
	cli.Write(t, "main.tf", header+"data \"aicc_case\" \"this\" {\n  id = \""+aicctest.OpenID+"\"\n}\n")
	result := cli.MustRun(t, "plan")
	// OpenTofu names a version of Terraform that it is compatible with.
	agent := "terraform-provider-aicc/0.0.0-test Terraform/1."
	if !cli.IsTofu {
		agent = fmt.Sprintf("terraform-provider-aicc/0.0.0-test Terraform/%d.%d.%d ", cli.Version[0], cli.Version[1], cli.Version[2])
	}
	if got := site.Requests()[0].Header.Get("User-Agent"); !strings.HasPrefix(got, agent) || !strings.HasSuffix(got, " pipeline/7") {
		t.Errorf("the User-Agent is %q", got)
	}
	if !strings.Contains(result.Stderr, "version=0.0.0-test") {
		t.Error("the log does not say the version")
	}
}

// TestCLICancel presses Ctrl-C while AICC does not answer.
func TestCLICancel(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	asked := make(chan struct{}, 1)
	site.Always(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	cli := aicctest.NewCLI(t, site.Start(t))
	cli.Write(t, "main.tf", header+"data \"aicc_case\" \"this\" {\n  id = \""+aicctest.OpenID+"\"\n}\n")
	command, output := cli.Start(t, "plan")
	<-asked
	pressed := time.Now()
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if took := time.Since(pressed); took > 5*time.Second {
		t.Errorf("it took %v to end", took)
	}
	if !strings.Contains(output(), summaryCanceled) && !strings.Contains(output(), "Interrupt received") {
		t.Errorf("it printed\n%s", output())
	}
}

// TestCLIManyCases reads 10,000 cases at once.
func TestCLIManyCases(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids, err := json.Marshal(site.AddCases(10_000))
	if err != nil {
		t.Fatal(err)
	}
	cli := aicctest.NewCLI(t, site.Start(t))
	cli.Write(t, "ids.json", string(ids))
	cli.Write(t, "main.tf", header+"data \"aicc_cases\" \"all\" {\n  ids = jsondecode(file(\"ids.json\"))\n}\noutput \"count\" {\n  value = length(data.aicc_cases.all.cases)\n}\n")
	cli.MustRun(t, "apply", "-auto-approve")
	if got := strings.TrimSpace(cli.MustRun(t, "output", "-raw", "count").Stdout); got != "10000" {
		t.Errorf("got %s cases", got)
	}
	if n := len(site.Requests()); n != 10_000 {
		t.Errorf("%d requests", n)
	}
}
