// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/joshdk/go-junit"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// auditEntry is an entry of the audit's report.
type auditEntry struct {
	File                      string
	Line                      int
	Link                      string
	ID                        *string
	Verdict                   string
	State, Owner, Due, Reason *string
}

func (e auditEntry) String() string {
	text := func(s *string) string {
		if s == nil {
			return "-"
		}
		return *s
	}
	return fmt.Sprintf("%s:%d %s %s %s %s %s", e.File, e.Line, e.Verdict, text(e.ID), text(e.State), text(e.Owner), text(e.Due))
}

// Cases that have what the stand-in's own do not.
const (
	escalatedID = "c6m8audit00000000031"
	statelessID = "c6m8audit00000000032"
	hurrylessID = "c6m8audit00000000033"
	oddDueID    = "c6m8audit00000000034"
)

// auditRepository is a made-up repository with every kind of link, host and
// verdict.
var auditRepository = map[string]string{
	"README.md":              "# Rules\r\n\r\n[open](" + link(aicctest.OpenID) + "), **" + link(aicctest.CompletedID) + "**\r\n见工单（" + link(aicctest.OverdueID) + "）。\r\n",
	"deep/er/exceptions.yml": "ticket: " + link(aicctest.UnknownID) + " # gone\nticket: none\nticket:\n",
	"main.tf":                "tags = {\n  ticket = \"https://AICC.example.com:8443/#/" + escalatedID + "\"\n  other = { ticket = var.ticket }\n}\n",
	"states.yaml":            "a: " + link(statelessID) + "\nb: " + link(hurrylessID) + "\nc: " + link(oddDueID) + "\n",
	"hosts.md": "https://tickets.example.com/" + aicctest.OpenID + " https://service.besclouds.com.example.com/" + aicctest.OpenID +
		"\nhttps://aicc.example.com/" + aicctest.OpenID + "\nOur cases: https://service.besclouds.com/.\n",
	"inside.md": "https://service.besclouds.com/go?to=" + link(aicctest.OpenID) + "\nTICKET=" + link(aicctest.OpenID[1:]) + "\n" +
		"https://service.besclouds.com/#!/case/" + aicctest.OpenID[1:] + "\n",
	"broken.md": "| " + link(aicctest.OpenID) + " | " + link(aicctest.OpenID[1:]) + " | `x` <b>&\n",
	// Nobody wrote these.
	".git/COMMIT_EDITMSG.md": link(aicctest.SampleID), "audit/terraform.tfstate": link(aicctest.SampleID), "audit/terraform.tfstate.backup": link(aicctest.SampleID), "a/.terraform/modules/x/README.md": link(aicctest.SampleID),
	// No pattern asks for this.
	"notes.txt": link(aicctest.SampleID),
	"latin.md":  "caf\xe9 " + link(aicctest.SampleID),
}

// auditWants is the report on it.
var auditWants = []string{
	"README.md:3 alive c6m8demo000000000001 Processing Agent Two 2099-12-31T18:00:00+08:00",
	"README.md:3 closed c6m8demo000000000002 Completed Agent Two 2026-09-15T18:00:00+08:00",
	"README.md:4 overdue c6m8demo000000000003 Pending Agent Two 2026-03-01T18:00:00+08:00",
	"broken.md:1 alive c6m8demo000000000001 Processing Agent Two 2099-12-31T18:00:00+08:00",
	"broken.md:1 no link - - - -",
	"deep/er/exceptions.yml:1 dead c6m8demo000000000404 - - -",
	"deep/er/exceptions.yml:2 no link - - - -",
	"hosts.md:1 foreign c6m8demo000000000001 - - -",
	"hosts.md:1 foreign c6m8demo000000000001 - - -",
	"hosts.md:2 foreign c6m8demo000000000001 - - -",
	"inside.md:1 alive c6m8demo000000000001 Processing Agent Two 2099-12-31T18:00:00+08:00",
	"inside.md:2 no link - - - -",
	"inside.md:3 no link - - - -",
	"latin.md:0 unread - - - -",
	"main.tf:2 closed c6m8audit00000000031 Escalated <b>&\"|`@team` -",
	"states.yaml:1 closed c6m8audit00000000032 - - -",
	"states.yaml:2 alive c6m8audit00000000033 Pending - -",
	"states.yaml:3 alive c6m8audit00000000034 Pending - soon",
}

