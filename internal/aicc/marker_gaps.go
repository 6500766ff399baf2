// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gap is what stands between a marker and its value.
type gap struct {
	end int
	// strong is whether it says that a value follows, names whether it promises one.
	strong, names bool
	// lineEnd is whether the line ends with it, as before a list of YAML.
	lineEnd bool
}

// skipSeparators goes from the end of a marker to its value. It is not ok where what
// follows is code, such as a comparison, or nothing at all.
func (s *mentionScan) skipSeparators(start, at int) (g gap, ok bool) {
	g.end = at
	if width := s.valueKeyWidth(start, at); width > 0 {
		return gap{end: at + width, strong: true, names: true}, true
	}
	if start > 0 && s.lower[start-1] == '<' && strings.HasPrefix(s.lower[at:], ">") { // an element of XML
		g = gap{end: at + 1, strong: true, names: true}
	}
	for g.end < len(s.lower) && g.end-at < maxSeparators {
		rest := s.lower[g.end:]
		switch {
		case strings.IndexByte("\n\r", rest[0]) >= 0:
			g.lineEnd = true
			return g, g.names
		case isCode(rest, s.lower[at-1], g.end == at):
			return g, false
		case rest[0] == '[' && g.names:
			return g, true
		case g.names && foldedLine.MatchString(rest[:min(len(rest), 4)]):
			g.lineEnd = true
			g.end += strings.IndexByte(rest, '\n')
			return g, true
		}
		if !g.skipSeparator(rest) {
			return g, true
		}
	}
	return g, g.end < len(s.lower)
}

// foldedLine is what YAML has before a text of several lines.
var foldedLine = regexp.MustCompile(`^[>|]-?\r?\n`)

// valueKeyWidth is the length of what leads from a marker to its value where the marker
// is the value of a key itself, as in a tag or a variable of the environment: 0, if it is
// not.
func (s *mentionScan) valueKeyWidth(start, at int) int {
	const quotes, blanks = "\"'", " \t\r\n,"
	behind := s.lower[at:min(len(s.lower), at+maxKey)]
	rest := strings.TrimLeft(behind, quotes)
	key, isValue := strings.CutPrefix(strings.TrimLeft(strings.TrimLeft(rest, blanks), quotes), "value")
	key = strings.TrimLeft(key, quotes+" \t")
	if !isValue || strings.TrimLeft(rest, blanks) == rest || key == "" || strings.IndexByte("=:", key[0]) < 0 {
		return 0
	}
	before := strings.TrimRightFunc(s.lower[max(0, start-maxKey):start], func(c rune) bool {
		return unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("_-./", c)
	})
	before = strings.TrimRight(before, quotes+" \t")
	if before == "" || strings.IndexByte("=:", before[len(before)-1]) < 0 {
		return 0
	}
	before = strings.TrimRight(before[:len(before)-1], quotes+" \t")
	if !strings.HasSuffix(before, "key") && !strings.HasSuffix(before, "name") {
		return 0
	}
	return len(behind) - len(strings.TrimLeft(key[1:], quotes+" \t"))
}

// isCode reports whether a text goes on with an operator, with a sign, or, right
// behind a word of ASCII, with an index or a call.
func isCode(text string, before byte, isFirst bool) bool {
	for _, operator := range operators {
		if strings.HasPrefix(text, operator) {
			return true
		}
	}
	if isFirst {
		return before < utf8.RuneSelf && strings.IndexByte("[(", text[0]) >= 0
	}
	digits := runEnd(text, 1, isDigit)
	return text[0] == '-' && digits > 1 && (digits == len(text) || !isWord(text[digits]))
}

// skipSeparator skips one separator, if there is one.
func (g *gap) skipSeparator(text string) (found bool) {
	if width := tagWidth(text); width > 0 {
		g.end += width
		g.names = true
		return true
	}
	if !separatorStarts[text[0]] {
		return false
	}
	for i, separators := range [][]string{promisingSeparators, strongSeparators, weakSeparators} {
		for _, separator := range separators {
			if strings.HasPrefix(text, separator) {
				g.end += len(separator)
				g.strong = g.strong || i < 2
				g.names = g.names || i < 1
				return true
			}
		}
	}
	return false
}

// tagWidth is the length of a tag of HTML without attributes, or 0.
func tagWidth(text string) int {
	if text[0] != '<' {
		return 0
	}
	end := strings.IndexByte(text[:min(len(text), 24)], '>')
	if end < 2 || !isLetter(text[1]) && text[1] != '/' || strings.ContainsAny(text[:end], " \n") {
		return 0
	}
	return end + 1
}
