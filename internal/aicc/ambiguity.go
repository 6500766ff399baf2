// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// notUTF8 is what a body is that is no text in UTF-8. encoding/json would put
// replacement characters into it, which compare as another state.
const notUTF8 = "not UTF-8"

// isText reports whether a body is valid UTF-8.
func isText(body []byte) bool { return utf8.Valid(body) }

// ambiguity says what of a body that is valid JSON readers take in different ways: an
// escape of half a character, or a key that stands twice in one object. Of the latter,
// encoding/json takes the last and others the first. It returns "" for neither.
func ambiguity(body []byte) string {
	var keys keySets
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '{':
			keys.open()
		case '}':
			keys.close()
		case '"':
			text := body[i : i+stringLength(body[i:])]
			i += len(text) - 1
			if hasHalfCharacter(text) {
				return notUTF8
			}
			// Only a key is followed by a colon.
			if next := bytes.TrimLeft(body[i+1:], " \t\r\n"); len(next) == 0 || next[0] != ':' {
				continue
			}
			if key := unquoted(text); keys.add(key) {
				return "JSON in which " + keyName(string(key)) + " stands twice in one object"
			}
		}
	}
	return ""
}

// stringLength is how long the JSON string is that a text begins with, quotes included.
func stringLength(text []byte) int {
	for end := 1; ; {
		quote := bytes.IndexByte(text[end:], '"')
		if quote < 0 {
			return len(text)
		}
		end += quote + 1
		backslashes := 0
		for text[end-2-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return end
		}
	}
}

// hasHalfCharacter reports whether a JSON string has the escape of a surrogate without
// the other half.
func hasHalfCharacter(text []byte) bool {
	for at := bytes.IndexByte(text, '\\'); at >= 0 && at+1 < len(text); {
		unit, size := escapedUnit(text[at:]), 2
		if unit >= 0 {
			size = 6
		}
		switch {
		case unit >= 0xDC00 && unit < 0xE000:
			return true
		case unit >= 0xD800 && unit < 0xDC00:
			if other := escapedUnit(text[at+size:]); other < 0xDC00 || other >= 0xE000 {
				return true
			}
			size += 6
		}
		next := bytes.IndexByte(text[at+size:], '\\')
		if next < 0 {
			return false
		}
		at += size + next
	}
	return false
}

// escapedUnit is the UTF-16 code unit of the \u that a text begins with, or -1.
func escapedUnit(text []byte) int64 {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	unit, err := strconv.ParseInt(string(text[2:6]), 16, 32)
	if err != nil {
		return -1
	}
	return unit
}

// unquoted is what a JSON string stands for.
func unquoted(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1]
	}
	var plain string
	// It was parsed before.
	_ = json.Unmarshal(text, &plain)
	return []byte(plain)
}

// keySets are the keys of the objects that are open at a place, from the outermost in.
type keySets struct {
	keys [][]byte
	// starts says where the keys of each object begin.
	starts []int
	// many has those of objects with more keys than fewKeys, by their starts.
	many map[int]map[string]bool
}

// fewKeys is up to how many keys of one object are compared one by one.
const fewKeys = 48

func (s *keySets) open() { s.starts = append(s.starts, len(s.keys)) }

func (s *keySets) close() {
	start := s.starts[len(s.starts)-1]
	s.starts = s.starts[:len(s.starts)-1]
	s.keys = s.keys[:start]
	delete(s.many, start)
}

// add adds a key to the innermost object, and reports whether that has it already.
func (s *keySets) add(key []byte) bool {
	start := s.starts[len(s.starts)-1]
	known := s.keys[start:]
	if len(known) < fewKeys {
		s.keys = append(s.keys, key)
		return slices.ContainsFunc(known, func(other []byte) bool { return bytes.Equal(other, key) })
	}
	if s.many[start] == nil {
		if s.many == nil {
			s.many = map[int]map[string]bool{}
		}
		s.many[start] = map[string]bool{}
		for _, other := range known {
			s.many[start][string(other)] = true
		}
	}
	twice := s.many[start][string(key)]
	s.many[start][string(key)] = true
	return twice
}

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z_.]{0,39}$`)

// keyName names a key of a reply in a text, unless it may be somebody's data.
func keyName(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return "another key"
}
