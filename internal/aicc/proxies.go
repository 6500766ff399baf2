// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"
)

// proxyPorts are the schemes of proxies and their usual ports.
var proxyPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// ProxyFromEnvironment returns the proxy through which the environment wants a site to
// be reached, or nil, and the variable that names it. Go's own reading of these
// variables drops a value that it cannot read, and connects directly. The error is a
// phrase that says what is wrong with the value and does not repeat it.
func ProxyFromEnvironment(getenv func(string) string, site *url.URL) (proxy *url.URL, variable string, err error) {
	variable, value := firstSet(getenv, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
	_, exceptions := firstSet(getenv, "NO_PROXY", "no_proxy")
	const some = "http://proxy.invalid"
	decide := (&httpproxy.Config{HTTPProxy: some, HTTPSProxy: some, NoProxy: exceptions}).ProxyFunc()
	if chosen, _ := decide(site); value == "" || chosen == nil {
		return nil, "", nil
	}
	proxy, err = parseProxy(value)
	return proxy, variable, err
}

// firstSet returns the first variable that holds more than white space.
func firstSet(getenv func(string) string, names ...string) (name, value string) {
	for _, name := range names {
		if value := strings.TrimSpace(getenv(name)); value != "" {
			return name, value
		}
	}
	return "", ""
}

// proxyUser is the user information of a URL (RFC 3986, section 3.2.1).
var proxyUser = regexp.MustCompile(`^(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*$`)

// parseProxy reads the address of a proxy: a URL that ends behind the host, or a host
// with or without a port, which means http.
func parseProxy(text string) (*url.URL, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "http", text
	}
	scheme = strings.ToLower(scheme)
	port, known := proxyPorts[scheme]
	if !known {
		return nil, errors.New("its scheme is none of http, https, socks5 and socks5h")
	}
	rest = strings.TrimSuffix(rest, "/")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 && !proxyUser.MatchString(rest[:at]) {
		return nil, errors.New("its user name or password has a character that a URL cannot hold as it is: write % as %25, # as %23, @ as %40, / as %2F, a space as %20, and so on")
	}
	parsed, err := url.Parse(scheme + "://" + rest)
	if err != nil || parsed.Path != "" || parsed.RawQuery != "" || parsed.Fragment != "" {
		return nil, errors.New("it is no URL that ends behind the host, such as http://proxy.example.com:3128")
	}
	name := parsed.Hostname()
	if _, err := netip.ParseAddr(name); err != nil && !hostname.MatchString(strings.ToLower(name)) {
		return nil, errors.New("it has no valid host name")
	}
	if given := parsed.Port(); given != "" {
		port = given
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return nil, errors.New("its port is not a number from 1 to 65535")
	}
	parsed.Host = net.JoinHostPort(name, port)
	return parsed, nil
}

// dialFunc opens a connection.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// DialContext makes it a dialer of package proxy.
func (f dialFunc) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return f(ctx, network, address)
}

// Dial is what package proxy demands and never calls.
func (f dialFunc) Dial(network, address string) (net.Conn, error) {
	return f(context.Background(), network, address)
}

// proxyTime is how long a proxy has for its own handshake.
const proxyTime = 10 * time.Second

// goThrough has a transport go through a proxy. What net/http would send to a proxy that
// speaks TLS is meant for the site: the client certificate, and the offer of HTTP/2, in
// which it cannot ask a proxy. And a proxy of SOCKS5 that is none has no time limit
// there. So the connections to these are opened here.
func goThrough(t *http.Transport, to *url.URL, roots *x509.CertPool) {
	dial := dialFunc(t.DialContext)
	switch to.Scheme {
	case "http":
		t.Proxy = http.ProxyURL(to)
	case "https":
		inside := *to
		inside.Scheme = "http"
		t.Proxy = http.ProxyURL(&inside)
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return startTLS(ctx, conn, to.Hostname(), roots)
		}
	default:
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialSOCKS(ctx, dial, to, network, address)
		}
	}
}