// auditing prepares an audit of the made-up repository, and the stand-in behind it.
func auditing(t *testing.T) (*tftest.CLI, *aicctest.AICC) {
	t.Helper()
	standin := aicctest.New()
	standin.SetCase(escalatedID, `{"caseInfo": {"id": "`+escalatedID+`", "state": "Escalated", "ownerName": "<b>&\"|`+"`@team`"+`\u0001\ufffe", "contactPhone": "555-0199"}}`)
	standin.SetCase(statelessID, `{"caseInfo": {"id": "`+statelessID+`"}}`)
	standin.SetCase(hurrylessID, `{"caseInfo": {"id": "`+hurrylessID+`", "state": "Pending", "dueDate": null}}`)
	standin.SetCase(oddDueID, `{"caseInfo": {"id": "`+oddDueID+`", "state": "Pending", "dueDate": "soon"}}`)
	cli := in(t, "audit", standin.Start(t))
	needs(t, cli, 8, 7)
	for name, text := range auditRepository {
		cli.Write(t, "repository/"+name, text)
	}
	return cli, standin
}

var auditVariables = []string{
	"-var=root=repository", `-var=hosts=["service.besclouds.com","aicc.example.com:8443"]`,
	`-var=patterns=["**/*.md","**/*.tf","**/*.tfvars","**/*.yaml","**/*.yml","**/*.tfstate*"]`,
}

// TestCLIAudit audits the made-up repository, and looks at each report.
func TestCLIAudit(t *testing.T) {
	t.Parallel()
	cli, standin := auditing(t)
	cli.MustRun(t, append([]string{"apply", "-auto-approve"}, auditVariables...)...)
	if requests := len(standin.Requests()); requests != 8 {
		t.Errorf("%d requests for 8 cases", requests)
	}

	reports := outputs(t, cli)
	text := reports["json"].(string)
	var entries []auditEntry
	if err := json.Unmarshal([]byte(text), &entries); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, strings.Map(func(r rune) rune {
			if r < ' ' || r == '\ufffe' {
				return -1
			}
			return r
		}, entry.String()))
		if hasReason := entry.Reason != nil; hasReason != slices.Contains([]string{"dead", "no link", "unread"}, entry.Verdict) {
			t.Errorf("%s has the reason %s", entry, asJSON(t, entry.Reason))
		}
	}
	if !slices.Equal(got, auditWants) {
		t.Errorf("the report is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(auditWants, "\n"))
	}
	for _, line := range []string{
		"VERDICT  STATE        OWNER        DUE         TICKET",
		"dead     -            -            -           deep/er/exceptions.yml:1  " + link(aicctest.UnknownID) + "  (HTTP 404, resCode 405230004: 工单不存在)",
		"no link  -            -            -           deep/er/exceptions.yml:2  ticket: none  (no case ID in this line)",
		"overdue  Pending      Agent Two    2026-03-01  README.md:4  " + link(aicctest.OverdueID),
	} {
		if !slices.Contains(strings.Split(reports["table"].(string), "\n"), line) {
			t.Errorf("the table has no line\n%s\n%s", line, reports["table"])
		}
	}
	if found := regexp.MustCompile(`[[:cntrl:]]`).FindString(strings.ReplaceAll(reports["table"].(string), "\n", "")); found != "" {
		t.Errorf("the table has the control character %q", found)
	}
	for _, line := range []string{
		"### Tickets: 5 alive, 3 closed, 1 dead, 3 foreign, 4 no link, 1 overdue, 1 unread",
		"| unread | `latin.md:0` |  |  |  |  | `not readable as UTF-8` |",
		"| dead | `deep/er/exceptions.yml:1` | <" + link(aicctest.UnknownID) + "> |  |  |  | `HTTP 404, resCode 405230004: 工单不存在` |",
		"| no link | `broken.md:1` | `\\| " + link(aicctest.OpenID) + " \\| https://service.besclouds.com/case/6m8de` |  |  |  | `no case ID in this line` |",
	} {
		if !strings.Contains(reports["markdown"].(string), line) {
			t.Errorf("the Markdown has no line\n%s\n%s", line, reports["markdown"])
		}
	}
	for name, report := range reports {
		for _, personal := range []string{"Example Customer", "customer@example.com", "555-01", "Example Street", "Roll out the new phone menu"} {
			if strings.Contains(asJSON(t, report), personal) {
				t.Errorf("%q stands in %s", personal, name)
			}
		}
	}
	checkJUnit(t, reports["junit"].(string), entries)
	// Two looks at the same cases give the same reports.
	cli.MustRun(t, append([]string{"plan", "-detailed-exitcode"}, auditVariables...)...)
}

