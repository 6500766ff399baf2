// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/nettest"
)

// raw serves each connection with a function, after it has read something, until the
// test ends.
func raw(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer func() { _ = conn.Close() }()
				_, _ = conn.Read(make([]byte, 4096))
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		group.Wait()
	})
	return listener.Addr().String()
}

// untilClosed waits for the other side to close a connection.
func untilClosed(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// TestNetworkSwitching has a server answer 101 and go silent: from then on, net/http
// leaves the connection to others, and no deadline ends what is read from it.
func TestNetworkSwitching(t *testing.T) {
	t.Parallel()
	address := raw(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		untilClosed(conn)
	})
	client := newClient(t, config(t, "http://"+address))
	start := time.Now()
	// More than there are slots.
	for range 2 * aicc.DefaultMaxConcurrency {
		_, err := client.FreshCase(t.Context(), aicc.Query{ID: aicctest.SampleID})
		if failure := asError(err); failure == nil || failure.Kind != aicc.UnexpectedStatus || failure.Status != http.StatusSwitchingProtocols || failure.Attempts != 1 {
			t.Fatalf("got %+v", failure)
		}
	}
	if _, failure := search(t.Context(), client, aicc.Search{Status: new("Processing")}); failure == nil || failure.Kind != aicc.UnexpectedStatus {
		t.Errorf("the list: %+v", failure)
	}
	if took := time.Since(start); took > patience {
		t.Errorf("took %v", took)
	}
}

// TestNetworkHeaders has servers send more header lines than anybody needs. It does not
// run in parallel, so that what is allocated meanwhile is its own.
func TestNetworkHeaders(t *testing.T) {
	line := "X-Padding: " + strings.Repeat("7", 1000) + "\r\n"
	plain := raw(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for range 10_000 {
			if _, err := io.WriteString(conn, line); err != nil {
				return
			}
		}
		_, _ = io.WriteString(conn, "\r\n")
	})
	type test struct {
		url    string
		change func(*aicc.Config)
		kind   aicc.Kind
		words  string
	}
	tests := map[string]test{"HTTP/1.1": {"http://" + plain, func(*aicc.Config) {}, aicc.TooLarge, "more than 256 KiB of header lines"}}
	authority := nettest.NewAuthority(t)
	for lines, want := range map[int]test{
		255:   {kind: aicc.TooLarge, words: "more than 256 KiB of header lines"},
		2_000: {kind: aicc.Unreadable, words: "HTTP/2 that breaks its rules, or has far more than 256 KiB of header lines"},
	} {
		padding := strings.Repeat(`add_header X-Padding "`+strings.Repeat("7", 1000)+`";`, lines)
		want.url, want.change = nettest.Site{Authority: authority, Listen: "http2", Location: padding + "return 200;"}.Start(t), trusting(t, authority)
		tests[fmt.Sprintf("HTTP/2, %d lines", lines)] = want
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, config(t, test.url, test.change))
			var failure *aicc.Error
			allocated := allocations(func() { _, failure = read(t.Context(), client, aicctest.SampleID) })
			if failure == nil || failure.Kind != test.kind || failure.Detail != test.words || failure.Attempts != 1 {
				t.Errorf("got %+v", failure)
			}
			if allocated > 8<<20 {
				t.Errorf("%d KB were allocated", allocated>>10)
			}
			runtime.KeepAlive(client)
		})
	}
}

// apacheProxy are the directives of an Apache that is a proxy.
const apacheProxy = "ProxyRequests On\nAllowCONNECT 1-65535\n"