// startTLS begins TLS with a proxy on a connection to it.
func startTLS(ctx context.Context, conn net.Conn, host string, roots *x509.CertPool) (net.Conn, error) {
	secure := &proxyConn{}
	secure.Conn = tls.Client(conn, &tls.Config{
		MinVersion: tls.VersionTLS12,
		ServerName: host,
		RootCAs:    roots,
		NextProtos: []string{"http/1.1"},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			secure.demanded.Store(true)
			return new(tls.Certificate), nil
		},
	})
	ctx, cancel := context.WithTimeout(ctx, proxyTime)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, secure.explained(err)
	}
	return secure, nil
}

// proxyConn is a connection to a proxy in TLS.
type proxyConn struct {
	*tls.Conn

	// demanded says that the proxy asked for a client certificate. In TLS 1.3 it refuses
	// the missing one only after the handshake.
	demanded atomic.Bool
}

func (c *proxyConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if alertIn(err, certificateAlerts...) != nil {
		err = c.explained(err)
	}
	return n, err
}

// explained says what ended the handshake with a proxy.
func (c *proxyConn) explained(err error) error {
	var (
		verify *tls.CertificateVerificationError
		record tls.RecordHeaderError
	)
	alert := alertIn(err, certificateAlerts...)
	if alert == nil && c.demanded.Load() {
		alert = alertIn(err, alertHandshakeFailure)
	}
	switch {
	case alert != nil:
		return &Error{Kind: ProxyRefused, Detail: "the proxy requires a client certificate, and client_certificate goes to AICC alone"}
	case errors.As(err, &verify):
		return &Error{Kind: Untrusted, Detail: "that of the proxy, " + verify.Err.Error()}
	case errors.As(err, &record):
		return &Error{Kind: ProxyRefused, Detail: "the proxy does not speak TLS, as https:// in its address says"}
	case alertIn(err, handshakeAlerts...) != nil:
		return &Error{Kind: ProxyRefused, Detail: "TLS with the proxy failed: " + err.Error()}
	default:
		return &Error{Kind: Unreachable, Detail: "TLS with the proxy failed: " + err.Error()}
	}
}

// socksRefusals begin the texts of package proxy for what a proxy will not change its
// mind about.
var socksRefusals = []string{
	"unexpected protocol version", "no acceptable authentication methods", "username/password authentication failed",
	"unsupported authentication method", "unknown error connection not allowed by ruleset",
}

// dialSOCKS opens a connection through a proxy of SOCKS5, which looks up the host.
func dialSOCKS(ctx context.Context, dial dialFunc, to *url.URL, network, address string) (net.Conn, error) {
	var auth *proxy.Auth
	if to.User != nil {
		password, _ := to.User.Password()
		auth = &proxy.Auth{User: to.User.Username(), Password: password}
	}
	spoke := new(atomic.Bool)
	// It never fails, and what it returns knows contexts.
	dialer, _ := proxy.SOCKS5("tcp", to.Host, auth, dialFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return &noted{conn, spoke}, err
	}))
	ctx, cancel := context.WithTimeout(ctx, proxyTime)
	defer cancel()
	conn, err := dialer.(proxy.ContextDialer).DialContext(ctx, network, address)
	var operation *net.OpError
	if err == nil || !errors.As(err, &operation) || operation.Op == "dial" {
		return conn, err
	}
	failure := &Error{Kind: Unreachable, Detail: "the proxy did not connect by SOCKS5: " + operation.Err.Error()}
	if operation.Timeout() && !spoke.Load() {
		return nil, &Error{Kind: ProxyRefused, Detail: "the proxy does not answer as one of SOCKS5 does"}
	}
	if slices.ContainsFunc(socksRefusals, func(text string) bool { return strings.HasPrefix(operation.Err.Error(), text) }) {
		failure.Kind = ProxyRefused
	}
	return nil, failure
}

// noted is a connection that notes whether the other side ever spoke.
type noted struct {
	net.Conn

	spoke *atomic.Bool
}

func (n *noted) Read(p []byte) (int, error) {
	read, err := n.Conn.Read(p)
	if read > 0 {
		n.spoke.Store(true)
	}
	return read, err
}
