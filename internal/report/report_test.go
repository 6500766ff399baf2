// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/width"
)

func ptr[T any](value T) *T { return &value }

// hostile are texts that somebody may write into a file or a case, to be more than
// text in a report.
var hostile = []string{
	"![x](https://evil.example/pixel.png)", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<!-- ", "@team", "#1", "www.evil.example",
	"https://evil.example/", "<https://evil.example/>", "me@evil.example", "`` ` ``", "`@team`", "``<img>``", "a|b|![x](y)", `a\|![x](y)`, `\\|![x](y)`, `a\`, `\`, "|", "||", "**b**", "_b_", "~~b~~", "$x$",
	"\n\n# heading", "\r\n| a | b |", "\t- item", "> quote", "---", "&lt;b&gt;", "&#60;b&#62;", "[^1]", "[x]: https://evil.example", ":smile:", "{{ x }}", "${x}", "\x1b[31mred\x1b]0;title\x07", "\u009b31m",
	"\u202eevil", "\u2066x\u2069", "\u200b", "\ufeff", "\x00", "\xff", "]]>", "\"'", "a\u0301", "https://service.besclouds.com/case/![x](y)", "https://service.besclouds.com/case/x><img src=x>",
	"https://service.besclouds.com@evil.example/case", "https://service.besclouds.com/case/`x`", "https://service.besclouds.com/|x",
}

var hosts = []string{"service.besclouds.com"}

func hostileReport(t *testing.T) Report {
	t.Helper()
	var entries []Entry
	for _, text := range hostile {
		entries = append(entries, Entry{Verdict: "closed", State: &text, Owner: &text, Due: &text, File: &text, Line: ptr(int64(1)), Text: &text, Reason: &text})
	}
	report, err := New(entries, hosts, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestMarkdownIsInert has the real renderers render hostile texts: the page has the
// table, its code, and nothing else.
func TestMarkdownIsInert(t *testing.T) {
	t.Parallel()
	markdown := hostileReport(t).Markdown
	pages := render(t, markdown)
	tag := regexp.MustCompile(`<[^>]*>?`)
	allowed := regexp.MustCompile(`^</?(table|thead|tbody|tr|th|td|code)>$`)
	for renderer, page := range pages {
		for _, found := range tag.FindAllString(page, -1) {
			if !allowed.MatchString(found) {
				t.Errorf("%s: %s", renderer, found)
			}
		}
		rows, cells := strings.Count(page, "<tr>"), strings.Count(page, "<td>")
		if rows != len(hostile)+1 || cells != len(hostile)*len(header) {
			t.Errorf("%s: %d rows and %d cells of %d:\n%s", renderer, rows, cells, len(hostile), page)
		}
		outside := regexp.MustCompile(`(?s)<code>.*?</code>`).ReplaceAllString(page, "")
		if outside = tag.ReplaceAllString(outside, ""); strings.Trim(outside, " \n"+strings.Join(header, "")) != "" {
			t.Errorf("%s: outside of code is %q", renderer, outside)
		}
	}
}

// TestMarkdownLinks holds that a plain link to one of the hosts can be clicked, and
// that no other can.
func TestMarkdownLinks(t *testing.T) {
	t.Parallel()
	const link = "https://service.besclouds.com/console/#/case/c6m8demo000000000001"
	report, err := New([]Entry{
		{Verdict: "alive", Text: ptr(link)},
		{Verdict: "foreign", Text: ptr("https://evil.example/case/c6m8demo000000000001")},
		{Verdict: "foreign", Text: ptr("http://service.besclouds.com/case/c6m8demo000000000001")},
	}, hosts, nil)
	if err != nil {
		t.Fatal(err)
	}
	for renderer, page := range render(t, report.Markdown) {
		if strings.Count(page, "<a ") != 1 || !strings.Contains(page, `<a href="`+link+`">`+link+`</a>`) {
			t.Errorf("%s:\n%s", renderer, page)
		}
	}
}

// render has each renderer render Markdown. They are installed by make and by
// scripts/install-servers.sh; where CI is set, all have to be there.
func render(t *testing.T, markdown string) map[string]string {
	t.Helper()
	pages := map[string]string{}
	run := func(name string, args ...string) []byte {
		command := exec.CommandContext(t.Context(), name, args...)
		command.Stdin = strings.NewReader(markdown)
		output, err := command.Output()
		if err != nil {
			if os.Getenv("CI") != "" {
				t.Errorf("%s: %v", name, err)
			}
			t.Logf("not rendered with %s: %v", name, err)
		}
		return output
	}
	if page := run("cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough"); len(page) > 0 {
		pages["cmark-gfm"] = string(page)
	}
	folder, err := filepath.Abs(filepath.Join("..", "..", ".cache", "bin", "markdown"))
	if err != nil {
		t.Fatal(err)
	}
	if output := run("node", filepath.Join("testdata", "render.mjs"), folder); len(output) > 0 {
		if err := json.Unmarshal(output, &pages); err != nil {
			t.Fatal(err)
		}
	}
	return pages
}

// TestTableIsInert holds that a terminal gets one line for each entry, without a
// character that it could take for a command.
func TestTableIsInert(t *testing.T) {
	t.Parallel()
	report := hostileReport(t)
	lines := strings.Split(strings.TrimSuffix(report.Table, "\n"), "\n")
	if len(lines) != len(hostile)+1 {
		t.Errorf("%d lines", len(lines))
	}
	for name, text := range map[string]string{"table": report.Table, "Markdown": report.Markdown, "JUnit": report.JUnit} {
		text = strings.ReplaceAll(text, "\n", "")
		if at := strings.IndexFunc(text, func(c rune) bool {
			return unicode.In(c, unicode.C, unicode.Zl, unicode.Zp) || c == unicode.ReplacementChar
		}); at >= 0 {
			t.Errorf("%s has %q", name, text[at:at+8])
		}
	}
}

// TestTableAligns holds that each column starts where its header does, counted as a
// terminal counts.
func TestTableAligns(t *testing.T) {
	t.Parallel()
	var entries []Entry
	for _, owner := range []string{"Agent Two", "张三", "李小龙（客服）", "ｆｕｌｌ", "Zoe\u0308", "🙂", ""} {
		entries = append(entries, Entry{Verdict: "alive", Owner: &owner, Text: ptr("THIS")})
	}
	report, err := New(entries, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	columns := map[int]bool{}
	for line := range strings.Lines(strings.Replace(report.Table, "TICKET", "THIS", 1)) {
		before, _, found := strings.Cut(line, "THIS")
		if !found {
			t.Fatalf("no ticket in %q", line)
		}
		column := 0
		for _, c := range before {
			switch width.LookupRune(c).Kind() {
			case width.EastAsianWide, width.EastAsianFullwidth:
				column += 2
			default:
				column++
			}
			if unicode.Is(unicode.Mn, c) {
				column--
			}
		}
		columns[column] = true
	}
	if len(columns) != 1 {
		t.Errorf("the column starts at %v:\n%s", columns, report.Table)
	}
}

// TestJUnit holds that the XML is well-formed and says of each entry what it is.
func TestJUnit(t *testing.T) {
	t.Parallel()
	decoder := xml.NewDecoder(bytes.NewReader([]byte(hostileReport(t).JUnit)))
	elements := map[string]int{}
	for {
		token, err := decoder.Token()
		if token == nil {
			if err.Error() != "EOF" {
				t.Error(err)
			}
			break
		}
		if element, isStart := token.(xml.StartElement); isStart {
			elements[element.Name.Local]++
		}
	}
	if elements["testcase"] != len(hostile) || elements["failure"] != len(hostile) || len(elements) != 4 {
		t.Errorf("%v", elements)
	}
	report, err := New([]Entry{{Verdict: "alive", Text: ptr("a")}, {Verdict: "foreign", Text: ptr("b")}, {Verdict: "dead", Text: ptr("c"), Reason: ptr("d <e>")}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`<testsuites name="AICC tickets" tests="3" failures="1" errors="0">`, `skipped="1"`,
		`<testcase classname="tickets" name="a"></testcase>`, `<skipped></skipped>`, `<failure type="dead" message="dead, d &lt;e&gt;"></failure>`,
	} {
		if !strings.Contains(report.JUnit, part) {
			t.Errorf("no %s in\n%s", part, report.JUnit)
		}
	}
}

// TestMarkdownLimit holds that a page gets 200 entries, and is told of the others.
func TestMarkdownLimit(t *testing.T) {
	t.Parallel()
	report, err := New(make([]Entry, 203), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(report.Markdown, "\n|"); rows != 201 || !strings.HasSuffix(report.Markdown, "\n\nMore, in the other reports: 3\n") {
		t.Errorf("%d rows: %q", rows, report.Markdown[len(report.Markdown)-60:])
	}
	if rows := strings.Count(report.Table, "\n"); rows != 204 {
		t.Errorf("%d rows", rows)
	}
}
