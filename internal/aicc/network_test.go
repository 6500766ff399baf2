// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
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

// The tests of this file read through real servers: make test-network.

// patience is how long something may take that takes no time: a machine may be busy.
const patience = 30 * time.Second

// trusting makes a configuration trust an authority.
func trusting(t *testing.T, authority *nettest.Authority) func(*aicc.Config) {
	t.Helper()
	pool, err := aicc.ParseCertificates(authority.PEM)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *aicc.Config) { c.RootCAs = pool }
}

// through makes a configuration use a proxy, host:port, with user information
// before it.
func through(t *testing.T, user, proxy string) func(*aicc.Config) {
	t.Helper()
	address, err := url.Parse("http://" + user + proxy)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *aicc.Config) { c.Proxy = address }
}

// forwarding has nginx hand a request on, and say how it came.
func forwarding(upstream string) string {
	return `proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Protocol "$server_protocol $ssl_protocol"; proxy_pass ` + upstream + ";"
}

// serve serves a handler until the test ends, and returns its URL.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// TestNetworkCarries reads fifty cases through what stands in front of a site.
func TestNetworkCarries(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	for name, test := range map[string]struct {
		listen, server, protocol, proxy string
	}{
		"HTTP/1.1, TLS 1.2":      {"", "ssl_protocols TLSv1.2;", "HTTP/1.1 TLSv1.2", ""},
		"HTTP/1.1, TLS 1.3":      {"", "ssl_protocols TLSv1.3;", "HTTP/1.1 TLSv1.3", ""},
		"HTTP/2, TLS 1.2":        {"http2", "ssl_protocols TLSv1.2;", "HTTP/2.0 TLSv1.2", ""},
		"HTTP/2, TLS 1.3":        {"http2", "ssl_protocols TLSv1.3;", "HTTP/2.0 TLSv1.3", ""},
		"gzip":                   {"", "gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;", "HTTP/1.1 TLSv1.3", ""},
		"gzip, HTTP/2":           {"http2", "gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;", "HTTP/2.0 TLSv1.3", ""},
		"three requests each":    {"", "keepalive_requests 3;", "HTTP/1.1 TLSv1.3", ""},
		"three streams each":     {"http2", "keepalive_requests 3;", "HTTP/2.0 TLSv1.3", ""},
		"two streams at a time":  {"http2", "http2_max_concurrent_streams 2;", "HTTP/2.0 TLSv1.3", ""},
		"no kept connections":    {"", "keepalive_timeout 0;", "HTTP/1.1 TLSv1.3", ""},
		"short-lived ones":       {"", "keepalive_timeout 1ms;", "HTTP/1.1 TLSv1.3", ""},
		"tinyproxy":              {"", "", "HTTP/1.1 TLSv1.3", "tinyproxy"},
		"tinyproxy, HTTP/2":      {"http2", "", "HTTP/2.0 TLSv1.3", "tinyproxy"},
		"squid":                  {"", "", "HTTP/1.1 TLSv1.3", "squid"},
		"squid, HTTP/2":          {"http2", "", "HTTP/2.0 TLSv1.3", "squid"},
		"a client's certificate": {"", "ssl_client_certificate authority.pem; ssl_verify_client on;", "HTTP/1.1 TLSv1.3", ""},
		"the same, HTTP/2":       {"http2", "ssl_client_certificate authority.pem; ssl_verify_client on; ssl_protocols TLSv1.2;", "HTTP/2.0 TLSv1.2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			nginx := nettest.Site{Authority: authority, Listen: test.listen, Server: test.server, Location: forwarding(site.Start(t))}
			change := []func(*aicc.Config){trusting(t, authority), certified(t, authority)}
			switch test.proxy {
			case "tinyproxy":
				change = append(change, through(t, "user:secret@", nettest.Tinyproxy(t, "BasicAuth user secret")))
			case "squid":
				change = append(change, through(t, "", nettest.Squid(t, "", "http_access allow all")))
			}
			client := newClient(t, config(t, nginx.Start(t), change...))
			ids := site.AddCases(50)
			if outcome := client.Cases(t.Context(), ids, nil); len(outcome.Found) != len(ids) {
				t.Errorf("%d found, %v", len(outcome.Found), outcome.Failed)
			}
			if n := len(site.Requests()); n != len(ids) {
				t.Errorf("%d requests", n)
			}
			for _, request := range site.Requests() {
				if got := request.Header.Get("X-Protocol"); got != test.protocol || !strings.Contains(request.Body, `"id"`) {
					t.Errorf("a request over %s, with the body %q", got, request.Body)
				}
			}
		})
	}
}

