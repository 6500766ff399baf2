// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // The time zones, for machines that have none.
	"unicode"
)

const (
	// DefaultTimeZone is the zone of AICC's clock where none is configured: the
	// only documented site is the Chinese one, and no page names a zone.
	DefaultTimeZone = "Asia/Shanghai"
	// DefaultMaxRetries is how often a request is repeated where nothing else is
	// configured.
	DefaultMaxRetries = 4
	// DefaultMaxConcurrency is how many cases are read side by side where nothing
	// else is configured.
	DefaultMaxConcurrency = 16
)

// Config is what a Client needs to know. BaseURL, TimeZone, MaxConcurrency and
// either Token or ClientID with ClientSecret are required.
type Config struct {
	// BaseURL is the scheme and host of the site, from [ParseDomain].
	BaseURL *url.URL
	// Token is the access token, from [ParseToken].
	Token string
	// ClientID and ClientSecret fetch a token where Token is empty.
	ClientID, ClientSecret string
	// TimeZone is the zone of AICC's clock.
	TimeZone *time.Location
	// MaxRetries is how often a request is repeated after a broken connection or
	// HTTP 429, 500, 502, 503 or 504.
	MaxRetries int
	// RequestsPerSecond limits all requests together; 0 is no limit.
	RequestsPerSecond float64
	// MaxConcurrency is how many cases are read side by side.
	MaxConcurrency int
	// RootCAs are the certificate authorities to trust, from
	// [ParseCertificates]; nil means those of the system.
	RootCAs *x509.CertPool
	// NotFoundCodes are the resCodes, from [ParseNotFoundCode], with which this AICC
	// says that a case does not exist. No page documents them.
	NotFoundCodes []string
	// UserAgent is sent with every request.
	UserAgent string
	// Logger receives one event a request; nil discards them.
	Logger *slog.Logger
	// DialContext replaces the network where it is set.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

var hostname = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$`)

// ParseDomain reads the address of an AICC site: a host name, host:port, or a
// URL with a scheme and nothing but a slash after the host. Plain http is taken for loopback
// addresses only, because the token travels in a header. The error is a phrase
// that says what is wrong and does not repeat the address, which may hold a
// password.
func ParseDomain(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, errors.New("it is empty")
	case isQuoted(text):
		return nil, errQuoted
	}
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "https", text
	}
	scheme = strings.ToLower(scheme)
	if scheme != "https" && scheme != "http" {
		return nil, errors.New("its scheme is neither https nor http")
	}
	// Browsers add a slash to a host.
	rest = strings.TrimSuffix(rest, "/")
	for _, part := range []struct{ mark, name string }{
		{"@", "a user name or password before the host"},
		{"?", "a query"},
		{"#", "a fragment"},
		{"/", "a path: leave out everything from the first / after the host"},
	} {
		if strings.Contains(rest, part.mark) {
			return nil, errors.New("it has " + part.name)
		}
	}
	base, err := url.Parse(scheme + "://" + strings.ToLower(rest))
	if err != nil || base.Hostname() == "" {
		return nil, errors.New("it holds no valid host name")
	}
	address := net.ParseIP(base.Hostname())
	if address == nil && !hostname.MatchString(base.Hostname()) {
		return nil, errors.New("it holds no valid host name")
	}
	if port := base.Port(); port != "" || strings.HasSuffix(base.Host, ":") {
		if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
			return nil, errors.New("its port is not a number from 1 to 65535")
		}
	}
	loopback := base.Hostname() == "localhost" || address != nil && address.IsLoopback()
	if scheme == "http" && !loopback {
		return nil, errors.New("plain http is for loopback addresses only, because the access token would cross the network unprotected")
	}
	return base, nil
}

// ParseToken trims white space off an access token and refuses one that no HTTP
// header can carry. The error is a phrase that does not repeat the token.
func ParseToken(text string) (string, error) {
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

// ParseCertificates adds the certificates of a PEM text to those that the system
// trusts. The error is a phrase that does not repeat the text.
func ParseCertificates(text string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	count := 0
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("it holds a block that is no certificate: give the certificates of the authority alone, never a key")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("one of its certificates cannot be read")
		}
		pool.AddCert(certificate)
		count++
	}
	if count == 0 {
		return nil, errors.New("it holds no certificate in PEM form")
	}
	return pool, nil
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

// errQuoted refuses the quotes that a .env file, or a shell that quotes twice,
// leaves around a value.
var errQuoted = errors.New("it has quotes around it: leave them out")

func isQuoted(text string) bool {
	return len(text) > 1 && text[0] == text[len(text)-1] && strings.ContainsRune("\"'`", rune(text[0]))
}

// ParseTimeZone reads an IANA name. It refuses the two names that mean something
// else on every machine. The error is a phrase that says what is wrong.
func ParseTimeZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errors.New("it names no fixed zone")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, errors.New("no zone of that name is known")
	}
	return zone, nil
}

// ParseNotFoundCode trims white space off a resCode and refuses one that cannot
// mean that a case does not exist. The error is a phrase that says what is wrong.
func ParseNotFoundCode(text string) (string, error) {
	code := strings.TrimSpace(text)
	switch {
	case code == "":
		return "", errors.New("it is empty")
	case code == resCodeOK:
		return "", errors.New("0 is AICC's code of a success")
	case strings.ContainsFunc(code, func(c rune) bool { return c <= ' ' || c > '~' || c == ',' }):
		return "", errors.New("it has white space, a comma or characters outside ASCII inside")
	}
	return code, nil
}
