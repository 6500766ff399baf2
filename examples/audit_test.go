// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// auditEntry is an entry of the audit's report in JSON.
type auditEntry struct {
	File, Text, Kind, Verdict string
	Line                      int
	ID                        *string
	CaseNo                    *string `json:"case_no"`
	State, Owner, Due, Reason *string
}

func (e auditEntry) String() string {
	text := fmt.Sprintf("%s:%d %s", e.File, e.Line, e.Verdict)
	for _, part := range []*string{e.ID, e.CaseNo, e.State, e.Owner, e.Due} {
		if part != nil {
			text += " " + *part
		}
	}
	return text
}

// Cases that have what the stand-in's own do not.
const (
	escalatedID = "c6m8audit00000000031"
	statelessID = "c6m8audit00000000032"
	hurrylessID = "c6m8audit00000000033"
	oddDueID    = "c6m8audit00000000034"
	deniedID    = "c6m8audit00000000035"
)

// auditRepository is a made-up repository with every kind of mention, host, file
// and verdict.
var auditRepository = map[string]string{
	"README.md":              "# Rules\r\n\r\n[open](" + link(aicctest.OpenID) + "), **" + link(aicctest.CompletedID) + "**\r\n见工单（" + link(aicctest.OverdueID) + "）。\r\n",
	"deep/er/exceptions.yml": "ticket: " + link(aicctest.UnknownID) + " # gone\nticket: TBD\nticket:\n",
	"main.tf":                "tags = {\n  ticket = \"https://AICC.example.com:8443/#/" + escalatedID + "\"\n  other = { ticket = var.ticket }\n}\n",
	"states.yaml":            "a: " + link(statelessID) + "\nb: " + link(hurrylessID) + "\nc: " + link(oddDueID) + "\nd: case " + deniedID + "\n",
	"hosts.md":               "https://tickets.example.com/" + aicctest.OpenID + "\nhttps://service.besclouds.com.:443/case/" + aicctest.CompletedID + "\nOur cases: https://service.besclouds.com/.\n",
	"numbers.json":           "{\"tickets\": [40001, \"40404\"], \"change\": \"https:\\/\\/service.besclouds.com\\/case\\/" + aicctest.OpenID + "\"}\n",
	"secrets.md":             "https://alice:planted@service.besclouds.com/case/" + aicctest.OpenID + "?access_token=planted\n",
	"latin.md":               "caf\xe9 " + link(aicctest.SampleID),
	"中文/说明.md":               "工单号：40001 `|` <b>\u202e\u009b\n",
	// No mention of the repository's.
	"node_modules/x/README.md": link(aicctest.SampleID), ".terraform/x.md": link(aicctest.SampleID), "image.png": "\x89PNG\x00 ticket: 40009",
	"audit/sample.md": link(aicctest.SampleID), "audit/tickets.md": link(aicctest.SampleID), "ignored.md": link(aicctest.SampleID), ".gitignore": "ignored.md\n.terraform\n",
}

// auditWants is the report on it.
var auditWants = []string{
	"latin.md:0 unread",
	"deep/er/exceptions.yml:1 dead c6m8demo000000000404",
	"numbers.json:1 dead 000000000000000000000000040404",
	"states.yaml:4 unknown c6m8audit00000000035",
	"deep/er/exceptions.yml:2 unlinked",
	"README.md:4 overdue c6m8demo000000000003 Pending Agent Two 2026-03-01T18:00:00+08:00",
	"README.md:3 closed c6m8demo000000000002 Completed Agent Two 2026-09-15T18:00:00+08:00",
	"hosts.md:2 closed c6m8demo000000000002 Completed Agent Two 2026-09-15T18:00:00+08:00",
	"main.tf:2 closed c6m8audit00000000031 Escalated <b>&\"|`@team`\u0001",
	"states.yaml:1 closed c6m8audit00000000032",
	"hosts.md:1 foreign c6m8demo000000000001",
	"README.md:3 alive c6m8demo000000000001 Processing Agent Two 2099-12-31T18:00:00+08:00",
	"numbers.json:1 alive 000000000000000000000000040001 Processing Agent Two 2099-12-31T18:00:00+08:00",
	"numbers.json:1 alive c6m8demo000000000001 Processing Agent Two 2099-12-31T18:00:00+08:00",
	"secrets.md:1 alive c6m8demo000000000001 Processing Agent Two 2099-12-31T18:00:00+08:00",
	"states.yaml:2 alive c6m8audit00000000033 Pending",
	"states.yaml:3 alive c6m8audit00000000034 Pending soon",
	"中文/说明.md:1 alive 000000000000000000000000040001 Processing Agent Two 2099-12-31T18:00:00+08:00",
}