// checkJUnit has an independent library read the report as a CI server does.
func checkJUnit(t *testing.T, report string, entries []auditEntry) {
	t.Helper()
	suites, err := junit.Ingest([]byte(report))
	if err != nil || len(suites) != 1 {
		t.Fatalf("%d suites, %v:\n%s", len(suites), err, report)
	}
	totals := suites[0].Totals
	if totals.Tests != 18 || totals.Passed != 5 || totals.Skipped != 3 || totals.Failed != 10 || totals.Error != 0 {
		t.Errorf("the totals are %+v", totals)
	}
	if root := `<testsuites name="AICC tickets" tests="18" failures="10" errors="0">`; !strings.Contains(report, root) {
		t.Errorf("the report has no %s:\n%s", root, report)
	}
	status := map[string]junit.Status{"alive": junit.StatusPassed, "foreign": junit.StatusSkipped}
	for i, test := range suites[0].Tests {
		want := junit.StatusFailed
		if other, ok := status[entries[i].Verdict]; ok {
			want = other
		}
		name := fmt.Sprintf("%s:%d %s", entries[i].File, entries[i].Line, entries[i].Link)
		if test.Name != name || test.Classname != "tickets" || test.Status != want {
			t.Errorf("%s %q is %s, want %q and %s", test.Classname, test.Name, test.Status, name, want)
		}
		if failure := new(junit.Error); errors.As(test.Error, failure) && failure.Type != entries[i].Verdict {
			t.Errorf("%s failed with %q", entries[i], failure.Type)
		}
	}
	if want := `message="closed, Escalated, &lt;b&gt;&amp;&quot;|` + "`@team`" + `"`; !strings.Contains(report, want) {
		t.Errorf("no %s in\n%s", want, report)
	}
	validateJUnit(t, report)
}

// validateJUnit holds the report against the schema of Jenkins. It needs xmllint
// and an npm package that has the schema; without them only this check is left
// out, and in CI the test fails.
func validateJUnit(t *testing.T, report string) {
	t.Helper()
	schema := os.Getenv("AICC_JUNIT_SCHEMA")
	xmllint, err := exec.LookPath("xmllint")
	if _, missing := os.Stat(schema); err != nil || missing != nil {
		message := fmt.Sprintf("the JUnit report was not held against its schema: xmllint is %q, the schema %q", xmllint, schema)
		if os.Getenv("CI") != "" {
			t.Error(message)
		}
		t.Log(message)
		return
	}
	for text, valid := range map[string]bool{
		report: true,
		strings.Replace(report, " name=", " called=", 1):    false,
		strings.Replace(report, "<skipped/>", "<skip/>", 1): false,
	} {
		check := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", schema, "-")
		check.Stdin = strings.NewReader(text)
		if output, err := check.CombinedOutput(); (err == nil) != valid {
			t.Errorf("the schema takes it: %v, want %v\n%s\n%s", err == nil, valid, output, text)
		}
	}
}

// TestCLIAuditFails has the plan fail on verdicts, with the list that a person reads.
func TestCLIAuditFails(t *testing.T) {
	t.Parallel()
	for failOn, want := range map[string][]string{
		`[]`:                  nil,
		`["dead"]`:            {"1 of 18 tickets fail the audit:", "deep/er/exceptions.yml:1 " + link(aicctest.UnknownID) + " (HTTP 404, resCode 405230004: 工单不存在)"},
		`["overdue","alive"]`: {"6 of 18 tickets fail the audit:", "overdue Pending Agent Two 2026-03-01 README.md:4 " + link(aicctest.OverdueID)},
		`["gone"]`:            {"fail_on may hold only unread, dead, no link, overdue, closed, foreign, alive and forgotten."},
	} {
		t.Run(failOn, func(t *testing.T) {
			t.Parallel()
			cli, _ := auditing(t)
			result := cli.Run(t, append([]string{"plan", "-var=fail_on=" + failOn}, auditVariables...)...)
			if code := map[bool]int{true: 1, false: 0}[want != nil]; result.ExitCode != code {
				t.Errorf("exit code %d, want %d:\n%s", result.ExitCode, code, result.Output())
			}
			for _, text := range want {
				if !strings.Contains(words(result.Output()), text) {
					t.Errorf("no word of %q:\n%s", text, result.Output())
				}
			}
		})
	}
}

