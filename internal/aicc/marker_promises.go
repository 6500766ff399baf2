// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