const auditHosts = `-var=hosts=["service.besclouds.com","aicc.example.com:8443"]`

// auditing makes a repository of files with the audit in its folder audit, and the
// stand-in behind it. One case of it is always denied.
func auditing(t *testing.T, files map[string]string) (*tftest.CLI, *aicctest.AICC) {
	t.Helper()
	standin := aicctest.New()
	standin.SetCase(escalatedID, `{"caseInfo": {"id": "`+escalatedID+`", "state": "Escalated", "ownerName": "<b>&\"|`+"`@team`"+`\u0001", "contactPhone": "555-0199"}}`)
	standin.SetCase(statelessID, `{"caseInfo": {"id": "`+statelessID+`"}}`)
	standin.SetCase(hurrylessID, `{"caseInfo": {"id": "`+hurrylessID+`", "state": "Pending", "dueDate": null}}`)
	standin.SetCase(oddDueID, `{"caseInfo": {"id": "`+oddDueID+`", "state": "Pending", "dueDate": "soon"}}`)
	standin.ForCase(deniedID, aicctest.Reply(403, `{"resCode":"403","resMsg":"denied"}`))
	cli := tftest.NewCLI(t, standin.Start(t))
	needs(t, cli, 8, 7)
	for _, name := range []string{"main.tf", "variables.tf", "outputs.tf"} {
		text, err := os.ReadFile(filepath.Join("audit", name))
		if err != nil {
			t.Fatal(err)
		}
		cli.Write(t, "audit/"+name, string(text))
	}
	for name, text := range files {
		cli.Write(t, name, text)
	}
	cli.Dir = filepath.Join(cli.Dir, "audit")
	return cli, standin
}

// inGit makes the repository one of git, and returns the setting that has the audit
// read what git lists.
func inGit(t *testing.T, cli *tftest.CLI) string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "sh", "-e", "-c",
		"cd ..; git init --quiet; git add .; mkdir -p audit/.terraform; git -c core.quotePath=off ls-files >audit/.terraform/files")
	list.Dir, list.Env = cli.Dir, cli.Env
	if output, err := list.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return "-var=list=.terraform/files"
}