// TestCLIAuditForgotten finds the open cases of a type that no file mentions.
func TestCLIAuditForgotten(t *testing.T) {
	t.Parallel()
	standin := aicctest.New()
	standin.SetCase("forgotten", `{"caseInfo": {"id": "forgotten", "caseNo": "7", "type": "audited", "state": "Pending", "createdDate": "2026-10-01 00:00:00", "title": "planted", "mobile__CST": "planted"}}`)
	standin.SetCase("old", `{"caseInfo": {"id": "old", "caseNo": "8", "type": "audited", "state": "Pending", "createdDate": "2025-10-01 00:00:00"}}`)
	standin.SetCase("another", `{"caseInfo": {"id": "another", "caseNo": "9", "type": "another", "state": "Pending", "createdDate": "2026-10-01 00:00:00"}}`)
	standin.ChangeCase(aicctest.OpenID, map[string]any{"type": "audited"})
	cli := in(t, "audit", standin.Start(t))
	needs(t, cli, 8, 7)
	variables := []string{"-var=root=sample", "-var=case_type=audited", "-var=created_from=2026-01-01T00:00:00+08:00"}
	cli.MustRun(t, append([]string{"apply", "-auto-approve"}, variables...)...)
	want := []any{map[string]any{"id": "forgotten", "case_no": "7", "state": "Pending", "owner": nil, "due": nil}}
	if got := outputs(t, cli)["forgotten"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if state := cli.MustRun(t, "show", "-json").Stdout; strings.Contains(state, "planted") {
		t.Errorf("the state has more of a case than the report:\n%s", state)
	}
	result := cli.Run(t, append([]string{"plan", `-var=fail_on=["forgotten"]`}, variables...)...)
	if result.ExitCode != 1 || !strings.Contains(words(result.Output()), "No file mentions these open cases: 7.") {
		t.Errorf("exit code %d:\n%s", result.ExitCode, result.Output())
	}
}

// TestCLIAuditNothing audits a folder without tickets: AICC is not asked.
func TestCLIAuditNothing(t *testing.T) {
	t.Parallel()
	standin := aicctest.New()
	cli := in(t, "audit", standin.Start(t))
	needs(t, cli, 8, 7)
	cli.Write(t, "repository/README.md", "Nothing.\n")
	cli.MustRun(t, "apply", "-auto-approve", "-var=root=repository")
	reports := outputs(t, cli)
	if requests := len(standin.Requests()); requests > 0 || reports["json"] != "[]" || !strings.HasPrefix(reports["markdown"].(string), "### Tickets: none\n") {
		t.Errorf("%d requests, %v", requests, reports)
	}
	if suites, err := junit.Ingest([]byte(reports["junit"].(string))); err != nil || len(suites) != 1 || suites[0].Totals.Tests != 0 {
		t.Errorf("%+v, %v", suites, err)
	}
}

// TestCLIAuditNoFiles holds that a mistyped folder or pattern is no report without
// findings.
func TestCLIAuditNoFiles(t *testing.T) {
	t.Parallel()
	cli := in(t, "audit", aicctest.New().Start(t))
	needs(t, cli, 8, 7)
	for _, variables := range [][]string{{"-var=root=nowhere"}, {"-var=root=sample", `-var=patterns=["*.rst"]`}} {
		result := cli.Run(t, append([]string{"apply", "-auto-approve"}, variables...)...)
		if result.ExitCode != 1 || !strings.Contains(words(result.Output()), "There is nothing to audit: no file in ") {
			t.Errorf("%v: exit code %d:\n%s", variables, result.ExitCode, result.Output())
		}
	}
}

// TestCLIAuditMarker has a marker that matches the end of a line, and what is no
// marker.
func TestCLIAuditMarker(t *testing.T) {
	t.Parallel()
	cli := in(t, "audit", aicctest.New().Start(t))
	needs(t, cli, 8, 7)
	cli.Write(t, "repository/a.yaml", "ticket:\n  ticket: soon\nticket: \nother: ticket: later\n")
	cli.MustRun(t, "apply", "-auto-approve", "-var=root=repository", `-var=marker=ticket:\s`)
	var entries []auditEntry
	if err := json.Unmarshal([]byte(outputs(t, cli)["json"].(string)), &entries); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(entries), "[a.yaml:2 no link - - - - a.yaml:3 no link - - - - a.yaml:4 no link - - - -]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for variable, want := range map[string]string{
		"marker=(?P<name>ticket)":        "marker must be a regular expression without named groups.",
		`hosts=["*.example.com"]`:        "without wildcards",
		`hosts=["a|b"]`:                  "without wildcards",
		`hosts=["https://example.com"]`:  "without https://",
		`hosts=["example.com/case"]`:     "without a path",
		`hosts=["[::1]:8443","a-b.c:1"]`: "",
	} {
		result := cli.Run(t, "plan", "-var=root=repository", "-var="+variable)
		if (result.ExitCode == 0) != (want == "") || !strings.Contains(words(result.Output()), want) {
			t.Errorf("%s: exit code %d:\n%s", variable, result.ExitCode, result.Output())
		}
	}
}

