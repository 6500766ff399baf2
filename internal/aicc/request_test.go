// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestUnreachable(t *testing.T) {
	t.Parallel()
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = listener.Close()
		_, failure := read(t.Context(), newClient(t, config(t, "http://"+listener.Addr().String(), retries(1))), aicctest.SampleID)
		if failure.Kind != aicc.Unreachable || failure.Attempts != 2 || !strings.Contains(failure.Detail, "connection refused") {
			t.Errorf("got %+v", failure)
		}
	})
	t.Run("unknown host", func(t *testing.T) {
		t.Parallel()
		dial := func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "aicc.example.com", IsNotFound: true}
		}
		client := newClient(t, config(t, "https://aicc.example.com", noRetries, func(c *aicc.Config) { c.DialContext = dial }))
		if _, failure := read(t.Context(), client, aicctest.SampleID); failure.Kind != aicc.Unreachable || failure.Detail != "looking up aicc.example.com: no such host" {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestConnections covers what needs a real socket.
func TestConnections(t *testing.T) {
	t.Parallel()
	t.Run("untrusted certificate", func(t *testing.T) {
		t.Parallel()
		url, _ := secure(t, func(*tls.Config) {})
		_, failure := read(t.Context(), newClient(t, config(t, url)), aicctest.SampleID)
		if failure.Kind != aicc.Untrusted || failure.Attempts != 1 || !strings.Contains(failure.Detail, "unknown authority") {
			t.Errorf("got %+v", failure)
		}
	})
	t.Run("certificate of another host", func(t *testing.T) {
		t.Parallel()
		site, certificate := secure(t, func(*tls.Config) {})
		pool, err := aicc.ParseCertificates(certificate)
		if err != nil {
			t.Fatal(err)
		}
		dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(site, "https://"))
		}
		client := newClient(t, config(t, "https://aicc.example.org", func(c *aicc.Config) { c.RootCAs, c.DialContext = pool, dial }))
		_, failure := read(t.Context(), client, aicctest.SampleID)
		if failure.Kind != aicc.Untrusted || failure.Attempts != 1 || !strings.Contains(failure.Detail, "not aicc.example.org") {
			t.Errorf("got %+v", failure)
		}
	})
	for name, fault := range map[string]http.HandlerFunc{"reset": aicctest.Reset, "reset in the body": aicctest.ResetBody} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			address := site.Start(t)
			site.Always(fault)
			_, failure := read(t.Context(), newClient(t, config(t, address, noRetries)), aicctest.SampleID)
			if failure.Kind != aicc.Interrupted || failure.Attempts != 1 || len(site.Requests()) != 1 || strings.Contains(failure.Detail, "://") {
				t.Errorf("%d requests, %+v", len(site.Requests()), failure)
			}
		})
	}
	t.Run("own authority", func(t *testing.T) {
		t.Parallel()
		url, certificate := secure(t, func(*tls.Config) {})
		pool, err := aicc.ParseCertificates(certificate)
		if err != nil {
			t.Fatal(err)
		}
		if _, failure := read(t.Context(), newClient(t, config(t, url, func(c *aicc.Config) { c.RootCAs = pool })), aicctest.SampleID); failure != nil {
			t.Error(failure)
		}
	})
}