// certified gives a configuration a client certificate of an authority.
func certified(t *testing.T, authority *nettest.Authority) func(*aicc.Config) {
	t.Helper()
	pair, err := aicc.PairCertificate(authority.Issue(t, "client", time.Now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	return func(c *aicc.Config) { c.Certificate = pair }
}

// TestNetworkRefuses has servers answer in AICC's place, and connections that are
// refused for good. A fault that does not pass takes one attempt; each has a kind of
// its own.
func TestNetworkRefuses(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	upstream := aicctest.New().Start(t)
	nginx := func(site nettest.Site) func(*testing.T) string {
		return func(t *testing.T) string {
			site.Authority = authority
			if site.Location == "" {
				site.Location = forwarding(upstream)
			}
			return site.Start(t)
		}
	}
	page := func(title string) string { return fmt.Sprintf("the body is a page titled %q, not AICC's JSON", title) }
	const (
		demanding = "ssl_client_certificate authority.pem; ssl_verify_client on;"
		again     = 5
	)
	plain := func(t *testing.T) string { return nginx(nettest.Site{})(t) }
	tests := map[string]struct {
		site     func(*testing.T) string
		change   func(*testing.T) func(*aicc.Config)
		kind     aicc.Kind
		words    string
		attempts int
	}{
		"401":         {nginx(nettest.Site{Location: "return 401;"}), nil, aicc.Blocked, page("401 Authorization Required"), 1},
		"403":         {nginx(nettest.Site{Location: "return 403;"}), nil, aicc.Blocked, page("403 Forbidden"), 1},
		"404":         {nginx(nettest.Site{Location: "return 404;"}), nil, aicc.NotAICC, page("404 Not Found"), 1},
		"413":         {nginx(nettest.Site{Server: "client_max_body_size 1;"}), nil, aicc.Blocked, page("413 Request Entity Too Large"), 1},
		"413, HTTP/2": {nginx(nettest.Site{Listen: "http2", Server: "client_max_body_size 1;"}), nil, aicc.Blocked, page("413 Request Entity Too Large"), 1},
		"502":         {nginx(nettest.Site{Location: "proxy_pass http://127.0.0.1:1;"}), nil, aicc.ServerFailed, page("502 Bad Gateway"), again},
		"504":         {nginx(nettest.Site{Location: "return 504;"}), nil, aicc.ServerFailed, page("504 Gateway Time-out"), again},
		"304":         {nginx(nettest.Site{Location: "return 304;"}), nil, aicc.UnexpectedStatus, "", 1},
		"redirect":    {nginx(nettest.Site{Location: "return 302 https://login.example.com/;"}), nil, aicc.Redirected, "login.example.com", 1},
		"empty":       {nginx(nettest.Site{Location: "return 204;"}), nil, aicc.UnexpectedStatus, "", 1},
		"no reply":    {nginx(nettest.Site{Location: "return 444;"}), nil, aicc.Interrupted, "EOF", again},
		"plain at 443": {func(t *testing.T) string {
			return strings.Replace(nginx(nettest.Site{Plain: true})(t), "http:", "https:", 1)
		}, nil, aicc.NotTLS, "it speaks plain HTTP", 1},
		"TLS 1.1":       {nginx(nettest.Site{Server: "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT:@SECLEVEL=0;"}), nil, aicc.HandshakeFailed, "remote error: tls: protocol version not supported", 1},
		"other ciphers": {nginx(nettest.Site{Server: "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES256-SHA384;"}), nil, aicc.HandshakeFailed, "remote error: tls: handshake failure", 1},

		"no certificate":         {nginx(nettest.Site{Server: demanding}), nil, aicc.CertificateRequired, page("400 No required SSL certificate was sent"), 1},
		"no certificate, HTTP/2": {nginx(nettest.Site{Listen: "http2", Server: demanding}), nil, aicc.CertificateRequired, page("400 No required SSL certificate was sent"), 1},
		"another's certificate": {nginx(nettest.Site{Server: demanding}), func(t *testing.T) func(*aicc.Config) {
			return certified(t, nettest.NewAuthority(t))
		}, aicc.CertificateRefused, page("400 The SSL certificate error"), 1},
		"an unknown authority": {plain, func(t *testing.T) func(*aicc.Config) {
			return trusting(t, nettest.NewAuthority(t))
		}, aicc.Untrusted, `x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "Test authority")`, 1},

		"tinyproxy, no password": {plain, func(t *testing.T) func(*aicc.Config) {
			return through(t, "", nettest.Tinyproxy(t, "BasicAuth user secret"))
		}, aicc.ProxyRefused, "the proxy answered CONNECT with HTTP 407 Proxy Authentication Required", 1},
		"tinyproxy, wrong password": {plain, func(t *testing.T) func(*aicc.Config) {
			return through(t, "user:planted7bm63@", nettest.Tinyproxy(t, "BasicAuth user secret"))
		}, aicc.ProxyRefused, "the proxy answered CONNECT with HTTP 401 Unauthorized", 1},
		"tinyproxy, forbidden port": {plain, func(t *testing.T) func(*aicc.Config) {
			return through(t, "", nettest.Tinyproxy(t, "ConnectPort 1"))
		}, aicc.ProxyRefused, "the proxy answered CONNECT with HTTP 403 Forbidden", 1},
		"squid, no password": {plain, func(t *testing.T) func(*aicc.Config) {
			return through(t, "", nettest.Squid(t, "", "auth_param basic program /bin/cat\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all"))
		}, aicc.ProxyRefused, "the proxy answered CONNECT with HTTP 407 Proxy Authentication Required", 1},
		"squid, forbidden": {plain, func(t *testing.T) func(*aicc.Config) {
			return through(t, "", nettest.Squid(t, "", "http_access deny all"))
		}, aicc.ProxyRefused, "the proxy answered CONNECT with HTTP 403 Forbidden", 1},
		"a proxy that is none": {plain, func(t *testing.T) func(*aicc.Config) {
			return through(t, "", strings.TrimPrefix(nginx(nettest.Site{Plain: true})(t), "http://"))
		}, aicc.ProxyRefused, "the proxy answered CONNECT with HTTP 400 Bad Request", 1},
		"squid, dead site": {func(*testing.T) string { return "https://127.0.0.1:1" }, func(t *testing.T) func(*aicc.Config) {
			return through(t, "", nettest.Squid(t, "", "http_access allow all"))
		}, aicc.Unreachable, "the proxy answered CONNECT with HTTP 503 Service Unavailable", again},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Each attempt is a connection here, since none of them is kept.
			change := []func(*aicc.Config){trusting(t, authority)}
			if test.change != nil {
				change = append(change, test.change(t))
			}
			client := newClient(t, config(t, test.site(t), change...))
			start := time.Now()
			outcome := client.Cases(t.Context(), []string{aicctest.SampleID}, nil)
			took := time.Since(start)
			if len(outcome.Failed) != 1 {
				t.Fatalf("got %+v", outcome)
			}
			failure := outcome.Failed[0]
			words, _, _ := strings.Cut(failure.Detail, ", through the proxy 127.0.0.1:")
			if failure.Kind != test.kind || words != test.words || failure.Attempts != test.attempts {
				t.Errorf("got %v: %q after %d attempts, want %v: %q after %d", failure.Kind, failure.Detail, failure.Attempts, test.kind, test.words, test.attempts)
			}
			if took > patience || test.attempts > 1 && took < 3750*time.Millisecond {
				t.Errorf("%d attempts took %v", failure.Attempts, took)
			}
		})
	}
}

