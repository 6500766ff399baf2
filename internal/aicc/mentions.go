// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The kinds of a CaseMention.
const (
	MentionLink     = "link"
	MentionNumber   = "number"
	MentionID       = "id"
	MentionUnlinked = "unlinked"
)

// CaseMention is a place in a text that names a case, or that should.
type CaseMention struct {
	// Line is the line of the text where the mention starts, from 1.
	Line int64
	// Text is what stands there, fit to be shown to anybody: cut, and without
	// control characters, user info, values of a query, and what may be a secret.
	Text string
	// Kind is one of the constants above.
	Kind string
	// Domain is the site of a link.
	Domain *string
	// ID and CaseNo are the case: the ID, or all digits of the number.
	ID     *string
	CaseNo *string
	// Reason says why what is unlinked names no case.
	Reason *string
}

const (
	// maxMentionText is how many characters of a mention are shown.
	maxMentionText = 200
	// maxLink is how many bytes a link may have. Browsers and servers take no more.
	maxLink = 8 << 10
	// maxMentions is how many mentions a text may have. A page of AICC's own list has
	// 100, and a result of a million would cost Terraform more than the audit is worth.
	maxMentions = 100_000
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

// mentionScan is a text that is being looked through.
type mentionScan struct {
	// text is without the escapes that hide a mention, and lower is the same in lower
	// case: an offset means the same place in both.
	text, lower string
	hosts       map[string]bool
	// urls are the URLs in the text, in order.
	urls  []urlSpan
	found []mentionAt
	// resume reads on in a list at resumeAt, which is the end of a comment in it: what
	// the comment names is found before.
	resume   func(at int) (end int)
	resumeAt int
}

type mentionAt struct {
	at int
	CaseMention
}

// urlSpan is where a URL stands. What it names is found as a link, so nothing else
// is looked for in it, unless it is one of the hosts' and has no ID.
type urlSpan struct {
	start, end   int
	own, hasCase bool
}

func (s *mentionScan) add(at int, mention CaseMention) {
	mention.Text = showable(mention.Text)
	s.found = append(s.found, mentionAt{at, mention})
}

func (s *mentionScan) isFull() bool { return len(s.found) > maxMentions }

// unescapes are the spellings of characters in JSON, Markdown, HTML and URLs that
// hide a link, a marker or a number.
var unescapes = strings.NewReplacer(
	`\/`, "/", `\_`, "_", `\-`, "-", `\#`, "#", `\:`, ":", `\.`, ".",
	`\u002f`, "/", `\u002F`, "/", `\u003d`, "=", `\u003D`, "=", `\u0026`, "&",
	`\u5de5\u5355`, "工单", `\u5DE5\u5355`, "工单", `\u53f7`, "号", `\u53F7`, "号", `\uff1a`, "：", `\uFF1A`, "：",
	"&amp;", "&", "&nbsp;", " ", "&#47;", "/", "&#x2F;", "/", "&#x2f;", "/", "&#58;", ":", "&#x3A;", ":", "&#x3a;", ":",
	"%3A", ":", "%3a", ":", "%2F", "/", "%2f", "/", "%3F", "?", "%3f", "?", "%3D", "=", "%3d", "=", "%26", "&", "%23", "#",
	"%253A", ":", "%253a", ":", "%252F", "/", "%252f", "/", "%253F", "?", "%253D", "=", "%2526", "&", "%2523", "#",
)

func unescaped(text string) string {
	// UTF-16 without a mark is UTF-8 with NULs where it is ASCII.
	text = strings.ReplaceAll(text, "\x00", "")
	if strings.ContainsAny(text, `\&%`) {
		return unescapes.Replace(text)
	}
	return text
}

// asciiLower is strings.ToLower that keeps every offset.
func asciiLower(text string) string {
	first := runEnd(text, 0, func(c byte) bool { return c < 'A' || 'Z' < c })
	if first == len(text) {
		return text
	}
	lowered := []byte(text)
	for i := first; i < len(lowered); i++ {
		if c := lowered[i]; 'A' <= c && c <= 'Z' {
			lowered[i] = c + 'a' - 'A'
		}
	}
	return string(lowered)
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

// showable is a text on one line without characters that a terminal or a page may
// take for more than text.
func showable(text string) string {
	if isPlain := len(text) <= maxMentionText && runEnd(text, 0, func(c byte) bool { return c > ' ' && c < 0x7f }) == len(text); isPlain {
		return text
	}
	if len(text) > 8*maxMentionText {
		text = text[:8*maxMentionText]
	}
	text = strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		switch {
		case unicode.In(c, unicode.Zs, unicode.Zl, unicode.Zp) || c == '\n' || c == '\r' || c == '\t':
			return ' '
		case c == utf8.RuneError || unicode.In(c, unicode.C):
			return -1
		default:
			return c
		}
	}, text)), " ")
	if utf8.RuneCountInString(text) > maxMentionText {
		return string([]rune(text)[:maxMentionText-1]) + "…"
	}
	return text
}
