// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
)

// ParseCaseLink finds the site and the case that a link points to. Since the
// links of AICC's console are not documented, it looks for the one text of 20
// ASCII letters and digits with at least one of each that stands as a segment of
// the path, as a value of the query, or as a part of the fragment. The site is the
// host in lower case, with the port if the link has one. The error is a phrase
// that says what is wrong.
func ParseCaseLink(link string) (domain, id string, err error) {
	parsed, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return "", "", errors.New("it is not a valid URL")
	}
	if parsed.Scheme != "https" && parsed.Scheme != "http" {
		return "", "", errors.New("it does not start with https:// or http://")
	}
	domain = strings.ToLower(strings.TrimSuffix(parsed.Host, ":"))
	if parsed.Hostname() == "" {
		return "", "", errors.New("it has no host")
	}
	found := map[string]bool{}
	for part := range linkParts(parsed) {
		if looksLikeID(part) {
			id = part
			found[part] = true
		}
	}
	switch len(found) {
	case 0:
		return "", "", errors.New("no part of it looks like a case ID: 20 ASCII letters and digits, at least one of each")
	case 1:
		return domain, id, nil
	default:
		return "", "", fmt.Errorf("%d different parts of it look like a case ID, and only one may", len(found))
	}
}

// linkParts are the path's segments, the query's values and the fragment's parts. A
// fragment often is a path with a query of its own.
func linkParts(link *url.URL) iter.Seq[string] {
	return func(yield func(string) bool) {
		for segment := range strings.SplitSeq(link.EscapedPath(), "/") {
			if part, err := url.PathUnescape(segment); err == nil && !yield(part) {
				return
			}
		}
		for _, values := range link.Query() {
			for _, value := range values {
				if !yield(value) {
					return
				}
			}
		}
		strings.FieldsFuncSeq(link.Fragment, func(c rune) bool {
			return strings.ContainsRune("/?&=#;!", c)
		})(yield)
	}
}

func looksLikeID(part string) bool {
	return len(part) == maxIDLength && caseID.MatchString(part) &&
		strings.ContainsAny(part, "0123456789") &&
		strings.ContainsFunc(part, func(c rune) bool { return c > '9' })
}

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
