// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// FindCaseMentions returns the places in a text that name a case, in order: links,
// numbers, IDs, and those that should name one and do not. Links to hosts are found
// without a scheme too; a link to another site counts if it has the form of a
// case's. The time is linear in the length of the text. A text with more mentions
// than anybody writes is an error, not a result that is cut.
func FindCaseMentions(text string, hosts []string) ([]CaseMention, error) {
	scan := &mentionScan{hosts: map[string]bool{}}
	for _, host := range hosts {
		scan.hosts[siteName("https", host)] = true
	}
	scan.text = unescaped(text)
	scan.lower = asciiLower(scan.text)
	if whole := withSchemes(scan.text, scan.lower, scan.hosts); whole != scan.text {
		scan.text, scan.lower = whole, asciiLower(whole)
	}
	scan.findLinks()
	scan.findMarked()
	scan.findInTables()
	if scan.isFull() {
		return nil, fmt.Errorf("it has more than %d mentions of cases", maxMentions)
	}
	slices.SortStableFunc(scan.found, func(a, b mentionAt) int { return cmp.Compare(a.at, b.at) })
	scan.found = slices.CompactFunc(scan.found, func(a, b mentionAt) bool { return a.at == b.at && a.Kind == b.Kind })

	mentions := make([]CaseMention, len(scan.found))
	line, counted := int64(1), 0
	for i, found := range scan.found {
		line += int64(strings.Count(scan.text[counted:found.at], "\n"))
		counted = found.at
		mentions[i] = found.CaseMention
		mentions[i].Line = line
	}
	return mentions, nil
}

// withSchemes puts https:// before each of the hosts that stands without a scheme
// and begins a path.
func withSchemes(text, lowered string, hosts map[string]bool) string {
	type place struct {
		at     int
		scheme string
	}
	var places []place
	for host := range hosts {
		if host == "" {
			continue
		}
		for from := 0; ; {
			at := strings.Index(lowered[from:], host)
			if at < 0 {
				break
			}
			at += from
			from = at + len(host)
			if from == len(text) || strings.IndexByte("/:.?#", text[from]) < 0 {
				continue
			}
			before := text[:at]
			switch rest, relative := strings.CutSuffix(before, "//"); {
			case relative && !strings.HasSuffix(rest, ":"):
				places = append(places, place{len(rest), "https:"})
			case before == "" || !isWord(before[at-1]) && strings.IndexByte("-.@/", before[at-1]) < 0:
				places = append(places, place{at, "https://"})
			}
		}
	}
	if len(places) == 0 {
		return text
	}
	var whole strings.Builder
	last := 0
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	for _, place := range places {
		whole.WriteString(text[last:place.at])
		whole.WriteString(place.scheme)
		last = place.at
	}
	whole.WriteString(text[last:])
	return whole.String()
}
