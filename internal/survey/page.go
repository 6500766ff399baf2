// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// page is what a survey has to say.
type page struct {
	findings []finding
	survey   *survey
}

// marks stand before the findings.
var marks = map[verdict]string{assumed: "  ", handled: "~ ", toSet: "> ", toKnow: "! ", unanswered: "? ", skipped: "- "}

func (p page) count(v verdict) int {
	n := 0
	for _, f := range p.findings {
		if f.verdict == v {
			n++
		}
	}
	return n
}

// print writes the page: 80 columns, and no more lines than a screen has.
func (p page) print(to io.Writer) {
	_, _ = fmt.Fprintf(to, "  %-24s%-21s%s\n", "What was asked", "The provider assumes", "This site")
	for _, f := range p.findings {
		_, _ = fmt.Fprintf(to, "%s%-24s%-21s%s\n", marks[f.verdict], f.topic+": "+f.name, f.assumes, f.says)
		if f.warning != "" {
			_, _ = fmt.Fprintf(to, "    %s\n", f.warning)
		}
	}
	_, _ = fmt.Fprintf(to, "~ the provider copes  > to set  ! to know  ? %d without an answer  - not asked\n\n%s", p.count(unanswered), p.block())
}

// block is the provider block for this site. What the environment has is not in it,
// but for the domain.
func (p page) block() string {
	lines := [][2]string{{"domain", fmt.Sprintf("%q", p.survey.domain())}}
	return p.survey.settings.block(lines)
}

// domain is the site's address as a person writes it.
func (s *survey) domain() string {
	return strings.TrimPrefix(s.base.String(), "https://")
}

// block renders a provider block that begins with the given lines.
func (s settings) block(lines [][2]string) string {
	if s.timeZone != "" {
		lines = append(lines, [2]string{"time_zone", fmt.Sprintf("%q", s.timeZone)})
	}
	if s.notFoundCode != "" {
		lines = append(lines, [2]string{"not_found_codes", fmt.Sprintf("[%q]", s.notFoundCode)})
	}
	if s.requestsPerSecond > 0 {
		lines = append(lines, [2]string{"requests_per_second", fmt.Sprint(s.requestsPerSecond)})
	}
	widest := 0
	for _, line := range lines {
		widest = max(widest, len(line[0]))
	}
	var block strings.Builder
	block.WriteString("provider \"aicc\" {\n")
	for _, line := range lines {
		fmt.Fprintf(&block, "  %-*s = %s\n", widest, line[0], line[1])
	}
	for _, note := range slices.Compact(s.notes) {
		fmt.Fprintf(&block, "  # %s\n", note)
	}
	block.WriteString("}\n")
	return block.String()
}

// report is what may be attached to a public issue: names of keys, types, codes,
// counts and forms of times. It has neither a value of a case nor the site's name.
func (p page) report() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Survey of an AICC site, %s\n\n", time.Now().UTC().Format(time.DateOnly))
	for _, f := range p.findings {
		fmt.Fprintf(&text, "%s%s: %s\n    assumed: %s\n    found: %s\n", marks[f.verdict], f.topic, f.name, f.assumes, f.says)
		for _, line := range f.more {
			fmt.Fprintf(&text, "      %s\n", line)
		}
		if f.warning != "" {
			fmt.Fprintf(&text, "    %s\n", f.warning)
		}
	}
	fmt.Fprintf(&text, "\n%s\nReplies:\n", p.survey.settings.block(nil))
	for _, line := range p.survey.forms.lines() {
		fmt.Fprintf(&text, "  %s\n", line)
	}
	return text.String()
}