// TestCLIAudit audits the made-up repository as git lists it, and looks at each
// report. A workspace's links to each other, a loop and a link that leads out change
// nothing, and a case that cannot be read is an entry.
func TestCLIAudit(t *testing.T) {
	t.Parallel()
	cli, _ := auditing(t, auditRepository)
	for from, to := range map[string]string{"up": "..", "loop": ".", "out.md": cli.Dir + "/../../none.md", "again.md": "README.md"} {
		if err := os.Symlink(to, filepath.Join(cli.Dir, "..", from)); err != nil {
			t.Fatal(err)
		}
	}
	applied := cli.MustRun(t, "apply", "-auto-approve", auditHosts, inGit(t, cli))
	if lines := strings.Count(applied.Stdout, "\n"); lines > 80 {
		t.Errorf("apply prints %d lines:\n%s", lines, applied.Stdout)
	}
	reports := outputs(t, cli)
	var entries []auditEntry
	if err := json.Unmarshal([]byte(reports["json"].(string)), &entries); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.String())
		if hasReason := entry.Reason != nil; hasReason != slices.Contains([]string{"dead", "unknown", "unlinked", "unread"}, entry.Verdict) {
			t.Errorf("%s has the reason %s", entry, asJSON(t, entry.Reason))
		}
	}
	if !slices.Equal(got, auditWants) {
		t.Errorf("the report is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(auditWants, "\n"))
	}
	const counts = "1 unread, 2 dead, 1 unknown, 1 unlinked, 1 overdue, 4 closed, 1 foreign, 7 alive"
	for report, parts := range map[string][]string{
		"summary":  {"Tickets: " + counts + "\n", "\n3 more: terraform output -raw table"},
		"table":    {"\nalive     Processing  Agent Two      2099-12-31  中文/说明.md:1            工单号：40001\n"},
		"markdown": {"### Tickets: " + counts + "\n", "| `overdue` | `Pending` | `Agent Two` | `2026-03-01` | `README.md:4` | <" + link(aicctest.OverdueID) + "> |  |"},
		"failing":  {""},
	} {
		for _, part := range parts {
			if !strings.Contains(reports[report].(string), part) {
				t.Errorf("the %s has no %q:\n%s", report, part, reports[report])
			}
		}
	}
	for name, report := range reports {
		for _, personal := range []string{"Example Customer", "customer@example.com", "555-01", "Example Street", "Roll out the new phone menu", "planted"} {
			if strings.Contains(asJSON(t, report), personal) {
				t.Errorf("%q stands in %s", personal, name)
			}
		}
	}
	checkJUnit(t, reports["junit"].(string), entries)
	// Two looks at the same cases give the same reports.
	cli.MustRun(t, "plan", "-detailed-exitcode", auditHosts, "-var=list=.terraform/files")

	// Without a list, patterns say what is read.
	if err := os.Remove(filepath.Join(cli.Dir, "..", "up")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(cli.Dir, "..", "loop")); err != nil {
		t.Fatal(err)
	}
	cli.MustRun(t, "apply", "-auto-approve", `-var=patterns=["**/*.yml","**/x/*.md","audit/*.md"]`)
	if got := outputs(t, cli)["summary"].(string); !strings.HasPrefix(got, "Tickets: 1 dead, 1 unlinked\n") {
		t.Errorf("got %s", got)
	}
}

// checkJUnit has an independent library read the report as a CI server does.
func checkJUnit(t *testing.T, report string, entries []auditEntry) {
	t.Helper()
	suites, err := junit.Ingest([]byte(report))
	if err != nil || len(suites) != 1 {
		t.Fatalf("%d suites, %v:\n%s", len(suites), err, report)
	}
	totals := suites[0].Totals
	if totals.Tests != len(entries) || totals.Passed != 7 || totals.Skipped != 1 || totals.Failed != len(entries)-8 || totals.Error != 0 {
		t.Errorf("the totals are %+v", totals)
	}
	status := map[string]junit.Status{"alive": junit.StatusPassed, "foreign": junit.StatusSkipped}
	for i, test := range suites[0].Tests {
		want := junit.StatusFailed
		if other, ok := status[entries[i].Verdict]; ok {
			want = other
		}
		name := strings.TrimSpace(fmt.Sprintf("%s:%d %s", entries[i].File, entries[i].Line, entries[i].Text))
		if test.Name != name || test.Classname != "tickets" || test.Status != want {
			t.Errorf("%s %q is %s, want %q and %s", test.Classname, test.Name, test.Status, name, want)
		}
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
		strings.Replace(report, " name=", " called=", 1): false,
		strings.ReplaceAll(report, "skipped>", "skip>"):  false,
	} {
		check := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", schema, "-")
		check.Stdin = strings.NewReader(text)
		if output, err := check.CombinedOutput(); (err == nil) != valid {
			t.Errorf("the schema takes it: %v, want %v\n%s\n%s", err == nil, valid, output, text)
		}
	}
}

