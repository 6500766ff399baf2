// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"strconv"
	"strings"
	"unicode"
)

// unit is one way to read what stands at a position of a text: the byte itself, or
// the character that an escape there stands for (0 if that is not ASCII).
type unit struct {
	value byte
	end   int
}

// unitsAt lists the ways to read text at a position. The character of an escape may
// begin another one, as in %253d or \u0026amp;, but not without an end.
func unitsAt(text string, at int) []unit {
	if at >= len(text) {
		return nil
	}
	const layers = 8
	units := []unit{{text[at], at + 1}}
	for i := 0; i < len(units) && i < layers; i++ {
		if longer, ok := escape(units[i].value, text[units[i].end:]); ok {
			units = append(units, unit{longer.value, units[i].end + longer.end})
		}
	}
	return units
}

// escape reads what follows the first character of an escape of a URL, of JSON or of
// HTML.
func escape(first byte, rest string) (unit, bool) {
	switch {
	case first == '%':
		return codePoint(rest, 0, 2, 16)
	case first == '\\' && rest != "":
		switch rest[0] {
		case 'u':
			return codePoint(rest, 1, 4, 16)
		case 'x':
			return codePoint(rest, 1, 2, 16)
		case 'b', 'f', 'n', 'r', 't', 'v':
			return unit{' ', 1}, true
		default:
			return unit{rest[0], 1}, true
		}
	case first == '&':
		return entity(rest)
	}
	return unit{}, false
}

// entity reads an HTML entity after its ampersand.
func entity(rest string) (unit, bool) {
	name, _, found := strings.Cut(rest[:min(len(rest), 12)], ";")
	if !found {
		return unit{}, false
	}
	end := len(name) + 1
	name = strings.ToLower(name)
	if value, ok := entities[name]; ok {
		return unit{value, end}, true
	}
	var u unit
	var ok bool
	if digits, isHex := strings.CutPrefix(name, "#x"); isHex {
		u, ok = codePoint(digits, 0, len(digits), 16)
	} else if digits, isDecimal := strings.CutPrefix(name, "#"); isDecimal {
		u, ok = codePoint(digits, 0, len(digits), 10)
	}
	return unit{u.value, end}, ok
}

var entities = map[string]byte{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\'', "nbsp": ' ', "sol": '/', "equals": '=', "plus": '+', "percnt": '%', "bsol": '\\'}

// codePoint reads a number of so many digits.
func codePoint(text string, from, digits, base int) (unit, bool) {
	if len(text) < from+digits {
		return unit{}, false
	}
	value, err := strconv.ParseUint(text[from:from+digits], base, 32)
	if err != nil {
		return unit{}, false
	}
	u := unit{end: from + digits}
	if value <= unicode.MaxASCII {
		u.value = byte(value)
	}
	return u, true
}