// TestNetworkEndsAtOnce reads a hundred cases against a fault that concerns them all.
func TestNetworkEndsAtOnce(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	site := aicctest.New()
	nginx := nettest.Site{Authority: authority, Location: forwarding(site.Start(t))}.Start(t)
	proxy := nettest.Forward(t, nettest.Tinyproxy(t, "BasicAuth user secret"), nil)
	client := newClient(t, config(t, nginx, trusting(t, authority), through(t, "user:planted7bm63@", proxy.Address)))
	ids := site.AddCases(100)
	start := time.Now()
	outcome := client.Cases(t.Context(), ids, nil)
	if len(outcome.Failed) == 0 || len(outcome.Failed) > aicc.DefaultMaxConcurrency || outcome.Failed[0].Kind != aicc.ProxyRefused {
		t.Errorf("%d failed, %+v", len(outcome.Failed), outcome.Failed)
	}
	for _, failure := range outcome.Failed {
		if strings.Contains(fmt.Sprintf("%v %+v", failure, *failure.Error), "7bm63") {
			t.Error("the password of the proxy is shown")
		}
	}
	if n := proxy.Connections(); n > aicc.DefaultMaxConcurrency {
		t.Errorf("%d connections to the proxy", n)
	}
	if took := time.Since(start); took > patience || len(site.Requests()) > 0 {
		t.Errorf("took %v, and AICC was asked %d times", took, len(site.Requests()))
	}
}