// TestCLIAuditFails has the plan fail on verdicts, with the list that a person reads,
// unless only a report is wanted.
func TestCLIAuditFails(t *testing.T) {
	t.Parallel()
	cli, _ := auditing(t, auditRepository)
	for variables, want := range map[string]string{
		`fail_on=["dead"]`:            "2 of 19 tickets fail the audit: VERDICT STATE OWNER DUE WHERE TICKET REASON dead - - - deep/er/exceptions.yml:1 " + link(aicctest.UnknownID),
		`fail_on=["gone"]`:            "fail_on may hold only unread, unlinked, dead, unknown, closed, overdue, foreign, alive and forgotten.",
		`patterns=["*.rst"]`:          "There is nothing to audit: no file in ",
		`root=nowhere`:                "nowhere",
		`hosts=["*.example.com"]`:     "without wildcards",
		`exclude=(`:                   "exclude must be a regular expression.",
		`list=nowhere`:                "nowhere",
		`patterns=["**/*.md","**/x"]`: "",
	} {
		result := cli.Run(t, "plan", "-var", variables, auditHosts)
		if variables[:5] == "hosts" {
			result = cli.Run(t, "plan", "-var", variables)
		}
		if (result.ExitCode == 0) != (want == "") || !strings.Contains(words(result.Output()), want) {
			t.Errorf("%s: exit code %d, and no word of %q:\n%s", variables, result.ExitCode, want, result.Output())
		}
	}
	cli.MustRun(t, "apply", "-auto-approve", auditHosts, `-var=fail_on=["dead"]`, "-var=report_only=true")
	if failing := outputs(t, cli)["failing"].(string); strings.Count(failing, "\n") != 3 || !strings.Contains(failing, "numbers.json:1") {
		t.Errorf("failing is\n%s", failing)
	}
}

// TestCLIAuditForgotten finds the open cases of a type that no file mentions, neither
// by ID nor by number.
func TestCLIAuditForgotten(t *testing.T) {
	t.Parallel()
	cli, standin := auditing(t, map[string]string{"a.md": "Ticket: 40001, " + link(aicctest.OverdueID)})
	standin.SetCase("forgotten", `{"caseInfo": {"id": "forgotten", "caseNo": "7", "type": "audited", "state": "Pending", "createdDate": "2026-10-01 00:00:00", "title": "planted", "mobile__CST": "planted"}}`)
	standin.SetCase("old", `{"caseInfo": {"id": "old", "caseNo": "8", "type": "audited", "state": "Pending", "createdDate": "2025-10-01 00:00:00"}}`)
	standin.SetCase("another", `{"caseInfo": {"id": "another", "caseNo": "9", "type": "another", "state": "Pending", "createdDate": "2026-10-01 00:00:00"}}`)
	standin.ChangeCase(aicctest.OpenID, map[string]any{"type": "audited"})
	standin.ChangeCase(aicctest.OverdueID, map[string]any{"type": "audited"})
	variables := []string{"-var=case_type=audited", "-var=created_from=2026-01-01T00:00:00+08:00"}
	cli.MustRun(t, append([]string{"apply", "-auto-approve"}, variables...)...)
	if summary := outputs(t, cli)["summary"].(string); !strings.HasPrefix(summary, "Tickets: 1 overdue, 1 forgotten, 1 alive\n") ||
		!strings.Contains(words(summary), "forgotten Pending - - - 7 no file mentions it") {
		t.Errorf("got %s", summary)
	}
	if state := cli.MustRun(t, "show", "-json").Stdout; strings.Contains(state, "planted") {
		t.Errorf("the state has more of a case than the report:\n%s", state)
	}
	result := cli.Run(t, append([]string{"plan", `-var=fail_on=["forgotten"]`}, variables...)...)
	if result.ExitCode != 1 || !strings.Contains(words(result.Output()), "1 of 3 tickets fail the audit:") {
		t.Errorf("exit code %d:\n%s", result.ExitCode, result.Output())
	}
}