// behind makes a configuration use the proxy at a URL.
func behind(t *testing.T, proxy string) func(*aicc.Config) {
	t.Helper()
	environment := map[string]string{"HTTPS_PROXY": proxy}
	found, _, err := aicc.ProxyFromEnvironment(func(name string) string { return environment[name] }, &url.URL{Scheme: "https", Host: "aicc.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *aicc.Config) { c.Proxy = found }
}

// TestNetworkProxies reads through proxies of each kind. An HTTPS proxy gets neither
// the client certificate, although it asks for one, nor the offer of HTTP/2, although it
// would take it.
func TestNetworkProxies(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	demanding := "ssl_client_certificate authority.pem; ssl_verify_client on;"
	for name, proxy := range map[string]func(*testing.T) string{
		"an HTTP proxy": func(t *testing.T) string {
			return "http://" + nettest.Apache{Plain: true, Server: apacheProxy}.Start(t)
		},
		"an HTTPS proxy that asks for a certificate and speaks HTTP/2": func(t *testing.T) string {
			return "https://" + nettest.Apache{Authority: authority, Server: apacheProxy + "Protocols h2 http/1.1\nSSLVerifyClient optional\n<Proxy *>\nRequire expr %{SSL_CLIENT_VERIFY} == 'NONE'\n</Proxy>"}.Start(t)
		},
		"a SOCKS5 proxy": func(t *testing.T) string { return "socks5://user:secret@" + nettest.Socks(t, "user", "secret") },
		"a SOCKS5 proxy that looks up hosts": func(t *testing.T) string {
			return "socks5h://user:secret@" + nettest.Socks(t, "user", "secret")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			nginx := nettest.Site{Authority: authority, Server: demanding, Location: forwarding(site.Start(t))}.Start(t)
			client := newClient(t, config(t, nginx, trusting(t, authority), certified(t, authority), behind(t, proxy(t))))
			ids := site.AddCases(20)
			if outcome := client.Cases(t.Context(), ids, nil); len(outcome.Found) != len(ids) {
				t.Errorf("%d found, %v", len(outcome.Found), outcome.Failed)
			}
			if n := len(site.Requests()); n != len(ids) {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestNetworkProxyFaults asks proxies that do not work. Each failure names the proxy.
func TestNetworkProxyFaults(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	upstream := aicctest.New().Start(t)
	nginx := nettest.Site{Authority: authority, Location: forwarding(upstream)}.Start(t)
	apache := func(authority *nettest.Authority, server string) func(*testing.T) string {
		return func(t *testing.T) string {
			return nettest.Apache{Authority: authority, Plain: authority == nil, Server: apacheProxy + server}.Start(t)
		}
	}
	socks := func(t *testing.T) string { return nettest.Socks(t, "user", "secret") }
	squid := func(t *testing.T) string { return nettest.Squid(t, "", "http_access allow all") }
	const (
		certificate = "the proxy requires a client certificate, and client_certificate goes to AICC alone"
		socksFailed = "the proxy did not connect by SOCKS5: "
	)
	for name, test := range map[string]struct {
		scheme string
		proxy  func(*testing.T) string
		kind   aicc.Kind
		words  string
	}{
		"a certificate is required":          {"https://", apache(authority, "SSLVerifyClient require"), aicc.ProxyRefused, certificate},
		"a certificate is required, TLS 1.2": {"https://", apache(authority, "SSLVerifyClient require\nSSLProtocol TLSv1.2"), aicc.ProxyRefused, certificate},
		"an unknown authority":               {"https://", apache(nettest.NewAuthority(t), ""), aicc.Untrusted, "that of the proxy, x509: certificate signed by unknown authority"},
		"https:// to an HTTP proxy":          {"https://", squid, aicc.ProxyRefused, "the proxy does not speak TLS, as https:// in its address says"},
		"http:// to an HTTPS proxy":          {"http://", apache(authority, ""), aicc.Interrupted, "unexpected EOF"},
		"a host that it does not reach":      {"http://", apache(nil, "<Proxy *>\nRequire all denied\n</Proxy>"), aicc.ProxyRefused, "the proxy answered CONNECT with HTTP 403 Forbidden"},
		"socks5:// to squid":                 {"socks5://", squid, aicc.ProxyRefused, "the proxy does not answer as one of SOCKS5 does"},
		"socks5:// to nginx": {"socks5://", func(t *testing.T) string {
			return strings.TrimPrefix(nettest.Site{Plain: true, Location: "return 200;"}.Start(t), "http://")
		}, aicc.ProxyRefused, socksFailed + "unexpected protocol version 72"},
		"SOCKS5 without a password":    {"socks5://", socks, aicc.ProxyRefused, socksFailed + "no acceptable authentication methods"},
		"SOCKS5 with a wrong password": {"socks5://user:planted7bm63@", socks, aicc.ProxyRefused, socksFailed + "username/password authentication failed"},
		"nobody":                       {"http://", func(*testing.T) string { return "127.0.0.1:1" }, aicc.Unreachable, "proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused"},
		"nobody, SOCKS5":               {"socks5://", func(*testing.T) string { return "127.0.0.1:1" }, aicc.Unreachable, "dial tcp 127.0.0.1:1: connect: connection refused"},
		"a connection that breaks":     {"http://", func(t *testing.T) string { return raw(t, func(net.Conn) {}) }, aicc.Interrupted, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := test.proxy(t)
			client := newClient(t, config(t, nginx, retries(1), trusting(t, authority), certified(t, authority), behind(t, test.scheme+address)))
			start := time.Now()
			_, failure := read(t.Context(), client, aicctest.SampleID)
			attempts := 1
			if test.kind == aicc.Unreachable || test.kind == aicc.Interrupted {
				attempts = 2
			}
			if failure == nil || failure.Kind != test.kind || failure.Attempts != attempts ||
				!strings.Contains(failure.Detail, test.words) || strings.Count(failure.Detail, address) != 1 || strings.Contains(failure.Detail, "7bm63") {
				t.Errorf("got %+v", failure)
			}
			if took := time.Since(start); took > patience {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestNetworkRenegotiation reads from a path for which Apache asks for a client
// certificate when it has seen the request, in TLS 1.2 and by a new handshake.
func TestNetworkRenegotiation(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	site := aicctest.New()
	apache := "https://" + nettest.Apache{
		Authority: authority,
		Server:    "SSLProtocol TLSv1.2\n<Location />\nSSLVerifyClient require\n</Location>\nProxyPass / " + site.Start(t) + "/",
	}.Start(t)
	client := newClient(t, config(t, apache, trusting(t, authority), certified(t, authority)))
	ids := site.AddCases(20)
	if outcome := client.Cases(t.Context(), ids, nil); len(outcome.Found) != len(ids) || len(site.Requests()) != len(ids) {
		t.Errorf("%d found by %d requests, %v", len(outcome.Found), len(site.Requests()), outcome.Failed)
	}
	for name, change := range map[string]func(*aicc.Config){
		"none":      func(*aicc.Config) {},
		"another's": certified(t, nettest.NewAuthority(t)),
	} {
		kind := map[string]aicc.Kind{"none": aicc.CertificateRequired, "another's": aicc.CertificateRefused}[name]
		_, failure := read(t.Context(), newClient(t, config(t, apache, trusting(t, authority), change)), aicctest.SampleID)
		if failure == nil || failure.Kind != kind || failure.Attempts != 1 {
			t.Errorf("%s: got %+v", name, failure)
		}
	}
}
