// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
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

// connections carries requests over connections that are kept and shared. Once
// abandoned, they carry what is on its way and nothing new: net/http does not say
// over which connection a request failed, and HTTP/2 would go on using it.
type connections struct {
	open func() *http.Transport

	mu      sync.Mutex
	current *generation
}

// generation is a set of connections that are abandoned together.
type generation struct {
	*http.Transport

	requests int
}

// newConnections returns the connections to the site of config. Demanded is set
// when the site asks for a client certificate.
func newConnections(config Config, demanded *atomic.Bool) *connections {
	certificate := config.Certificate
	if certificate == nil {
		// With none in it, crypto/tls sends none.
		certificate = new(tls.Certificate)
	}
	security := &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    config.RootCAs,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			demanded.Store(true)
			return certificate, nil
		},
	}
	open := func() *http.Transport {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.Proxy = http.ProxyFromEnvironment
		t.OnProxyConnectResponse = proxyAnswer
		t.TLSClientConfig = security.Clone()
		t.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
		t.MaxIdleConns, t.MaxIdleConnsPerHost = config.MaxConcurrency, config.MaxConcurrency
		if config.Proxy != nil {
			t.Proxy = config.Proxy
		}
		if config.DialContext != nil {
			t.DialContext = config.DialContext
		}
		return t
	}
	return &connections{open: open, current: &generation{Transport: open()}}
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
		return nil, err
	}
	resp.Body = &lastUse{resp.Body, done}
	return resp, nil
}

// abandon has the next requests take new connections.
func (c *connections) abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current.CloseIdleConnections()
	c.current = &generation{Transport: c.open()}
}

// lastUse is a body whose end is reported.
type lastUse struct {
	io.ReadCloser

	done func()
}

func (b *lastUse) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}