// TestCLIAuditUnreachable holds that an AICC that does not answer fails the audit
// instead of making every ticket dead.
func TestCLIAuditUnreachable(t *testing.T) {
	t.Parallel()
	cli, standin := auditing(t)
	standin.Always(aicctest.Reply(403, ""))
	result := cli.Run(t, append([]string{"apply", "-auto-approve"}, auditVariables...)...)
	if result.ExitCode != 1 || strings.Contains(result.Output(), "dead") {
		t.Errorf("exit code %d:\n%s", result.ExitCode, result.Output())
	}
}

// BenchmarkAudit plans an audit of 2,000 files with 5,000 links to as many cases,
// and the same read alone. It fails where the audit takes 10 s more of a processor,
// and so, with one to itself, never more of the clock.
func BenchmarkAudit(b *testing.B) {
	standin := aicctest.New()
	ids := standin.AddCases(5000)
	url := standin.Start(b)
	audit, read := in(b, "audit", url), tftest.NewCLI(b, url)
	read.Write(b, "ids", strings.Join(ids, "\n"))
	read.Write(b, "main.tf", `terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
    }
  }
}

data "aicc_cases" "mentioned" {
  ids = split("\n", file("ids"))
}
`)
	filler := strings.Repeat("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod.\n", 20)
	for i, chunk := range slices.Collect(slices.Chunk(ids, 5)) {
		for half, ids := range [][]string{chunk[:2], chunk[2:]} {
			text := filler
			for _, id := range ids {
				text += "See [the ticket](" + link(id) + ").\n" + filler
			}
			audit.Write(b, fmt.Sprintf("repository/%d/%d.md", i%50, 2*i+half), text)
		}
	}
	least := map[*tftest.CLI]time.Duration{audit: time.Hour, read: time.Hour}
	for range 2 {
		for cli := range maps.Keys(least) {
			plan := cli.Command(b.Context(), "plan", "-out=saved.tfplan", "-var=root=repository")
			if cli == read {
				plan = cli.Command(b.Context(), "plan", "-out=saved.tfplan")
			}
			start := time.Now()
			if err := plan.Run(); err != nil {
				b.Fatal(err)
			}
			// That of the provider is in it: Terraform waits for it to end.
			least[cli] = min(least[cli], plan.ProcessState.UserTime()+plan.ProcessState.SystemTime())
			b.Logf("%s: %s, of a processor %s", filepath.Base(cli.Dir), time.Since(start), plan.ProcessState.UserTime()+plan.ProcessState.SystemTime())
		}
	}
	beside := least[audit] - least[read]
	b.ReportMetric(least[audit].Seconds(), "cpu-s/audit")
	b.ReportMetric(least[read].Seconds(), "cpu-s/read")
	b.ReportMetric(0, "ns/op")
	if files, err := filepath.Glob(filepath.Join(audit.Dir, "repository", "*", "*.md")); err != nil || len(files) != 2000 {
		b.Errorf("%d files, %v", len(files), err)
	}
	if beside > 10*time.Second {
		b.Errorf("the audit takes %s of a processor beside the read", beside)
	}
}

var updatePictures = flag.Bool("update", false, "draw .github/audit.svg anew")

// TestCLIAuditPicture holds that the picture in the guide shows the Markdown report
// of a real run on the sample. To draw it anew:
//
//	go test ./examples -run TestCLIAuditPicture -update
func TestCLIAuditPicture(t *testing.T) {
	t.Parallel()
	cli := in(t, "audit", aicctest.New().Start(t))
	needs(t, cli, 8, 7)
	cli.MustRun(t, "apply", "-auto-approve", "-var=root=sample")
	got := drawTable(t, outputs(t, cli)["markdown"].(string))
	file := filepath.Join("..", ".github", "audit.svg")
	if *updatePictures {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s does not show the report of this run (%v); draw it anew with -update", file, err)
	}
}