// TestHandshakes has servers begin TLS in ways that end it.
func TestHandshakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer string
		kind   aicc.Kind
		words  string
	}{
		"plain HTTP":       {"HTTP/1.1 400 Bad Request\r\n\r\n", aicc.NotTLS, "it speaks plain HTTP"},
		"another protocol": {"SSH-2.0-OpenSSH_9.9\r\n", aicc.NotTLS, "it does not speak TLS"},
		"TLS 1.0, whatever is offered": {
			"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + strings.Repeat("r", 32) + "\x00\x00\x2f\x00",
			aicc.HandshakeFailed, "tls: server selected unsupported protocol version 301",
		},
		"alert handshake_failure": {"\x15\x03\x03\x00\x02\x02\x28", aicc.HandshakeFailed, "remote error: tls: handshake failure"},
		"alert protocol_version":  {"\x15\x03\x03\x00\x02\x02\x46", aicc.HandshakeFailed, "remote error: tls: protocol version not supported"},
		"alert unrecognized_name": {"\x15\x03\x03\x00\x02\x02\x70", aicc.HandshakeFailed, "remote error: tls: unrecognized name"},
		"alert access_denied":     {"\x15\x03\x03\x00\x02\x02\x31", aicc.CertificateRefused, "remote error: tls: access denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, asked := says(t, test.answer)
			_, failure := read(t.Context(), newClient(t, config(t, "https://"+address)), aicctest.SampleID)
			if failure == nil || failure.Kind != test.kind || failure.Detail != test.words || failure.Attempts != 1 || asked.Load() != 1 {
				t.Errorf("asked %d times, got %v: %+v", asked.Load(), failure.Kind, failure)
			}
		})
	}
	for name, version := range map[string]uint16{"a certificate is demanded, TLS 1.2": tls.VersionTLS12, "a certificate is demanded, TLS 1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			url, certificate := secure(t, func(c *tls.Config) {
				c.MaxVersion, c.ClientAuth = version, tls.RequireAnyClientCert
				c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
					asked.Add(1)
					return nil, nil
				}
			})
			pool, err := aicc.ParseCertificates(certificate)
			if err != nil {
				t.Fatal(err)
			}
			_, failure := read(t.Context(), newClient(t, config(t, url, func(c *aicc.Config) { c.RootCAs = pool })), aicctest.SampleID)
			if failure == nil || failure.Kind != aicc.CertificateRequired || failure.Attempts != 1 || asked.Load() != 1 {
				t.Errorf("asked %d times, got %+v", asked.Load(), failure)
			}
		})
	}
	t.Run("alert internal_error may pass", func(t *testing.T) {
		t.Parallel()
		address, asked := says(t, "\x15\x03\x03\x00\x02\x02\x50")
		_, failure := read(t.Context(), newClient(t, config(t, "https://"+address, retries(1))), aicctest.SampleID)
		if failure == nil || failure.Kind != aicc.Interrupted || failure.Attempts != 2 || asked.Load() != 2 {
			t.Errorf("asked %d times, got %+v", asked.Load(), failure)
		}
	})
}

// secure starts a stand-in with TLS, and returns its URL and its certificate.
func secure(t *testing.T, change func(*tls.Config)) (url, certificate string) {
	t.Helper()
	server := httptest.NewUnstartedServer(aicctest.New())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = new(tls.Config)
	change(server.TLS)
	server.StartTLS()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL, certificateOf(server)
}

// certificateOf returns the certificate of a server in PEM form.
func certificateOf(server *httptest.Server) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

// says starts a server that reads something, gives the same answer on each
// connection, and counts them.
func says(t *testing.T, answer string) (address string, asked *atomic.Int64) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked = new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, answer)
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return listener.Addr().String(), asked
}

// TestCached has a cache in between answer. That is logged, and the ephemeral
// resource's read refuses it.
func TestCached(t *testing.T) {
	t.Parallel()
	for header, words := range map[string]string{
		"Age: 7": "Age: 7", "X-Cache: HIT from squid.example.com": "X-Cache: HIT", "X-Cache: TCP_HIT": "X-Cache: HIT", "X-Cache-Status: HIT": "X-Cache-Status: HIT",
		"Age: 0": "", "Age: soon": "", "X-Cache: MISS from squid.example.com": "", "X-Cache-Status: BYPASS": "",
	} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				site, client := piped(t, func(c *aicc.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
				name, value, _ := strings.Cut(header, ": ")
				site.Always(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set(name, value)
					aicctest.Reply(200, string(aicctest.Sample))(w, r)
				})
				if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
					t.Error(failure)
				}
				if logged := strings.Contains(log.String(), "level=WARN") && strings.Contains(log.String(), "cached=true"); logged != (words != "") {
					t.Errorf("the log is %s", log.String())
				}
				_, err := client.FreshCase(t.Context(), aicc.Query{ID: aicctest.SampleID})
				failure := asError(err)
				if words == "" && failure != nil || words != "" && (failure == nil || failure.Kind != aicc.Cached || failure.Detail != words || failure.Attempts != 1) {
					t.Errorf("got %+v", failure)
				}
				if n := len(site.Requests()); n != 2 {
					t.Errorf("%d requests", n)
				}
			})
		})
	}
}

