// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxMentionText is how many characters of a mention are shown.
	maxMentionText = 200
	// maxLink is how many bytes a link may have. Browsers and servers take no more.
	maxLink = 8 << 10
	// maxMentions is how many mentions a text may have. A page of AICC's own list has
	// 100, and a result of a million would cost Terraform more than the audit is worth.
	maxMentions = 100_000
)

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

// thousands is a number of several groups of digits.
var thousands = regexp.MustCompile(`^[0-9]{1,3},[0-9]{3}(?:[^0-9]|$)`)

func countDigits(word string) (digits int) {
	for i := range len(word) {
		if isDigit(word[i]) {
			digits++
		}
	}
	return digits
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

// unescapes are the spellings of characters in JSON, Markdown, HTML and URLs that
// hide a link, a marker or a number.
var unescapes = strings.NewReplacer(
	`\/`, "/", `\_`, "_", `\-`, "-", `\#`, "#", `\:`, ":", `\.`, ".",
	`\u002f`, "/", `\u002F`, "/", `\u003d`, "=", `\u003D`, "=", `\u0026`, "&",
	`\u5de5\u5355`, "工单", `\u5DE5\u5355`, "工单", `\u53f7`, "号", `\u53F7`, "号", `\uff1a`, "：", `\uFF1A`, "：",
	"&amp;", "&", "&nbsp;", " ", "&#47;", "/", "&#x2F;", "/", "&#x2f;", "/", "&#58;", ":", "&#x3A;", ":", "&#x3a;", ":",
	"%3A", ":", "%3a", ":", "%2F", "/", "%2f", "/", "%3F", "?", "%3f", "?", "%3D", "=", "%3d", "=", "%26", "&", "%23", "#",
	"%253A", ":", "%253a", ":", "%252F", "/", "%252f", "/", "%253F", "?", "%253D", "=", "%2526", "&", "%2523", "#",
)

func unescaped(text string) string {
	// UTF-16 without a mark is UTF-8 with NULs where it is ASCII.
	text = strings.ReplaceAll(text, "\x00", "")
	if strings.ContainsAny(text, `\&%`) {
		return unescapes.Replace(text)
	}
	return text
}

// asciiLower is strings.ToLower that keeps every offset.
func asciiLower(text string) string {
	first := runEnd(text, 0, func(c byte) bool { return c < 'A' || 'Z' < c })
	if first == len(text) {
		return text
	}
	lowered := []byte(text)
	for i := first; i < len(lowered); i++ {
		if c := lowered[i]; 'A' <= c && c <= 'Z' {
			lowered[i] = c + 'a' - 'A'
		}
	}
	return string(lowered)
}

// showable is a text on one line without characters that a terminal or a page may
// take for more than text.
func showable(text string) string {
	if isPlain := len(text) <= maxMentionText && runEnd(text, 0, func(c byte) bool { return c > ' ' && c < 0x7f }) == len(text); isPlain {
		return text
	}
	if len(text) > 8*maxMentionText {
		text = text[:8*maxMentionText]
	}
	text = strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		switch {
		case unicode.In(c, unicode.Zs, unicode.Zl, unicode.Zp) || c == '\n' || c == '\r' || c == '\t':
			return ' '
		case c == utf8.RuneError || unicode.In(c, unicode.C):
			return -1
		default:
			return c
		}
	}, text)), " ")
	if utf8.RuneCountInString(text) > maxMentionText {
		return string([]rune(text)[:maxMentionText-1]) + "…"
	}
	return text
}

const oddCharacter = "it has a character that is neither an ASCII letter nor a digit"

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
