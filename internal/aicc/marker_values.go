// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
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

// isAmount reports whether a text goes on as behind a number that counts something, or
// that is multiplied.
func isAmount(rest string) bool {
	if factor, isProduct := strings.CutPrefix(rest, "* "); isProduct && factor != "" && isDigit(factor[0]) {
		return true
	}
	for _, unit := range units {
		if strings.HasPrefix(rest, unit) {
			return true
		}
	}
	return false
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

func placeholderAt(text string) string {
	if text == "" || !placeholderStarts[text[0]] {
		return ""
	}
	for _, word := range placeholders {
		if !strings.HasPrefix(text, word) {
			continue
		}
		end := len(word)
		if strings.IndexByte("x?.", word[end-1]) >= 0 {
			end = runEnd(text, 0, func(b byte) bool { return b == word[0] })
		}
		c, _ := utf8.DecodeRuneInString(text[end:])
		if end == len(text) || !unicode.IsLetter(c) && !unicode.IsDigit(c) && strings.IndexByte("(.[_/", text[end]) < 0 ||
			text[end] == '.' && (end+1 == len(text) || !isWord(text[end+1])) {
			return text[:end]
		}
	}
	return ""
}

// readPromise notes what stands where a case should be named, if it is nothing else.
func (s *mentionScan) readPromise(start, at int) (end int) {
	if strings.HasPrefix(s.text[at:], "None") { // of Python
		return at
	}
	if word := placeholderAt(s.lower[at:]); word != "" {
		s.addPromise(start, at+len(word), "there is a placeholder instead of a case")
		return at + len(word)
	}
	if s.isOwnURL(at) {
		link := showableLink(s.text[at:at+linkLength(s.text[at:])], "")
		s.add(start, CaseMention{Text: s.text[start:at] + link, Kind: MentionUnlinked, Reason: ptr("the link behind it has no case ID")})
		return at
	}
	end = runEnd(s.lower, at, isWord)
	run := s.lower[at:end]
	if isMistypedID(s.text[at:]) {
		s.add(start, CaseMention{Text: s.text[start:at+4] + "…", Kind: MentionUnlinked, Reason: ptr(oddCharacter)})
		return at + maxIDLength
	}
	if thousands.MatchString(s.lower[at:min(len(s.lower), end+5)]) {
		s.addPromise(start, end+4, "it has a character that is not a digit")
		return end + 4
	}
	if rest := s.lower[end:min(len(s.lower), end+2)]; len(rest) > 1 && strings.IndexByte(".-:/$+(", rest[0]) >= 0 && rest[1] > ' ' {
		return at
	}
	if reason, isNear := nearMiss(run); isNear {
		// It may be the ticket of a session, which is a secret.
		s.add(start, CaseMention{Text: s.text[start:at+min(4, len(run))] + "…", Kind: MentionUnlinked, Reason: &reason})
		return end
	}
	prose := proseAt(s.text[at:min(len(s.text), at+maxValue)])
	if prose > 0 && s.isKey(start) {
		s.addPromise(start, at+prose, "neither a link, nor a number, nor an ID is behind it")
	}
	return at + prose
}

const oddCharacter = "it has a character that is neither an ASCII letter nor a digit"

// thousands is a number of several groups of digits.
var thousands = regexp.MustCompile(`^[0-9]{1,3},[0-9]{3}(?:[^0-9]|$)`)

// isMistypedID reports whether a text begins with an ID in which one character is no
// letter or digit of ASCII.
func isMistypedID(text string) bool {
	length, odd, digits := 0, 0, 0
	for _, c := range text[:min(len(text), 2*maxIDLength)] {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c < utf8.RuneSelf && unicode.IsLetter(c):
		case c == '-', c == '.', c == '_', unicode.In(c, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Nd):
			odd++
		default:
			return length == maxIDLength && odd == 1 && digits > 2
		}
		length++
	}
	return length == maxIDLength && odd == 1 && digits > 2
}

func countDigits(word string) (digits int) {
	for i := range len(word) {
		if isDigit(word[i]) {
			digits++
		}
	}
	return digits
}

// nearMiss says why a word is no number and no ID, if somebody meant one.
func nearMiss(word string) (reason string, isNear bool) {
	digits := runEnd(word, 0, isDigit)
	switch {
	case strings.IndexByte(word, '_') >= 0:
		return "", false
	case digits == len(word) && digits > caseNoLength:
		return fmt.Sprintf("it has %d digits, and a case number has at most %d", digits, caseNoLength), true
	case digits > 0 && digits < len(word) && countDigits(word) > 2 && len(word)-countDigits(word) <= 2:
		return "it has a character that is not a digit", true
	case len(word) >= 16 && len(word) <= 24 && len(word) != maxIDLength && digits < len(word) && strings.ContainsAny(word, "0123456789"):
		return fmt.Sprintf("it has %d letters and digits, and the ID of a case has %d", len(word), maxIDLength), true
	default:
		return "", false
	}
}

func (s *mentionScan) addPromise(start, end int, reason string) {
	s.add(start, CaseMention{Text: s.quoted(start, end), Kind: MentionUnlinked, Reason: &reason})
}

// quoted is what stands there, with the other one of a pair of quotes.
func (s *mentionScan) quoted(start, end int) string {
	for _, quote := range []string{`"`, "'", "`"} {
		switch {
		case strings.Count(s.text[start:end], quote)%2 == 0:
		case strings.HasPrefix(s.text[end:], quote):
			end++
		case strings.HasSuffix(s.text[:start], quote):
			start--
		}
	}
	return s.text[start:end]
}

// isOwnURL reports whether a link to one of the hosts starts here that is no case's.
func (s *mentionScan) isOwnURL(at int) bool {
	if !strings.HasPrefix(s.lower[at:], "http") {
		return false
	}
	low, high := 0, len(s.urls)
	for low < high {
		if middle := (low + high) / 2; s.urls[middle].start < at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low < len(s.urls) && s.urls[low].start == at && s.urls[low].own && !s.urls[low].hasCase
}

// isKey reports whether a marker is the key of its line, as in YAML.
func (s *mentionScan) isKey(start int) bool {
	line := s.lower[max(0, start-64):start]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	line = strings.TrimLeft(line, " \t-\"'{*")
	return runEnd(line, 0, isWord) == len(line)
}

// proseAt returns how much of a text is several words and nothing else, up to the
// end of the line or of the quotes.
func proseAt(text string) (end int) {
	if stop := strings.IndexAny(text, "\n\r\"'`#"); stop >= 0 {
		text = text[:stop]
	}
	text = strings.TrimSpace(text)
	isOther := func(c rune) bool { return !unicode.IsLetter(c) && !strings.ContainsRune(" ,.!?-", c) }
	switch {
	case strings.ContainsFunc(text, isOther),
		!strings.Contains(text, " "),
		strings.Contains(asciiLower(text), "ticket"), strings.Contains(text, "工单"):
		return 0
	}
	return len(text)
}

func lastWord(text string) string {
	text = strings.TrimRight(text[max(0, len(text)-24):], " -_")
	return text[strings.LastIndexFunc(text, func(c rune) bool { return !unicode.IsLetter(c) })+1:]
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= lower(c) && lower(c) <= 'z' }
func isWord(c byte) bool   { return isSignificant(c) || c == '_' }

func isASCII(text string) bool { return text[0] < utf8.RuneSelf }

// runEnd returns where a run of bytes ends that starts at a place.
func runEnd(text string, at int, is func(byte) bool) int {
	for at < len(text) && is(text[at]) {
		at++
	}
	return at
}

func ptr[T any](value T) *T { return &value }