// TestCachedList has a cache answer with a list: a read by number that must be fresh
// refuses it.
func TestCachedList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		list := site.List()
		site.ForPath(aicctest.ListPath, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Age", "7")
			list(w, r)
		})
		query := aicc.Query{CaseNo: "35013"}
		if _, err := client.Case(t.Context(), query); err != nil {
			t.Error(err)
		}
		_, err := client.FreshCase(t.Context(), query)
		if failure := asError(err); failure == nil || failure.Kind != aicc.Cached || failure.Detail != "Age: 7" || failure.Operation != aicc.ListCases || failure.Attempts != 1 {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestHeaders sees the headers of every request, the token's included.
func TestHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		site, client := piped(t, withCredentials, func(c *aicc.Config) {
			c.Headers = map[string]string{"X-Gateway-Key": "planted7bm63"}
			c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
			t.Fatal(failure)
		}
		requests := site.Requests()
		if len(requests) != 2 {
			t.Fatalf("%d requests", len(requests))
		}
		for _, request := range requests {
			for name, want := range map[string]string{
				"X-Gateway-Key": "planted7bm63", "Cache-Control": "no-cache, no-store", "Pragma": "no-cache", "User-Agent": "test-agent",
			} {
				if got := request.Header.Values(name); len(got) != 1 || got[0] != want {
					t.Errorf("%s: %s is %q", request.Path, name, got)
				}
			}
		}
		if strings.Contains(log.String(), "7bm63") {
			t.Error("the value is logged")
		}
	})
}

// TestProxy goes through a proxy that demands a password.
func TestProxy(t *testing.T) {
	t.Parallel()
	proxied := make(chan string, 10)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header.Values("Proxy-Authorization")}}).BasicAuth()
		proxied <- r.Method + " " + r.Host + " " + user + " " + password
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	address := strings.TrimPrefix(proxy.URL, "http://")
	_, failure := read(t.Context(), newClient(t, config(t, "https://aicc.example.com", through(t, "user:p%237bm63@", address))), aicctest.SampleID)
	if got := <-proxied; got != "CONNECT aicc.example.com:443 user p#7bm63" {
		t.Errorf("the proxy was asked for %q", got)
	}
	if failure == nil || failure.Kind != aicc.ProxyRefused || failure.Attempts != 1 ||
		failure.Detail != "the proxy answered CONNECT with HTTP 403 Forbidden, through the proxy "+address {
		t.Errorf("got %+v", failure)
	}
}

// TestMisdirected has a server answer 421 on its first connection: the request is
// repeated on another one.
func TestMisdirected(t *testing.T) {
	t.Parallel()
	var dials atomic.Int64
	site := aicctest.New()
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if dials.Load() == 1 {
			w.WriteHeader(http.StatusMisdirectedRequest)
			return
		}
		site.ServeHTTP(w, r)
	})
	if _, failure := read(t.Context(), newClient(t, config(t, address, func(c *aicc.Config) { c.DialContext = new(net.Dialer).DialContext }, countDials(&dials))), aicctest.SampleID); failure != nil || dials.Load() != 2 {
		t.Errorf("%d connections, %v", dials.Load(), failure)
	}
}