// drawTable draws a heading and a table in Markdown, as a page shows them.
func drawTable(t *testing.T, markdown string) string {
	t.Helper()
	const size, character, height, gap = 12, 7.3, 28, 10
	lines := strings.Split(strings.TrimSpace(markdown), "\n")
	heading, isHeading := strings.CutPrefix(lines[0], "### ")
	if !isHeading || len(lines) < 5 || !strings.HasPrefix(lines[3], "|---|") {
		t.Fatalf("this is no report:\n%s", markdown)
	}
	rows := [][]string{}
	widths := make([]float64, strings.Count(lines[2], "|")-1)
	for _, line := range slices.Delete(slices.Clone(lines), 0, 2) {
		if strings.HasPrefix(line, "|---|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != len(widths) {
			t.Fatalf("%d cells, want %d: %s", len(cells), len(widths), line)
		}
		for i, cell := range cells {
			cells[i] = strings.Trim(cell, " `<>")
			wide := strings.Count(cells[i], "") - 1
			for _, c := range cells[i] {
				if c >= 0x2e80 { // a Chinese character is as wide as two
					wide++
				}
			}
			widths[i] = max(widths[i], float64(wide)*character+2*gap)
		}
		rows = append(rows, cells)
	}
	var svg strings.Builder
	width := 2.0 * gap
	for _, column := range widths {
		width += column
	}
	total := height*(len(rows)+2) + gap
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="monospace" font-size="%d" fill="#1f2328">`+"\n", width, total, size)
	fmt.Fprintf(&svg, `<rect width="%.0f" height="%d" fill="#ffffff"/>`+"\n", width, total)
	fmt.Fprintf(&svg, `<text x="%d" y="%d" font-size="16" font-weight="bold">%s</text>`+"\n", gap, height, html.EscapeString(heading))
	for i, cells := range rows {
		x, top, weight := float64(gap), height*(i+1)+gap, "normal"
		if i == 0 {
			weight = "bold"
		}
		for j, cell := range cells {
			color := "#1f2328"
			if strings.HasPrefix(cell, "https://") {
				color = "#0969da"
			}
			fmt.Fprintf(&svg, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="none" stroke="#d1d9e0"/>`, x, top, widths[j], height)
			fmt.Fprintf(&svg, `<text x="%.1f" y="%d" font-weight="%s" fill="%s">%s</text>`+"\n", x+gap, top+18, weight, color, html.EscapeString(cell))
			x += widths[j]
		}
	}
	svg.WriteString("</svg>\n")
	return svg.String()
}

// TestCLIAuditPipelines runs the commands of both pipelines, but for those that
// install something or speak to somebody else.
func TestCLIAuditPipelines(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile(`(?m)^ *(?:- |run: )?(terraform (?:apply|output|plan) .*)$`)
	for file, want := range map[string]int{"github-actions.yml": 4, "gitlab-ci.yml": 4} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			cli := in(t, "audit", aicctest.New().Start(t))
			needs(t, cli, 8, 7)
			pipeline, err := os.ReadFile(filepath.Join("audit", file))
			if err != nil {
				t.Fatal(err)
			}
			cli.Write(t, ".terraform/made-by-init", "")
			commands := command.FindAllStringSubmatch(string(pipeline), -1)
			if len(commands) != want {
				t.Fatalf("%d commands, want %d", len(commands), want)
			}
			for i, command := range commands {
				run := exec.CommandContext(t.Context(), "sh", "-eu", "-c", strings.Replace(command[1], "terraform", `"$TERRAFORM"`, 1))
				run.Dir = cli.Dir
				run.Env = append(cli.Env, "TERRAFORM="+tftest.FindCLI(t), "TF_VAR_root=.", "GITHUB_STEP_SUMMARY=.terraform/tickets.md")
				output, err := run.CombinedOutput()
				if last := i == len(commands)-1; (err != nil) != last {
					t.Fatalf("%s: %v\n%s", command[1], err, output)
				} else if last && !strings.Contains(words(string(output)), "3 of 8 tickets fail the audit:") {
					t.Errorf("it does not say why:\n%s", output)
				}
			}
			for name, start := range map[string]string{".terraform/tickets.md": "### Tickets: 2 alive", "junit.xml": "<?xml "} {
				if text, err := os.ReadFile(filepath.Join(cli.Dir, name)); err != nil || !strings.HasPrefix(string(text), start) {
					t.Errorf("%s: %v\n%s", name, err, text)
				}
			}
		})
	}
}
