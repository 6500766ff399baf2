// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// redactor makes texts that come from outside safe to print.
type redactor struct {
	mu      sync.RWMutex
	secrets []string
}

// add makes the redactor replace secret, and what it looks like in a form, in a
// URL or between quotes, from now on.
func (r *redactor) add(secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	quoted := strconv.Quote(secret)
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), quoted[1 : len(quoted)-1]} {
		if form != "" && !slices.Contains(r.secrets, form) {
			r.secrets = append(r.secrets, form)
		}
	}
	// A secret that contains another one must go first.
	slices.SortFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
}

var userInfo = regexp.MustCompile(`//[^/\s@]*@`)

// sanitize removes control and formatting characters from text, and what stands for
// bytes that are no text; then it replaces secrets and the user information of
// URLs, and cuts what remains to limit characters.
func (r *redactor) sanitize(text string, limit int) string {
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
	r.mu.RLock()
	for _, secret := range r.secrets {
		text = strings.ReplaceAll(text, secret, "(hidden)")
	}
	r.mu.RUnlock()
	text = strings.TrimSpace(userInfo.ReplaceAllString(text, "//(hidden)@"))
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return text
}