// TestFlood reads from a real socket a reply of 512 MB. It does not run in parallel,
// so that what is allocated meanwhile is its own.
func TestFlood(t *testing.T) {
	site := aicctest.New()
	var taken atomic.Int64
	site.Always(aicctest.Flood(http.StatusOK, 512<<20, &taken))
	client := newClient(t, config(t, site.Start(t)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, failure := read(t.Context(), client, aicctest.SampleID)
	runtime.ReadMemStats(&after)
	if failure == nil || failure.Kind != aicc.TooLarge || failure.Attempts != 1 {
		t.Errorf("got %v", failure)
	}
	// The kernel buffers some of what nobody reads.
	if taken.Load() > 32<<20 {
		t.Errorf("the server got rid of %d bytes", taken.Load())
	}
	// A buffer that grows to 8 MiB is copied a few times.
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d bytes were allocated", used)
	}
}

// TestOneParsing counts what is allocated for a reply that is refused: about as much
// as it takes to parse it once. It does not run in parallel, so that what is allocated
// meanwhile is its own.
func TestOneParsing(t *testing.T) {
	const id = `{"caseInfo":{"id":"` + aicctest.SampleID + `"},`
	large := func(start, end string, size int) string {
		return start + strings.Repeat("{},", (size-len(start)-len(end))/3) + "{}" + end
	}
	const success, failure = 100 << 10, 60 << 10
	for name, test := range map[string]struct {
		path   string
		status int
		body   string
		kind   aicc.Kind
	}{
		"resCode":          {"", 200, large(`{"resCode":"8","resMsg":"m","result":[`, `]}`, success), aicc.Refused},
		"a long trace":     {"", 200, large(`{"resCode":"0","result":[`+id+`"caseTrace":[`, `]}]}`, success), aicc.TooLarge},
		"another case":     {"", 200, large(`{"resCode":"0","result":[{"caseInfo":{"id":"another0000000000001","x":[`, `]}}]}`, success), aicc.Foreign},
		"no envelope":      {"", 200, large(`[`, `]`, success), aicc.Unreadable},
		"a list's resCode": {aicctest.ListPath, 200, large(`{"resCode":"7","resMsg":"m","result":[`, `]}`, success), aicc.Refused},
		"an odd list":      {aicctest.ListPath, 200, large(`{"resCode":"0","result":[{"count":-1,"x":[`, `]}]}`, success), aicc.Unreadable},
		"no token":         {aicctest.TokenPath, 200, large(`{"resCode":"0","x":[`, `]}`, success), aicc.Unreadable},
		"500":              {"", 500, large(`{"resCode":"8","x":[`, `]}`, failure), aicc.Refused},
		"503":              {"", 503, large(`{"resCode":"8","x":[`, `]}`, failure), aicc.ServerFailed},
		"400":              {"", 400, large(`{"resCode":"8","x":[`, `]}`, failure), aicc.Refused},
		"a named code":     {"", 500, large(`{"resCode":"7","x":[`, `]}`, failure), aicc.NotReturned},
	} {
		t.Run(name, func(t *testing.T) {
			site := aicctest.New()
			client := newClient(t, config(t, site.Start(t), noRetries, withCredentials, func(c *aicc.Config) { c.NotFoundCodes = []string{"7"} }))
			query := aicc.Query{ID: aicctest.SampleID}
			if test.path == aicctest.ListPath {
				query = aicc.Query{CaseNo: "7"}
			}
			if test.path != aicctest.TokenPath {
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure != nil {
					t.Fatal(failure)
				}
			}
			site.ForPath(cmp.Or(test.path, aicctest.CasePath+aicctest.SampleID), aicctest.Reply(test.status, test.body))
			once := allocations(func() {
				parser := json.NewDecoder(strings.NewReader(test.body))
				parser.UseNumber()
				if err := parser.Decode(new(any)); err != nil {
					t.Fatal(err)
				}
			})
			var failure *aicc.Error
			used := allocations(func() {
				_, err := client.FreshCase(t.Context(), query)
				failure = asError(err)
			})
			if failure == nil || failure.Kind != test.kind {
				t.Fatalf("got %+v", failure)
			}
			if test.kind == aicc.NotReturned {
				used /= 2 // It is confirmed.
			}
			if used > once*3/2 {
				t.Errorf("%d allocations, and %d for parsing once", used, once)
			}
		})
	}
}

// allocations counts what is allocated while a function runs.
func allocations(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// TestNoRedirect sees that the host a redirect names is never asked.
func TestNoRedirect(t *testing.T) {
	t.Parallel()
	elsewhere := aicctest.New()
	other := elsewhere.Start(t)
	for _, path := range []string{aicctest.CasePath + aicctest.SampleID, aicctest.TokenPath} {
		site := aicctest.New()
		site.ForPath(path, aicctest.Redirect(other+path))
		_, failure := read(t.Context(), newClient(t, config(t, site.Start(t), withCredentials)), aicctest.SampleID)
		if failure == nil || failure.Kind != aicc.Redirected || failure.Detail != strings.TrimPrefix(other, "http://") {
			t.Errorf("%s: got %+v", path, failure)
		}
		if (failure.Operation == aicc.FetchToken) != (path == aicctest.TokenPath) {
			t.Errorf("%s: for a token: %v", path, failure.Operation == aicc.FetchToken)
		}
	}
	if asked := elsewhere.Requests(); len(asked) > 0 {
		t.Errorf("the other host was asked %d times", len(asked))
	}
}

// TestLog holds each attempt's event against all that may be in it.
func TestLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		site, client := piped(t, withCredentials, func(c *aicc.Config) {
			c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		const token, failed = `{"access_token":"issued","expires_in":7200}`, `{"resCode":"503000001","resMsg":"busy"}`
		site.SetLatency(1500 * time.Millisecond)
		site.Next(aicctest.Reset, aicctest.Reply(200, token), aicctest.Reply(503, failed), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Age", "7")
			aicctest.Reply(200, string(aicctest.Sample))(w, r)
		})
		if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
			t.Fatal(failure)
		}
		const casePath = aicctest.CasePath + "{id}"
		// JSON has no whole numbers.
		const took = float64(1500)
		want := []map[string]any{
			{"level": "WARN", "msg": "AICC request failed", "method": "POST", "path": aicctest.TokenPath, "attempt": 1.0, "duration_ms": took, "failure": aicc.Interrupted.String()},
			{"level": "DEBUG", "msg": "AICC request", "method": "POST", "path": aicctest.TokenPath, "attempt": 2.0, "duration_ms": took, "status": 200.0, "bytes": float64(len(token))},
			{"level": "DEBUG", "msg": "AICC request", "method": "GET", "path": casePath, "attempt": 1.0, "duration_ms": took, "status": 503.0, "bytes": float64(len(failed))},
			{"level": "WARN", "msg": "AICC request", "method": "GET", "path": casePath, "attempt": 2.0, "duration_ms": took, "status": 200.0, "bytes": float64(len(aicctest.Sample)), "cached": true},
		}
		for line := range strings.Lines(log.String()) {
			var event map[string]any
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				t.Fatal(err)
			}
			delete(event, "time")
			if len(want) == 0 || !maps.Equal(event, want[0]) {
				t.Fatalf("got the event\n%s, want %v", line, want)
			}
			want = want[1:]
		}
		if len(want) > 0 {
			t.Errorf("missing in the log: %v", want)
		}
	})
}

