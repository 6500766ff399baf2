// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicctest

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strings"
	"unicode"
)

// Spellings returns the ways in which a server may echo a secret, by name. Each is
// what arrives: a JSON escape in it is one that was escaped again.
func Spellings(secret string) map[string]string {
	plain := []byte(secret)
	each := func(format string) string {
		var s strings.Builder
		for _, c := range plain {
			_, _ = fmt.Fprintf(&s, format, c)
		}
		return s.String()
	}
	between := func(separator string) string { return strings.Join(strings.Split(secret, ""), separator) }
	query := url.QueryEscape(secret)
	standard := base64.StdEncoding.EncodeToString(plain)
	return map[string]string{
		"as it is":                 secret,
		"quoted":                   fmt.Sprintf("%q", secret),
		"in a form":                query,
		"in a path":                url.PathEscape(secret),
		"in lower-case escapes":    strings.ToLower(query),
		"escaped twice":            url.QueryEscape(query),
		"escaped three times":      url.QueryEscape(url.QueryEscape(query)),
		"each byte in a URL":       each("%%%02x"),
		"each byte in JSON":        each(`\u%04x`),
		"each byte in JSON, twice": each(`\\u%04X`),
		"each byte in HTML":        each("&#x%x;"),
		"each byte in decimals":    each("&#%d;"),
		"some of it in JSON":       strings.NewReplacer("=", `\u003d`, "/", `\/`, "+", `\u002B`, "&", `\u0026`).Replace(secret),
		"in HTML":                  html.EscapeString(secret),
		"in HTML, twice":           html.EscapeString(html.EscapeString(secret)),
		"a URL in HTML":            strings.ReplaceAll(query, "%", "&percnt;"),
		"HTML in JSON":             strings.ReplaceAll(html.EscapeString(secret), "&", `\u0026`),
		"without = at the end":     strings.TrimRight(secret, "="),
		"upper case":               strings.ToUpper(secret),
		"lower case":               strings.ToLower(secret),
		"swapped case":             strings.Map(swapCase, secret),
		"wrapped":                  between("\r\n "),
		"wrapped in JSON":          between(`\r\n`),
		"with combining marks":     between("\u0301"),
		"spaced":                   between(" "),
		"base64":                   standard,
		"base64 without padding":   strings.TrimRight(standard, "="),
		"base64 for URLs":          base64.URLEncoding.EncodeToString(plain),
		"base64, wrapped":          standard[:len(standard)/2] + "\n" + standard[len(standard)/2:],
		"each byte in a string":    each(`\x%02x`),
		"hex":                      hex.EncodeToString(plain),
		"upper-case hex":           strings.ToUpper(hex.EncodeToString(plain)),
		"hex with colons":          strings.TrimSuffix(each("%02x:"), ":"),
	}
}

func swapCase(c rune) rune {
	if unicode.IsUpper(c) {
		return unicode.ToLower(c)
	}
	return unicode.ToUpper(c)
}
