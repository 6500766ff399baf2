// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import "strings"

// CaseLink is a link to a case in a text.
type CaseLink struct {
	// Link is the link as the text has it.
	Link string `tfsdk:"link"`
	// Domain and ID are what ParseCaseLink finds in it.
	Domain string `tfsdk:"domain"`
	ID     string `tfsdk:"id"`
	// Line is the line of the text where the link starts, from 1.
	Line int64 `tfsdk:"line"`
}

const (
	// linkEnds are the characters that end a link, beside white space and whatever
	// is not ASCII. A URL may hold ' and *, but around a link they are quotes and
	// emphasis.
	linkEnds = "<>\"'`|\\^{}[]*"
	// linkTrailers are the characters that do not belong to a link as its last.
	linkTrailers = ".,:;!?_~-("
	// linkSeparators are the characters that a link may hold, and that also part it
	// from what follows without a space, as in a line of CSV.
	linkSeparators = ",;("
	// linkEmbedders are the characters before a URL that is part of another URL.
	linkEmbedders = "/=?#&"
	// maxIPv6Host is how long an IPv6 address in brackets can be.
	maxIPv6Host = len("[0000:0000:0000:0000:0000:0000:255.255.255.255]")
)

// FindCaseLinks returns the links in a text that ParseCaseLink takes, in order,
// and each as often as it is there. The text can be of any kind: Markdown, YAML,
// source code, a commit message. A character that is not ASCII ends a link, since
// Chinese text follows one without a space, and browsers percent-encode such a
// character. The time is linear in the length of the text.
func FindCaseLinks(text string) []CaseLink {
	links := []CaseLink{}
	line, counted := int64(1), 0
	take := func(start, end int, parse func(string) (CaseLink, error)) bool {
		link, err := parse(text[start:end])
		if err != nil {
			return false
		}
		line += int64(strings.Count(text[counted:start], "\n"))
		counted = start
		link.Line = line
		links = append(links, link)
		return true
	}
	for start := nextScheme(text, 0); start < len(text); {
		end := start + linkLength(text[start:])
		if take(start, end, parseTrimmed) {
			start = nextScheme(text, end)
			continue
		}
		// A URL inside this one may still be a link. They are tried side by side and
		// not nested, so that each character is looked at a fixed number of times.
		for start < end {
			next := nextScheme(text, afterScheme(text, start))
			take(start, min(next, end), parseSeparated)
			start = next
		}
	}
	return links
}

// parseTrimmed parses a link that may have characters at its end that are not its
// own.
func parseTrimmed(text string) (CaseLink, error) {
	link := strings.TrimRight(text, linkTrailers)
	domain, id, err := ParseCaseLink(link)
	return CaseLink{Link: link, Domain: domain, ID: id}, err
}

// parseSeparated does the same, and takes what is before the first separator if
// the whole is no link.
func parseSeparated(text string) (CaseLink, error) {
	link, err := parseTrimmed(text)
	if separator := strings.IndexAny(text, linkSeparators); err != nil && separator >= 0 {
		return parseTrimmed(text[:separator])
	}
	return link, err
}

// nextScheme returns where the next http:// or https:// starts, or the length of
// the text.
func nextScheme(text string, from int) int {
	for at := from; ; {
		colon := strings.Index(text[at:], "://")
		if colon < 0 {
			return len(text)
		}
		colon += at
		for _, scheme := range []string{"https", "http"} {
			if start := colon - len(scheme); start >= from && strings.EqualFold(text[start:colon], scheme) {
				return start
			}
		}
		at = colon + len("://")
	}
}

// afterScheme returns where the scheme that starts at a place has ended.
func afterScheme(text string, start int) int {
	return start + strings.Index(text[start:], "://") + len("://")
}

// linkLength returns how much of a text that starts with a link is the link.
func linkLength(text string) int {
	at := afterScheme(text, 0)
	if strings.HasPrefix(text[at:], "[") { // an IPv6 address
		at += strings.IndexByte(text[at:min(at+maxIPv6Host, len(text))], ']') + 1
	}
	next := nextScheme(text, at)
	open := 0
	for ; at < len(text); at++ {
		c := text[at]
		switch {
		case c <= ' ' || c >= 0x7f || strings.IndexByte(linkEnds, c) >= 0:
			return at
		case c == '(':
			open++
		case c == ')' && open == 0:
			return at
		case c == ')':
			open--
		}
		if at == next {
			if strings.IndexByte(linkEmbedders, text[at-1]) < 0 || strings.HasSuffix(text[:at], "://") {
				return at
			}
			next = nextScheme(text, afterScheme(text, at))
		}
	}
	return at
}
