// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// notUTF8 is what a body is that is no text in UTF-8. encoding/json would put
// replacement characters into it, which compare as another state.
const notUTF8 = "not UTF-8"

// isText reports whether a body is valid UTF-8.
func isText(body []byte) bool { return utf8.Valid(body) }

// ambiguity says what of a body, which is valid JSON and was parsed to tree, readers take in
// different ways: an escape of half a character, or a key that stands twice in one object.
// Of the latter, encoding/json takes the last and others the first. It returns "" for
// neither.
func ambiguity(body []byte, tree any) string {
	switch {
	case hasHalfCharacter(body):
		return notUTF8
	// Where each key of the text is one of the tree, none stands twice. To count them costs a
	// fraction of what it costs to compare them.
	case keysOf(body) == keysIn(tree):
		return ""
	}
	return "JSON in which " + keyName(repeatedKey(body)) + " stands twice in one object"
}

// keysOf counts the keys in a JSON text: each is followed by a colon.
func keysOf(body []byte) int {
	count := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			i += stringLength(body[i:]) - 1
		case ':':
			count++
		}
	}
	return count
}

// keysIn counts the keys of all objects in a tree.
func keysIn(tree any) int {
	count := 0
	switch value := tree.(type) {
	case jsonObject:
		count = len(value)
		for _, member := range value {
			count += keysIn(member)
		}
	case []any:
		for _, element := range value {
			count += keysIn(element)
		}
	}
	return count
}

// repeatedKey returns the first key of a JSON text that its object has already.
func repeatedKey(body []byte) string {
	var objects []map[string]bool
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '{':
			objects = append(objects, map[string]bool{})
		case '}':
			objects = objects[:len(objects)-1]
		case '"':
			text := body[i : i+stringLength(body[i:])]
			i += len(text) - 1
			if next := bytes.TrimLeft(body[i+1:], " \t\r\n"); len(next) == 0 || next[0] != ':' {
				continue
			}
			var key string
			// It was parsed before.
			_ = json.Unmarshal(text, &key)
			keys := objects[len(objects)-1]
			if keys[key] {
				return key
			}
			keys[key] = true
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

// hasHalfCharacter reports whether a JSON text has the escape of a surrogate without the
// other half.
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

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z_.]{0,39}$`)

// keyName names a key of a reply in a text, unless it may be somebody's data.
func keyName(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return "another key"
}