// TestKeptConnections breaks connections that served before. Each request over them
// is an attempt that counts, and the retry takes a fresh connection.
func TestKeptConnections(t *testing.T) {
	t.Parallel()
	for retry, requests := range map[int]int{0: 1, 2: 3} {
		t.Run(fmt.Sprint(retry, " retries"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var dials atomic.Int64
				site, client := piped(t, retries(retry), countDials(&dials))
				ids := site.AddCases(8)
				site.SetLatency(time.Second)
				if outcome := client.Cases(t.Context(), ids, nil); len(outcome.Found) != 8 || dials.Load() != 8 {
					t.Fatalf("%d found over %d connections", len(outcome.Found), dials.Load())
				}
				synctest.Wait()
				site.Forget()
				site.Always(aicctest.Reset)
				_, failure := read(t.Context(), client, aicctest.SampleID)
				if failure == nil || failure.Kind != aicc.Interrupted || failure.Attempts != requests || len(site.Requests()) != requests {
					t.Errorf("%d requests, %+v", len(site.Requests()), failure)
				}
				if n := int(dials.Load()); n != 8+retry {
					t.Errorf("%d connections, want %d", n, 8+retry)
				}
			})
		})
	}
}

// TestManyKeptConnections has more slots than net/http keeps connections by
// default, and keeps one for each.
func TestManyKeptConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const slots = 150
		var dials atomic.Int64
		site, client := piped(t, countDials(&dials), func(c *aicc.Config) { c.MaxConcurrency = slots })
		ids := site.AddCases(2 * slots)
		site.SetLatency(time.Second)
		for _, part := range [][]string{ids[:slots], ids[slots:]} {
			if outcome := client.Cases(t.Context(), part, nil); len(outcome.Found) != slots || dials.Load() != slots {
				t.Fatalf("%d found over %d connections", len(outcome.Found), dials.Load())
			}
			synctest.Wait()
		}
	})
}