// TestNetworkSilence has a connection go silent while a hundred reads use it, each
// with a deadline; new connections work. Over HTTP/2 all reads share it.
func TestNetworkSilence(t *testing.T) {
	t.Parallel()
	for listen, most := range map[string]int{"": 1, "http2": 0} {
		t.Run(listen, func(t *testing.T) {
			t.Parallel()
			authority := nettest.NewAuthority(t)
			site := aicctest.New()
			site.SetLatency(200 * time.Millisecond)
			nginx := nettest.Site{Authority: authority, Listen: listen, Location: forwarding(site.Start(t))}.Start(t)
			forwarder := nettest.Forward(t, nginx, nil)
			client := newClient(t, config(t, "https://"+forwarder.Address, trusting(t, authority)))
			// All go over the connection of the first.
			if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
				t.Fatal(failure)
			}
			var (
				group  sync.WaitGroup
				mu     sync.Mutex
				failed []*aicc.Error
				slots  = make(chan struct{}, 10)
			)
			for number, id := range site.AddCases(100) {
				slots <- struct{}{}
				if number == 20 {
					forwarder.Silence(0)
				}
				group.Go(func() {
					defer func() { <-slots }()
					ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
					defer cancel()
					if _, failure := read(ctx, client, id); failure != nil {
						mu.Lock()
						defer mu.Unlock()
						failed = append(failed, failure)
					}
				})
			}
			group.Wait()
			if len(failed) > most {
				t.Errorf("%d failed: %v", len(failed), failed)
			}
			if n := forwarder.Connections(); n < 2 || n > 30 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// forwarded has a client read over HTTP/2 through a forwarder.
func forwarded(t *testing.T, fate func(number int) nettest.Fate, changes ...func(*aicc.Config)) (*aicctest.AICC, *nettest.Forwarder, *aicc.Client) {
	t.Helper()
	authority := nettest.NewAuthority(t)
	site := aicctest.New()
	nginx := nettest.Site{Authority: authority, Listen: "http2", Location: forwarding(site.Start(t))}.Start(t)
	forwarder := nettest.Forward(t, nginx, fate)
	return site, forwarder, newClient(t, config(t, "https://"+forwarder.Address, append(changes, trusting(t, authority))...))
}

// TestNetworkDeadline ends a read by its deadline on an HTTP/2 connection that went
// silent. The next read does not use that connection: its only attempt would end with
// the ping that finds the connection silent.
func TestNetworkDeadline(t *testing.T) {
	t.Parallel()
	_, forwarder, client := forwarded(t, nil, noRetries)
	fresh := func(ctx context.Context, id string) *aicc.Error {
		_, err := client.FreshCase(ctx, aicc.Query{ID: id})
		return asError(err)
	}
	if failure := fresh(t.Context(), aicctest.SampleID); failure != nil {
		t.Fatal(failure)
	}
	forwarder.Silence(0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if failure := fresh(ctx, aicctest.OpenID); failure == nil || failure.Kind != aicc.TimedOut || failure.Detail != "the reply to attempt 1" {
		t.Errorf("got %+v", failure)
	}
	if failure := fresh(t.Context(), aicctest.CompletedID); failure != nil {
		t.Errorf("got %+v", failure)
	}
	if n := forwarder.Connections(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

// overdue is a context whose deadline passes when a test closes done.
type overdue struct {
	context.Context //nolint:containedctx // It is one.

	done chan struct{}
}

func (c overdue) Done() <-chan struct{} { return c.done }

func (c overdue) Err() error {
	select {
	case <-c.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// TestNetworkAbandons ends a read by its deadline while another one goes on over the
// same HTTP/2 connection. That one gets its reply, and then the connection is closed.
func TestNetworkAbandons(t *testing.T) {
	t.Parallel()
	site, forwarder, client := forwarded(t, nil)
	if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
		t.Fatal(failure)
	}
	proceed := make(chan struct{})
	site.ForCase(aicctest.OpenID, func(w http.ResponseWriter, r *http.Request) {
		<-proceed
		aicctest.Reply(http.StatusBadRequest, `{"resCode":"1"}`)(w, r)
	})
	site.ForCase(aicctest.OverdueID, aicctest.Stall)
	var group sync.WaitGroup
	group.Go(func() {
		if _, failure := read(t.Context(), client, aicctest.OpenID); failure == nil || failure.Kind != aicc.Refused || failure.Attempts != 1 {
			t.Errorf("got %+v", failure)
		}
	})
	arrived := func(n int) {
		for len(site.Requests()) < n {
			<-time.After(10 * time.Millisecond)
		}
	}
	arrived(2)
	ctx := overdue{t.Context(), make(chan struct{})}
	go func() {
		arrived(3)
		close(ctx.done)
	}()
	_, err := client.FreshCase(ctx, aicc.Query{ID: aicctest.OverdueID})
	if failure := asError(err); failure == nil || failure.Kind != aicc.TimedOut {
		t.Errorf("got %+v", failure)
	}
	if n := forwarder.Open(); n != 1 {
		t.Errorf("%d connections are open while one is in use", n)
	}
	close(proceed)
	group.Wait()
	for deadline := time.Now().Add(patience); forwarder.Open() > 0; <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are open, of %d", forwarder.Open(), forwarder.Connections())
		}
	}
}

// TestNetworkCache reads behind squid, whose upstream allows it to keep replies. A
// case that was closed is not open any more, and a wrong token gets nothing.
func TestNetworkCache(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	upstream := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=60")
		site.ServeHTTP(w, r)
	})
	_, port, _ := strings.Cut(strings.TrimPrefix(upstream, "http://"), ":")
	squid := "http://" + nettest.Squid(t, "accel defaultsite=aicc.example.com no-vhost", "cache_peer 127.0.0.1 parent "+port+" 0 no-query no-digest originserver\nhttp_access allow all\nrequest_entities on")

	fresh := func(token string) (*aicc.Case, *aicc.Error) {
		client := newClient(t, config(t, squid, func(c *aicc.Config) { c.Token = token }))
		got, err := client.FreshCase(t.Context(), aicc.Query{ID: aicctest.OpenID})
		return got, asError(err)
	}
	for _, state := range []string{"Processing", "Completed"} {
		site.ChangeCase(aicctest.OpenID, map[string]any{"state": state})
		if got, failure := fresh(aicctest.Token); failure != nil || *got.State != state {
			t.Errorf("want %s, got %v", state, failure)
		}
	}
	if _, failure := fresh("wrong-token-7bm63"); failure == nil || failure.Kind != aicc.Unauthorized {
		t.Errorf("a wrong token got %+v", failure)
	}
	if n := len(site.Requests()); n != 3 {
		t.Errorf("AICC was asked %d times", n)
	}
}

// TestNetworkDisobedientCache reads behind an nginx that keeps replies whatever the
// request says. The read that must be fresh refuses them.
func TestNetworkDisobedientCache(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	site := aicctest.New()
	nginx := nettest.Site{
		Authority: authority, HTTP: "proxy_cache_path cache keys_zone=cache:1m;",
		Location: "proxy_cache cache; proxy_cache_valid any 1m; proxy_ignore_headers Cache-Control; add_header X-Cache $upstream_cache_status; proxy_pass " + site.Start(t) + ";",
	}.Start(t)
	for _, kept := range []bool{false, true} {
		_, err := newClient(t, config(t, nginx, trusting(t, authority))).FreshCase(t.Context(), aicc.Query{ID: aicctest.SampleID})
		if failure := asError(err); kept != (failure != nil) || kept && (failure.Kind != aicc.Cached || failure.Detail != "X-Cache: HIT" || failure.Attempts != 1) {
			t.Errorf("got %+v", failure)
		}
	}
}

// TestNetworkLeavesNothing abandons connections again and again, and has none left.
func TestNetworkLeavesNothing(t *testing.T) {
	site, forwarder, client := forwarded(t, func(number int) nettest.Fate {
		// The later ones live long enough to be of use on any machine.
		return nettest.Fate{After: time.Duration(20+5*number) * time.Millisecond, Reset: true}
	}, retries(20))
	site.SetLatency(20 * time.Millisecond)
	before := runtime.NumGoroutine()
	ids := site.AddCases(300)
	outcome := client.Cases(t.Context(), ids, nil)
	if len(outcome.Found) != len(ids) || forwarder.Connections() < 5 {
		t.Errorf("%d found over %d connections, %v", len(outcome.Found), forwarder.Connections(), outcome.Failed)
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before+4; <-time.After(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}
