// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"strings"
)

// readValue takes the value of a marker: one case, several with commas between them,
// or a list. It returns where to go on.
func (s *mentionScan) readValue(start int, gap gap, takesNumber, promises bool) (end int) {
	at := gap.end
	switch {
	case gap.lineEnd:
		return s.readLines(at)
	case at < len(s.lower) && s.lower[at] == '[' && gap.names:
		return s.readList(at + 1)
	}
	end, found := s.readCase(start, at, takesNumber)
	if !found {
		if promises {
			return s.readPromise(start, at)
		}
		return at
	}
	for !s.isFull() {
		next := s.skipJoint(end)
		following, found := s.readCase(next, next, next > end && s.lower[next-1] == '#' || runEnd(s.lower, next, isDigit)-next >= 4)
		if next == end || !found {
			return end
		}
		end = following
	}
	return end
}

// skipJoint skips what stands between two cases that one marker names.
func (s *mentionScan) skipJoint(at int) (end int) {
	end = at + len(s.lower[at:min(len(s.lower), at+8)]) - len(strings.TrimLeft(s.lower[at:min(len(s.lower), at+8)], " \"'`"))
	if rest := s.lower[end:]; end > at && len(rest) > 1 && rest[0] == '#' && isSignificant(rest[1]) {
		return end + 1
	}
	for _, joint := range []string{",", "，", "、", ";", "；", "/", "+", "&", "和", "及", "and ", "or "} {
		if rest := s.lower[end:]; strings.HasPrefix(rest, joint) {
			rest = rest[len(joint):]
			short := rest[:min(len(rest), 8)]
			return end + len(joint) + len(short) - len(strings.TrimLeft(short, " \"'`#"))
		}
	}
	return at
}

// readCase takes a number or an ID at this place. Its mention starts at start.
func (s *mentionScan) readCase(start, at int, takesNumber bool) (end int, found bool) {
	end = runEnd(s.lower, at, isWord)
	run := s.text[at:end]
	isID := looksLikeID(run)
	isNumber := takesNumber && run != "" && strings.Trim(run, "0123456789") == ""
	switch {
	case !isID && !isNumber || s.isNumberElsewhere(at, end):
		return at, false
	case isID:
		s.add(start, CaseMention{Text: s.quoted(start, end), Kind: MentionID, ID: &run})
		return end, true
	default:
		return end, s.addNumber(start, at, end)
	}
}

// isNumberElsewhere reports whether what stands here goes on in a way that no number
// of a case and no ID does: a date, a version, a time, an amount.
func (s *mentionScan) isNumberElsewhere(at, end int) bool {
	if at > 0 && (isWord(s.lower[at-1]) || at > 1 && s.lower[at-1] == '.' && isDigit(s.lower[at-2])) {
		return true
	}
	rest := s.lower[end:min(len(s.lower), end+16)]
	if len(rest) > 1 && strings.IndexByte(".-:/+$", rest[0]) >= 0 && (isWord(rest[1]) || rest[1] == '{') {
		isSlug := rest[0] == '-' && isLetter(rest[1]) // fix/ticket-40001-voice-menu
		isJoint := strings.IndexByte("/+", rest[0]) >= 0 && end-at > 4 && runEnd(rest, 1, isDigit) > 5
		return !isSlug && !isJoint
	}
	return thousands.MatchString(s.lower[at:min(len(s.lower), end+5)]) || isAmount(strings.TrimLeft(rest, " "))
}

func (s *mentionScan) addNumber(start, at, end int) bool {
	number, err := ParseCaseNo(s.text[at:end])
	if err != nil || strings.Trim(number, "0") == "" {
		return false
	}
	s.add(start, CaseMention{Text: s.quoted(start, end), Kind: MentionNumber, CaseNo: &number})
	return true
}

// readList takes the items of an array, from behind its bracket.
func (s *mentionScan) readList(at int) (end int) {
	for !s.isFull() {
		at = s.skipBlank(at, " \t\r\n\"'`,，、")
		if s.isComment(at) {
			return s.readComment(at, s.readList)
		}
		at = s.skipBlank(at, "#")
		next, found := s.readItem(at)
		if !found {
			return at
		}
		at = next
	}
	return at
}

// readLines takes the one value that is alone on the next line, or the items of a list of
// YAML or Markdown, from the end of the line before it.
func (s *mentionScan) readLines(at int) (end int) {
	item := s.skipBlank(at, " \t\r\n\"'`,")
	alone := runEnd(s.lower, item, isWord)
	if alone-item > 3 && strings.TrimLeft(s.lower[alone:s.lineEnd(alone)], " \t\r\"'`,") == "" {
		if end, found := s.readCase(item, item, true); found {
			return end
		}
	}
	return s.readItems(at)
}

func (s *mentionScan) readItems(at int) (end int) {
	for !s.isFull() {
		item := s.skipBlank(at, " \t\r\n\"'`,")
		if s.isComment(item) {
			return s.readComment(item, s.readItems)
		}
		if rest := s.lower[item:]; !strings.HasPrefix(rest, "- ") && !strings.HasPrefix(rest, "* ") {
			return at
		}
		next, found := s.readItem(s.skipBlank(item+2, " \"'`#"))
		if !found {
			return at
		}
		at = next
	}
	return at
}

// isComment reports whether a comment begins in a list, and no number with its sign.
func (s *mentionScan) isComment(at int) bool {
	rest := s.lower[at:min(len(s.lower), at+2)]
	return rest == "//" || len(rest) == 2 && rest[0] == '#' && !isSignificant(rest[1])
}

// readComment has a list read on behind a comment.
func (s *mentionScan) readComment(at int, list func(at int) (end int)) (end int) {
	if end := s.lineEnd(at); strings.HasPrefix(s.lower[end:], "\n") {
		s.resume, s.resumeAt = list, end
	}
	return at
}

// lineEnd is where a line ends, or how much of it is looked at.
func (s *mentionScan) lineEnd(at int) int {
	rest := s.lower[at:min(len(s.lower), at+maxItemGap)]
	line, _, _ := strings.Cut(rest, "\n")
	return at + len(line)
}

// skipBlank skips the characters of a set.
func (s *mentionScan) skipBlank(at int, set string) int {
	gap := s.lower[at:min(len(s.lower), at+maxItemGap)]
	return at + len(gap) - len(strings.TrimLeft(gap, set))
}

// readItem takes a case, a placeholder, or a URL that is found as such.
func (s *mentionScan) readItem(at int) (end int, found bool) {
	if at >= len(s.lower) {
		return at, false
	}
	if end, found = s.readCase(at, at, true); found {
		return end, true
	}
	if word := placeholderAt(s.lower[at:]); word != "" {
		s.addPromise(at, at+len(word), "there is a placeholder instead of a case")
		return at + len(word), true
	}
	if strings.HasPrefix(s.lower[at:], "http://") || strings.HasPrefix(s.lower[at:], "https://") {
		end = at + linkLength(s.text[at:])
		return end, end > at
	}
	return at, false
}
