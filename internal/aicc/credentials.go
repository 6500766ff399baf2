// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"errors"
	"strings"
	"unicode"
)

// ParseToken trims white space off an access token and refuses one that no HTTP header
// can carry, or that is too short to be hidden. The error is a phrase that does not
// repeat the token.
func ParseToken(text string) (string, error) {
	token, err := headerToken(text)
	if err == nil && !isFindable(token) {
		return "", errShort
	}
	return token, err
}

// headerToken is the part of [ParseToken] that holds for a token that AICC gives too.
func headerToken(text string) (string, error) {
	token := strings.TrimSpace(text)
	switch {
	case token == "":
		return "", errors.New("it is empty")
	case isQuoted(token):
		return "", errQuoted
	case strings.HasPrefix(strings.ToLower(token), "bearer "):
		return "", errors.New(`it starts with "Bearer ": AICC takes the token alone`)
	case strings.ContainsFunc(token, unicode.IsControl):
		return "", errors.New("it has control characters inside, such as a line break or a tab")
	case strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c > '~' }):
		return "", errors.New("it has spaces or characters outside ASCII inside")
	}
	return token, nil
}

// ParseCredential trims white space off a client ID or secret. The error is a
// phrase that does not repeat it.
func ParseCredential(text string) (string, error) {
	credential := strings.TrimSpace(text)
	switch {
	case credential == "":
		return "", errors.New("it is empty")
	case isQuoted(credential):
		return "", errQuoted
	case strings.ContainsFunc(credential, unicode.IsControl):
		return "", errors.New("it has control characters inside, such as a line break or a tab")
	}
	return credential, nil
}

// ParseSecret does the same for a client secret, which is hidden wherever it is repeated.
func ParseSecret(text string) (string, error) {
	secret, err := ParseCredential(text)
	if err == nil && !isFindable(secret) {
		return "", errShort
	}
	return secret, err
}

// errShort refuses a secret that would be found in too many texts.
var errShort = errors.New("it has fewer than 6 letters and digits, too few to be kept out of messages")

// errQuoted refuses the quotes that a .env file, or a shell that quotes twice,
// leaves around a value.
var errQuoted = errors.New("it has quotes around it: leave them out")

func isQuoted(text string) bool {
	return len(text) > 1 && text[0] == text[len(text)-1] && strings.ContainsRune("\"'`", rune(text[0]))
}
