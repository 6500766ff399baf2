// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// pingAfter is how long an HTTP/2 connection may be silent before the server is
	// asked for a sign of life.
	pingAfter = 3 * time.Second
	// pingTimeout is how long the server has to give it. Otherwise the connection is
	// closed, and with it every request on it fails and is repeated.
	pingTimeout = 3 * time.Second
)

// maxHeader is how much of the header of a reply is read.
const maxHeader = 256 << 10

// connections carries requests over connections that are kept and shared. Once
// abandoned, they carry what is on its way and nothing new: net/http does not say
// over which connection a request failed, and HTTP/2 would go on using it.
type connections struct {
	open func() *http.Transport
	// proxy is the host of the proxy, if there is one.
	proxy string
	// certified says that there is a client certificate, and demanded that the site asked
	// for one.
	certified bool
	demanded  atomic.Bool

	mu      sync.Mutex
	current *generation
}

// generation is a set of connections that are abandoned together.
type generation struct {
	*http.Transport

	requests int
}

// newConnections returns the connections to the site of config. Weak takes note of its
// certificate.
func newConnections(config Config, weak *notice) *connections {
	c := &connections{certified: config.Certificate != nil}
	security := &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    config.RootCAs,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c.demanded.Store(true)
			// With none in it, crypto/tls sends none.
			return cmp.Or(config.Certificate, new(tls.Certificate)), nil
		},
		VerifyConnection: func(state tls.ConnectionState) error {
			if words := weakKey(state.VerifiedChains[0]); words != "" {
				weak.note(words)
			}
			return nil
		},
	}
	if c.certified {
		// For a server that asks for the certificate only when it has seen the path.
		security.Renegotiation = tls.RenegotiateOnceAsClient
	}
	if config.Proxy != nil {
		c.proxy = config.Proxy.Host
	}
	c.open = func() *http.Transport {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.Proxy = nil
		t.OnProxyConnectResponse = proxyAnswer
		t.TLSClientConfig = security.Clone()
		t.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
		t.MaxResponseHeaderBytes = maxHeader
		t.MaxIdleConns, t.MaxIdleConnsPerHost = config.MaxConcurrency, config.MaxConcurrency
		t.DialContext = config.DialContext
		if t.DialContext == nil {
			t.DialContext = dialAny
		}
		if config.Proxy != nil {
			goThrough(t, config.Proxy, config.RootCAs)
		}
		return t
	}
	c.current = &generation{Transport: c.open()}
	return c
}

// proxyAnswer keeps the status of a proxy that does not connect.
func proxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return proxyError(answer.StatusCode)
}

// RoundTrip sends a request. Its connections are in use until the body is closed.
func (c *connections) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	used := c.current
	used.requests++
	c.mu.Unlock()
	return c.through(used, req)
}

// roundTripAlone sends a request over a connection that nothing else uses, before or
// after it.
func (c *connections) roundTripAlone(req *http.Request) (*http.Response, error) {
	return c.through(&generation{Transport: c.open(), requests: 1}, req)
}

// through sends a request over connections that count it already.
func (c *connections) through(used *generation, req *http.Request) (*http.Response, error) {
	done := sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if used.requests--; used.requests == 0 && used != c.current {
			used.CloseIdleConnections()
		}
	})
	resp, err := used.RoundTrip(req)
	if err != nil {
		done()
		return nil, c.explained(req, err)
	}
	body := &lastUse{resp.Body, func(err error) error { return c.explained(req, err) }, done, func() bool { return false }}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// From now on there is no HTTP on this connection, and nothing that ends.
		_ = body.Close()
		resp.Body = http.NoBody
		return resp, nil
	}
	// net/http does so too, but not for each kind of body.
	body.stop = context.AfterFunc(req.Context(), func() { _ = body.ReadCloser.Close() })
	resp.Body = body
	return resp, nil
}

// explained adds to an error of the network what only this side knows: that the site
// asked for a certificate, and there is none, and through which proxy it was asked.
func (c *connections) explained(req *http.Request, err error) error {
	if req.Context().Err() != nil {
		return err
	}
	kind, detail := networkError(err)
	switch {
	case c.certified || kind == CertificateRequired:
	case isRenegotiation(err), c.demanded.Load() && (kind == CertificateRefused || alertIn(err, alertHandshakeFailure) != nil):
		kind, err = CertificateRequired, &Error{Kind: CertificateRequired, Detail: detail}
	}
	if c.proxy == "" || strings.Contains(detail, c.proxy) {
		return err
	}
	return &Error{Kind: kind, Detail: detail + ", through the proxy " + c.proxy}
}

// abandon has the next requests take new connections.
func (c *connections) abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current.CloseIdleConnections()
	c.current = &generation{Transport: c.open()}
}

// lastUse is a body whose end is reported, and whose errors are explained.
type lastUse struct {
	io.ReadCloser

	explained func(error) error
	done      func()
	// stop keeps the end of the request's context from closing the body.
	stop func() bool
}

func (b *lastUse) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.explained(err)
	}
	return n, err
}

func (b *lastUse) Close() error {
	defer b.done()
	b.stop()
	return b.ReadCloser.Close()
}
