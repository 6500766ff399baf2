// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"errors"
	"fmt"
	"iter"
	"net/url"
	"regexp"
	"strings"
)

// maxIDLength is the length of an ID in bytes, by the API page.
const maxIDLength = 20

var caseID = regexp.MustCompile(`^[0-9A-Za-z]{1,20}$`)

// CheckCaseID accepts 1 to 20 ASCII letters and digits, so that an ID is always
// one path segment. The error is a phrase that says what is wrong.
func CheckCaseID(id string) error {
	switch {
	case caseID.MatchString(id):
		return nil
	case id == "":
		return errors.New("it is empty")
	case strings.TrimSpace(id) != id:
		return errors.New("it has white space around it")
	case strings.Contains(id, "://"):
		return errors.New("it is a link, and only the ID inside the link is wanted")
	case len(id) > maxIDLength:
		return fmt.Errorf("it has %d bytes, and an ID has at most %d", len(id), maxIDLength)
	default:
		return errors.New("it has a character that is neither an ASCII letter nor a digit")
	}
}

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
