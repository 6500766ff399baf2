// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"regexp"
	"strings"
)

// findLinks goes through the URLs as [FindCaseLinks] does.
func (s *mentionScan) findLinks() {
	for start := nextScheme(s.text, 0); start < len(s.text) && !s.isFull(); {
		end := start + linkLength(s.text[start:])
		if site, id, _ := s.readLink(s.text[start:end]); id != "" {
			s.addLink(start, end, site, id)
			start = nextScheme(s.text, end)
			continue
		}
		// A URL inside this one may still be a link.
		for start < end {
			next := nextScheme(s.text, afterScheme(s.text, start))
			s.readPart(start, min(next, end))
			start = next
		}
	}
}

// readPart takes a URL as far as it is a link, or else notes that it should be one.
func (s *mentionScan) readPart(start, end int) {
	site, id, reason := s.readLink(s.text[start:end])
	if separator := strings.IndexAny(s.text[start:end], linkSeparators); id == "" && separator >= 0 {
		end = start + separator
		if partSite, partID, partReason := s.readLink(s.text[start:end]); partID != "" || reason == "" {
			site, id, reason = partSite, partID, partReason
		}
	}
	if id != "" {
		s.addLink(start, end, site, id)
		return
	}
	if reason == "" && s.hosts[site] && s.hasMistypedID(start, end) {
		reason = oddCharacter
	}
	s.urls = append(s.urls, urlSpan{start, end, s.hosts[site], reason != ""})
	if reason != "" {
		s.add(start, CaseMention{Text: showableLink(s.text[start:end], ""), Kind: MentionUnlinked, Domain: &site, Reason: &reason})
	}
}

// hasMistypedID reports whether a part of a link is an ID but for one character, at
// which the link may end.
func (s *mentionScan) hasMistypedID(start, end int) bool {
	for at := start + 1; at <= end; at++ {
		if strings.IndexByte("/=#", s.text[at-1]) >= 0 && isMistypedID(s.text[at:]) {
			return true
		}
	}
	return false
}

func (s *mentionScan) addLink(start, end int, site, id string) {
	s.urls = append(s.urls, urlSpan{start, end, s.hosts[site], true})
	s.add(start, CaseMention{Text: showableLink(s.text[start:end], id), Kind: MentionLink, Domain: &site, ID: &id})
}

var (
	// fileEnding is what a web server may have behind an ID.
	fileEnding = regexp.MustCompile(`\.[A-Za-z]{2,5}$`)
	// otherSite is in a link to a case at another site. Without it, 20 letters and digits
	// are anything, such as somebody's name.
	otherSite = regexp.MustCompile(`(?i)case|ticket|aicc`)
	// placeholderLink ends with a placeholder.
	placeholderLink = regexp.MustCompile(`(?i)[/?&#!](?:case|ticket)s?(?:_?id)?[/=](?:todo|tbd|tba|tbc|fixme|xxx+)/?$`)
	// nearLinkPart is a part of a link in which somebody meant a case.
	nearLinkPart = regexp.MustCompile(`(?i)(?:[/?&#!](?:case|ticket)s?(?:_?id)?[/=])([0-9A-Za-z]+)|[/=#]([0-9A-Za-z]{16,24})(?:[/?&#;!.]|$)`)
)

// readLink returns the site of a URL and the case in it, or else why a link to one
// of the hosts that seems to be a case's is none.
func (s *mentionScan) readLink(text string) (site, id, reason string) {
	text = strings.TrimRight(text, linkTrailers)
	if len(text) > maxLink {
		return "", "", ""
	}
	site = siteOf(text)
	switch {
	case site == "":
		return "", "", ""
	case !hasIDRun(text):
		switch {
		case !s.hosts[site]:
		case isNearLink(text):
			return site, "", "no part of it looks like a case ID"
		case placeholderLink.MatchString(text):
			return site, "", "there is a placeholder instead of a case"
		}
		return site, "", ""
	}
	found, err := parseSpellings(text)
	switch {
	case err == nil && (s.hosts[site] || otherSite.MatchString(text)):
		return site, found, ""
	case err != nil && s.hosts[site] && isNearLink(text):
		return site, "", err.Error()
	}
	return site, "", ""
}

// parseSpellings finds the case in a link, also where semicolons stand between the values
// of its query, or the ID ends as a file does. The error is that of the link as it is.
func parseSpellings(text string) (id string, err error) {
	_, id, err = ParseCaseLink(text)
	for _, spelling := range []string{strings.ReplaceAll(text, ";", "&"), fileEnding.ReplaceAllString(text, "")} {
		if err == nil || spelling == text {
			continue
		}
		if _, other, problem := ParseCaseLink(spelling); problem == nil {
			return other, nil
		}
	}
	return id, err
}

// hasIDRun reports whether a text has as many letters and digits in a row as an ID.
func hasIDRun(text string) bool {
	run := 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i < len(text) && isSignificant(text[i]):
			run++
		case run == maxIDLength:
			return true
		default:
			run = 0
		}
	}
	return false
}

// isNearLink reports whether somebody meant a case with a part of a link.
func isNearLink(link string) bool {
	path := link[afterScheme(link, 0):]
	if !strings.ContainsAny(path, "0123456789") {
		return false
	}
	for _, near := range nearLinkPart.FindAllStringSubmatch(path, -1) {
		if part := near[1] + near[2]; len(part) != caseNoLength && strings.ContainsAny(part, "0123456789") {
			return true
		}
	}
	return false
}

// siteOf is the site of a URL, or nothing if it has none.
func siteOf(link string) string {
	scheme, rest, _ := strings.Cut(link, "://")
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	return siteName(asciiLower(scheme), host)
}

// siteName is a host in the one spelling in which sites are compared: lower case,
// without a final dot and the port of its scheme.
func siteName(scheme, host string) string {
	host = strings.TrimSuffix(asciiLower(host), ":")
	if scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	name, port := host, ""
	if colon := strings.LastIndexByte(host, ':'); colon > strings.LastIndexByte(host, ']') {
		name, port = host[:colon], host[colon:]
	}
	return strings.TrimSuffix(name, ".") + port
}

// showableLink is a link without its user info and the values of its query, but for
// the ID of the case.
func showableLink(link, id string) string {
	link = strings.TrimRight(link, linkTrailers)
	start := afterScheme(link, 0)
	host := link[start:]
	if end := strings.IndexAny(host, "/?#"); end >= 0 {
		host = host[:end]
	}
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		link = link[:start] + link[start+at+1:]
	}
	var shown strings.Builder
	for rest, inQuery := link, false; rest != "" && shown.Len() < 4*maxMentionText; {
		at := strings.IndexAny(rest, "?#&;=")
		if at < 0 {
			shown.WriteString(rest)
			break
		}
		shown.WriteString(rest[:at+1])
		inQuery = inQuery || rest[at] != ';'
		isValue := inQuery && rest[at] == '='
		rest = rest[at+1:]
		if !isValue {
			continue
		}
		end := strings.IndexAny(rest+"&", "&;#")
		if value := rest[:min(end, len(rest))]; value == id {
			shown.WriteString(value)
		} else if value != "" {
			shown.WriteString("…")
		}
		rest = rest[min(end, len(rest)):]
	}
	return shown.String()
}