// TestCLIAuditNothing audits a folder without tickets: AICC is not asked.
func TestCLIAuditNothing(t *testing.T) {
	t.Parallel()
	cli, standin := auditing(t, map[string]string{"README.md": "Nothing.\n"})
	cli.MustRun(t, "apply", "-auto-approve")
	reports := outputs(t, cli)
	if requests := len(standin.Requests()); requests > 0 || reports["json"] != "[]" || !strings.HasPrefix(reports["summary"].(string), "Tickets: no tickets\n") {
		t.Errorf("%d requests, %v", requests, reports)
	}
}

// TestCLIAuditUnreachable holds that an AICC that does not answer fails the audit
// instead of making every ticket dead or unknown.
func TestCLIAuditUnreachable(t *testing.T) {
	t.Parallel()
	cli, standin := auditing(t, map[string]string{"a.md": link(aicctest.OpenID)})
	standin.Always(aicctest.Reply(401, ""))
	result := cli.Run(t, "apply", "-auto-approve")
	if result.ExitCode != 1 || strings.Contains(result.Output(), "Tickets:") {
		t.Errorf("exit code %d:\n%s", result.ExitCode, result.Output())
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

// pictureWidth is that of a page on GitHub.
const pictureWidth = 820

// wide is how many columns a text takes: a Chinese character is as wide as two.
func wide(text string) int {
	columns := 0
	for _, c := range text {
		columns++
		if c >= 0x2e80 {
			columns++
		}
	}
	return columns
}

// wrap breaks a text behind spaces and slashes into lines of up to 35 columns, which
// has the host of a link on the first, or of 20 where it is words.
func wrap(text string) []string {
	most := 20
	if strings.HasPrefix(text, "https://") {
		most = 35
	}
	lines := []string{""}
	for _, part := range regexp.MustCompile(`[^ /]*[ /]*`).FindAllString(text, -1) {
		last := &lines[len(lines)-1]
		if *last != "" && wide(strings.TrimRight(*last+part, " ")) > most {
			lines = append(lines, "")
			last = &lines[len(lines)-1]
		}
		*last += part
	}
	return lines
}

// drawTable draws a heading and a table in Markdown, as a page shows them.
func drawTable(t *testing.T, markdown string) string {
	t.Helper()
	const size, character, height, gap = 11, 6.7, 15, 4
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
			cells[i] = strings.Trim(cell, " `")
			for _, part := range wrap(strings.Trim(cells[i], "<>")) {
				widths[i] = max(widths[i], float64(wide(part))*character+2*gap)
			}
		}
		rows = append(rows, cells)
	}
	width := 2.0 * gap
	for _, column := range widths {
		width += column
	}
	if width > pictureWidth {
		t.Errorf("the picture is %.0f pixels wide, and a page on GitHub %d", width, pictureWidth)
	}
	var svg strings.Builder
	fmt.Fprintf(&svg, `<text x="%d" y="20" font-size="16" font-weight="bold">%s</text>`+"\n", gap, html.EscapeString(heading))
	top := 32
	for i, cells := range rows {
		x, weight, most := float64(gap), "normal", 1
		if i == 0 {
			weight = "bold"
		}
		for _, cell := range cells {
			most = max(most, len(wrap(strings.Trim(cell, "<>"))))
		}
		for j, cell := range cells {
			color := "#1f2328"
			if strings.HasPrefix(cell, "<") {
				cell, color = strings.Trim(cell, "<>"), "#0969da"
			}
			fmt.Fprintf(&svg, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="none" stroke="#d1d9e0"/>`, x, top, widths[j], most*height+gap)
			for k, part := range wrap(cell) {
				fmt.Fprintf(&svg, `<text x="%.1f" y="%d" font-weight="%s" fill="%s">%s</text>`, x+gap, top+(k+1)*height-1, weight, color, html.EscapeString(part))
			}
			svg.WriteString("\n")
			x += widths[j]
		}
		top += most*height + gap
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="monospace" font-size="%d" fill="#1f2328">`+"\n"+
		`<rect width="%[1]f" height="%[2]d" fill="#ffffff"/>`+"\n%[4]s</svg>\n", width, top+gap, size, svg.String())
}

// TestCLIAuditPipelines runs the commands of each service's job in a repository of
// git, but for those that install something. What follows the audit asks AICC
// nothing, has no secret, and fails because a ticket is dead.
func TestCLIAuditPipelines(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile(`(?m)^ *(?:- )?((?:terraform (?:apply|output)|git -C|test|-var) .*?)( \\)?$`)
	for file, wants := range map[string]int{"github-actions.yml": 7, "gitlab-ci.yml": 7, "codearts-build.yml": 6} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			pipeline, err := os.ReadFile(filepath.Join("audit", file))
			if err != nil {
				t.Fatal(err)
			}
			cli, standin := auditing(t, auditRepository)
			inGit(t, cli)
			var script []string
			for _, found := range command.FindAllStringSubmatch(string(pipeline), -1) {
				if strings.HasPrefix(found[1], "-var") { // the rest of the line before
					script[len(script)-1] += " " + found[1]
				} else {
					script = append(script, found[1])
				}
			}
			if len(script) != wants-map[bool]int{true: 1, false: 0}[file != "codearts-build.yml"] {
				t.Fatalf("%d commands: %q", len(script), script)
			}
			for i, line := range script {
				run := exec.CommandContext(t.Context(), "sh", "-eu", "-c", strings.Replace(line, "terraform ", `"$TERRAFORM" `, 1))
				run.Dir = cli.Dir
				run.Env = append(cli.Env, "TERRAFORM="+tftest.FindCLI(t), "GITHUB_STEP_SUMMARY=tickets.md")
				if i > 1 {
					run.Env = append(run.Env, "AICC_TOKEN=", "AICC_DOMAIN=")
					standin.Forget()
				}
				output, err := run.CombinedOutput()
				if last := i == len(script)-1; (err != nil) != last {
					t.Fatalf("%s: %v\n%s", line, err, output)
				}
				if i > 1 && len(standin.Requests()) > 0 {
					t.Errorf("%s asks AICC", line)
				}
			}
			for name, start := range map[string]string{"tickets.md": "### Tickets: 1 unread, 2 dead", "junit.xml": "<?xml "} {
				if text, err := os.ReadFile(filepath.Join(cli.Dir, name)); err != nil || !strings.Contains(string(text), start) {
					t.Errorf("%s: %v\n%s", name, err, text)
				}
			}
		})
	}
}

