// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package report writes reports in which nothing that somebody else wrote is more
// than text: not to a terminal, a page, or a CI server.
package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
)

// Entry is what a report says of a ticket.
type Entry struct {
	Verdict string  `json:"verdict"`
	State   *string `json:"state"`
	Owner   *string `json:"owner"`
	Due     *string `json:"due"`
	File    *string `json:"file"`
	Line    *int64  `json:"line"`
	Text    *string `json:"text"`
	Reason  *string `json:"reason"`
}

// Report is the same entries for each kind of reader.
type Report struct {
	Table    string `tfsdk:"table"`
	Markdown string `tfsdk:"markdown"`
	JUnit    string `tfsdk:"junit"`
}

// maxMarkdown is how many entries are in the report in Markdown: pages have limits.
const maxMarkdown = 200

var header = []string{"VERDICT", "STATE", "OWNER", "DUE", "WHERE", "TICKET", "REASON"}

// New writes the reports. Links to hosts can be clicked. What the reports say themselves (the
// names of the columns, verdicts, reasons) is as words has it for that text, if it has.
func New(entries []Entry, hosts []string, words map[string]string) (Report, error) {
	rows := [][]string{make([]string, len(header))}
	for i, name := range header {
		rows[0][i] = say(words, name)
	}
	for _, entry := range entries {
		rows = append(rows, entry.row(words))
	}
	junit, err := junitReport(entries, words)
	if err != nil {
		return Report{}, err
	}
	markdown := markdownTable(rows[:min(len(rows), maxMarkdown+1)], hosts)
	if more := len(entries) - maxMarkdown; more > 0 {
		markdown += fmt.Sprintf("\n%s: %d\n", say(words, "More, in the other reports"), more)
	}
	return Report{Table: textTable(rows), Markdown: markdown, JUnit: junit}, nil
}

func (e Entry) row(words map[string]string) []string {
	due := value(e.Due)
	if date, _, isTime := strings.Cut(due, "T"); isTime {
		due = date
	}
	return []string{say(words, e.Verdict), value(e.State), value(e.Owner), due, e.where(), value(e.Text), say(words, value(e.Reason))}
}

func (e Entry) where() string {
	if value(e.File) == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", *e.File, value(e.Line))
}

// say returns what stands for a text of a report in the words of its readers.
func say(words map[string]string, text string) string { return cmp.Or(words[text], text) }

func value[T any](pointer *T) (value T) {
	if pointer != nil {
		value = *pointer
	}
	return value
}

type (
	junitSuites struct {
		XMLName xml.Name   `xml:"testsuites"`
		Name    string     `xml:"name,attr"`
		Suite   junitSuite `xml:"testsuite"`
		junitTotals
	}
	junitSuite struct {
		Name    string `xml:"name,attr"`
		Skipped int    `xml:"skipped,attr"`
		junitTotals
		Cases []junitCase `xml:"testcase"`
	}
	junitTotals struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Skipped *struct{}     `xml:"skipped"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
	}
)

// junitReport has a test for each entry: an alive ticket passes, a foreign one is
// skipped, any other fails.
func junitReport(entries []Entry, words map[string]string) (string, error) {
	const name = "AICC tickets"
	suite := junitSuite{Name: name}
	for _, entry := range entries {
		row := entry.row(words)
		test := junitCase{Class: "tickets", Name: plain(strings.TrimSpace(row[4] + " " + row[5]))}
		switch entry.Verdict {
		case "alive":
		case "foreign":
			test.Skipped = &struct{}{}
			suite.Skipped++
		default:
			parts := []string{}
			for _, part := range append(row[:4:4], row[6]) {
				if part != "" {
					parts = append(parts, part)
				}
			}
			test.Failure = &junitFailure{entry.Verdict, plain(strings.Join(parts, ", "))}
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, test)
	}
	suite.Tests = len(entries)
	text, err := xml.MarshalIndent(junitSuites{Name: name, Suite: suite, junitTotals: suite.junitTotals}, "", "  ")
	return xml.Header + string(text) + "\n", err
}
