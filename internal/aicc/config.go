// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // The time zones, for machines that have none.
	"unicode"
	"unicode/utf8"
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
	// HTTP 408, 421, 425, 429, 500, 502, 503 or 504.
	MaxRetries int
	// RequestsPerSecond limits all requests together; 0 is no limit.
	RequestsPerSecond float64
	// MaxConcurrency is how many cases are read side by side.
	MaxConcurrency int
	// RootCAs are the certificate authorities to trust, from
	// [ParseCertificates]; nil means those of the system.
	RootCAs *x509.CertPool
	// Certificate identifies the client to a server that demands a certificate, from
	// [ParseClientCertificate]; nil means none.
	Certificate *tls.Certificate
	// Headers are sent with every request. Each passed [CheckHeader].
	Headers map[string]string
	// NotFoundCodes are the resCodes, from [ParseNotFoundCode], with which this AICC
	// says that a case does not exist. No page documents them.
	NotFoundCodes []string
	// UserAgent is sent with every request.
	UserAgent string
	// Logger receives one event a request; nil discards them.
	Logger *slog.Logger
	// Proxy is what the site is reached through, from [ProxyFromEnvironment]; nil means
	// directly.
	Proxy *url.URL
	// DialContext replaces the network where it is set.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// checked returns the configuration with a Logger, or an error that says what is wrong
// with it and does not repeat a value.
func (c Config) checked() (Config, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	switch {
	case c.BaseURL == nil || c.BaseURL.Host == "":
		return c, errors.New("there is no address of a site")
	case c.TimeZone == nil:
		return c, errors.New("there is no time zone")
	case c.MaxConcurrency < 1:
		return c, errors.New("the number of calls side by side is not positive")
	case c.MaxRetries < 0:
		return c, errors.New("the number of retries is negative")
	case math.IsNaN(c.RequestsPerSecond) || c.RequestsPerSecond < 0:
		return c, errors.New("the rate of requests is not a positive number")
	case c.Token == "" && (c.ClientID == "" || c.ClientSecret == ""):
		return c, errors.New("there is neither a token nor a client's ID and secret")
	}
	for name, value := range c.Headers {
		if err := CheckHeader(name, value); err != nil {
			return c, fmt.Errorf("one of the headers is refused: %w", err)
		}
	}
	return c, nil
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
	if err != nil {
		return nil, errNoHost
	}
	if err := checkHost(base); err != nil {
		return nil, err
	}
	return base, nil
}

var errNoHost = errors.New("it holds no valid host name")

func isLoopback(name string) bool {
	address := net.ParseIP(name)
	return name == "localhost" || address != nil && address.IsLoopback()
}

// HasKnownClock reports whether the zone of a site's clock need not be asked for: that
// of the documented site is [DefaultTimeZone], and one on this machine is a test.
func HasKnownClock(base *url.URL) bool {
	const documented = "besclouds.com"
	name := base.Hostname()
	return isLoopback(name) || name == documented || strings.HasSuffix(name, "."+documented)
}

func checkHost(base *url.URL) error {
	name, port := base.Hostname(), base.Port()
	address := net.ParseIP(name)
	if address == nil && !hostname.MatchString(name) {
		return errNoHost
	}
	if port != "" || strings.HasSuffix(base.Host, ":") {
		if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
			return errors.New("its port is not a number from 1 to 65535")
		}
	}
	if base.Scheme == "http" && !isLoopback(name) {
		return errors.New("plain http is for loopback addresses only: the access token would cross the network unprotected")
	}
	return nil
}

// ownHeaders are the headers that the client sets itself, and those that belong to
// one connection (RFC 9110, section 7.6.1).
var ownHeaders = []string{
	"Access-Token", "Accept", "Accept-Encoding", "Cache-Control", "Pragma",
	"Content-Type", "Content-Length", "Content-Encoding", "Host", "User-Agent", "Cookie",
	"Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// CheckHeader refuses a header of [Config.Headers] that the client sets itself, or
// that no request can carry. The error is a phrase that does not repeat the value.
func CheckHeader(name, value string) error {
	switch {
	case !headerName.MatchString(name):
		return errors.New("its name is not that of an HTTP header")
	case slices.Contains(ownHeaders, http.CanonicalHeaderKey(name)):
		return errors.New("the provider or its connection sets this header")
	case strings.ContainsFunc(value, unicode.IsControl):
		return errors.New("its value has control characters, such as a line break or a tab")
	case !utf8.ValidString(value):
		return errors.New("its value is not UTF-8")
	case strings.TrimSpace(value) != value, value == "":
		return errors.New("its value is empty or has white space around it")
	}
	return nil
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