// TestCLIAuditInChinese audits the sample with the words of zh.tfvars, as the page in
// Chinese shows it, and holds that the report says each of them instead of its own.
func TestCLIAuditInChinese(t *testing.T) {
	t.Parallel()
	cli := in(t, "audit", aicctest.New().Start(t))
	needs(t, cli, 8, 7)
	cli.MustRun(t, "apply", "-auto-approve", "-var=root=sample", "-var-file=zh.tfvars")
	said, shown := outputs(t, cli)["summary"].(string), passages(t, "templates/guides/audit-a-repositorys-tickets-zh.md.tmpl")[0].text
	if !strings.Contains(said, strings.TrimSpace(shown)) {
		t.Errorf("the page shows\n%s\nand apply says\n%s", shown, said)
	}
	text, err := os.ReadFile("audit/zh.tfvars")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, pattern := range []string{"audit/outputs.tf", "../internal/report/*.go", "../internal/aicc/m*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(source)
		}
	}
	keys := regexp.MustCompile(`(?m)^  ("[^"]+") +=`).FindAllStringSubmatch(string(text), -1)
	if len(keys) < 20 {
		t.Fatalf("%d words", len(keys))
	}
	for _, key := range keys {
		if !strings.Contains(sources.String(), key[1]) {
			t.Errorf("nothing says %s", key[1])
		}
	}
}