// countDials counts the connections that a client opens.
func countDials(count *atomic.Int64) func(*aicc.Config) {
	return func(c *aicc.Config) {
		dial := c.DialContext
		c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			count.Add(1)
			return dial(ctx, network, address)
		}
	}
}

// TestOversized counts what the client takes of replies without an end, over a
// connection that buffers next to nothing.
func TestOversized(t *testing.T) {
	t.Parallel()
	// Beyond what is kept, net/http takes up to 256 KiB of a body that is closed
	// (since Go 1.27), and a buffer is on its way.
	const more = 256<<10 + 64<<10
	var taken atomic.Int64
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   aicc.Kind
		kept   int64
	}{
		"512 MB":                 {aicctest.Flood(http.StatusOK, 512<<20, &taken), aicc.TooLarge, 8 << 20},
		"without an end":         {aicctest.Flood(http.StatusOK, -1, &taken), aicc.TooLarge, 8 << 20},
		"a failure without end":  {aicctest.Flood(http.StatusForbidden, -1, &taken), aicc.Forbidden, 64 << 10},
		"a redirect without end": {aicctest.Flood(http.StatusFound, -1, &taken), aicc.Redirected, 64 << 10},
	} {
		// One after the other: they share the counter.
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				taken.Store(0)
				site, client := piped(t)
				site.Always(test.answer)
				_, failure := read(t.Context(), client, aicctest.SampleID)
				synctest.Wait()
				if failure == nil || failure.Kind != test.kind || failure.Attempts != 1 || len(site.Requests()) != 1 {
					t.Errorf("got %+v", failure)
				}
				if got := taken.Load(); got > test.kept+more || got < test.kept {
					t.Errorf("the client took %d bytes, want %d and at most %d more", got, test.kept, more)
				}
			})
		})
	}
}

// TestSpelling holds that the names of headers arrive as AICC's page and the user
// spell them: there are gateways that take a name in one spelling alone.
func TestSpelling(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	client := newClient(t, config(t, site.Start(t), withCredentials, func(c *aicc.Config) {
		c.Headers = map[string]string{"X-APP-Key": "k", "x-tenantSpaceID": "t"}
	}))
	if _, err := client.FreshCase(t.Context(), aicc.Query{CaseNo: "35013"}); err != nil {
		t.Fatal(err)
	}
	for _, r := range site.Requests() {
		for _, name := range []string{"X-APP-Key", "x-tenantSpaceID", "access-token"} {
			want := 1
			if name == "access-token" && r.Path == aicctest.TokenPath {
				want = 0
			}
			n := 0
			for _, given := range r.Names {
				if strings.EqualFold(given, name) {
					n++
				}
			}
			if n != want || want == 1 && !slices.Contains(r.Names, name) {
				t.Errorf("%s: %q, want %s once", r.Path, r.Names, name)
			}
		}
	}
	if n := len(site.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
}
