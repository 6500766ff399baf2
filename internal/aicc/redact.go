// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

const (
	// hidden takes the place of a secret.
	hidden = "(hidden)"
	// shortest is how many letters and digits a secret needs to be looked for.
	shortest = 6
	// codeLimit and textLimit are how long the texts of an error may be, in characters.
	codeLimit, textLimit = 64, 500
	// maxText is how much of a text is looked at, in bytes.
	maxText = 64 << 10
)

// redactor makes texts that come from outside safe to print.
type redactor struct {
	mu sync.RWMutex
	// secrets are configured, and tokens are the current one that was fetched and the one
	// before, which may still be on its way.
	secrets, tokens []string
	// signatures are the letters and digits of all of these, and literals exact spellings.
	signatures, literals []string
}

// add makes the redactor replace secret from now on: in any spelling that has its
// letters and digits in their order, and the same in base64 and in hex.
func (r *redactor) add(secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets = append(r.secrets, secret)
	r.learn(secret)
}

// addToken does the same for a token that was fetched, in place of the last but one: a
// run may fetch any number of them.
func (r *redactor) addToken(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.tokens, token) {
		return
	}
	const kept = 2
	r.tokens = append(r.tokens, token)
	r.tokens = r.tokens[max(0, len(r.tokens)-kept):]
	r.signatures, r.literals = nil, nil
	for _, secret := range slices.Concat(r.secrets, r.tokens) {
		r.learn(secret)
	}
}

func (r *redactor) learn(secret string) {
	if !isFindable(secret) {
		return
	}
	quoted := strconv.Quote(secret)
	for _, literal := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), quoted[1 : len(quoted)-1]} {
		if literal != "" && !slices.Contains(r.literals, literal) {
			r.literals = append(r.literals, literal)
		}
	}
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret))} {
		if s := signature(form); len(s) >= shortest && !slices.Contains(r.signatures, s) {
			r.signatures = append(r.signatures, s)
		}
	}
	// A secret that contains another one must go first.
	longestFirst := func(a, b string) int { return cmp.Compare(len(b), len(a)) }
	slices.SortFunc(r.literals, longestFirst)
	slices.SortFunc(r.signatures, longestFirst)
}

// signature is what is compared of a secret: its ASCII letters, in lower case, and
// its digits.
func signature(secret string) string {
	var significant []byte
	for _, c := range []byte(secret) {
		if isSignificant(c) {
			significant = append(significant, lower(c))
		}
	}
	return string(significant)
}

// isFindable reports whether a secret has enough letters and digits to be looked for.
// What is shorter would hide facts: the ID that was asked for, a resCode.
func isFindable(secret string) bool {
	letters := 0
	for _, c := range secret {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			letters++
		}
	}
	return letters >= shortest
}

func isSignificant(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'z'
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// terminalControl is what a terminal takes for colours and movements, also escaped.
var terminalControl = regexp.MustCompile(`(?:\x1b|\\u001[bB]|\\x1[bB]|\\e|\\033)(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))|\x{9b}[0-?]*[ -/]*[@-~]`)

var userInfo = regexp.MustCompile(`//[^/\s@]*@`)

// sanitize removes control and formatting characters from text, and what stands for
// bytes that are no text; then it replaces secrets and the user information of
// URLs, and cuts what remains to limit characters.
func (r *redactor) sanitize(text string, limit int) string {
	cut := len(text) > maxText
	if cut {
		text = text[:maxText]
	}
	text = terminalControl.ReplaceAllString(text, "")
	text = strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\r' || c == '\t' || unicode.In(c, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == unicode.ReplacementChar:
			return -1
		default:
			return c
		}
	}, strings.ToValidUTF8(text, ""))
	text = r.redact(text, cut)
	text = strings.TrimSpace(userInfo.ReplaceAllString(text, "//"+hidden+"@"))
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return text
}

// redact replaces secrets in text. If the text was cut, what may be the beginning
// of a secret at its end is replaced as well.
func (r *redactor) redact(text string, cut bool) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, literal := range r.literals {
		text = strings.ReplaceAll(text, literal, hidden)
	}
	var clean strings.Builder
	for start := 0; start < len(text); {
		end := start
		for _, s := range r.signatures {
			end = max(end, spelled(text, start, s, cut))
		}
		if end > start {
			clean.WriteString(hidden)
			start = end
			continue
		}
		clean.WriteByte(text[start])
		start++
	}
	return clean.String()
}

// spelled returns where a spelling of the signature ends that begins at start, or
// start if none does. Between its letters and digits, which may be escaped, anything
// else may stand, also the escape of anything else.
func spelled(text string, start int, signature string, cut bool) int {
	if c := text[start]; lower(c) != signature[0] && c != '%' && c != '\\' && c != '&' {
		return start
	}
	// Where what of the signature was found so far may end.
	reached := []int{start}
	for i := range len(signature) {
		next, ended := advance(text, reached, signature[i], i > 0)
		switch {
		case ended && cut && i >= shortest:
			return len(text)
		case len(next) == 0:
			return start
		}
		reached = next
	}
	return slices.Max(reached)
}

// advance returns where c may end that begins at one of the given positions, or
// behind what may be skipped after them, and whether the text may end before it.
func advance(text string, from []int, c byte, skip bool) (next []int, ended bool) {
	found, seen := map[int]bool{}, map[int]bool{}
	for len(from) > 0 {
		at := from[len(from)-1]
		from = from[:len(from)-1]
		ended = ended || at == len(text)
		for _, u := range unitsAt(text, at) {
			switch {
			case isSignificant(u.value) && lower(u.value) == c:
				found[u.end] = true
			case skip && !isSignificant(u.value) && !seen[u.end]:
				seen[u.end] = true
				from = append(from, u.end)
			}
		}
	}
	return slices.Collect(maps.Keys(found)), ended
}
