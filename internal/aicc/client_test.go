// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	client := aicc.New(config(t, site.Start(t)))
	query := aicc.Query{ID: aicctest.SampleID, TemplateFields: map[string]*string{"b": new("<&>"), "a": nil}}
	if _, err := client.Case(t.Context(), query); err != nil {
		t.Fatal(err)
	}
	asked := site.Requests()[0]
	if asked.Method != http.MethodGet || asked.Path != "/service/AICC__Case/1.0.0/openapi/case/c6m800000149ndrHRVNQ" {
		t.Errorf("%s %s", asked.Method, asked.Path)
	}
	if asked.Body != `{"a":null,"b":"\u003c\u0026\u003e","id":"c6m800000149ndrHRVNQ"}` {
		t.Errorf("the body is %s", asked.Body)
	}
	for name, want := range map[string]string{"access-token": aicctest.Token, "Authorization": "", "Content-Type": "application/json", "User-Agent": "test-agent"} {
		if got := asked.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, bad := range []aicc.Query{
		{ID: ""},
		{ID: "../../x"},
		{ID: "a b"},
		{ID: "https://h/x"},
		{ID: aicctest.SampleID, TemplateFields: map[string]*string{"Id": new("x")}},
	} {
		if _, err := client.Case(t.Context(), bad); asError(err).Kind != aicc.Invalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if n := len(site.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestOneRequestForManyReaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.SetLatency(time.Second)
		ask := func(readers int, query aicc.Query) (failed int64) {
			var failures atomic.Int64
			var group sync.WaitGroup
			for range readers {
				group.Go(func() {
					if _, err := client.Case(t.Context(), query); err != nil {
						failures.Add(1)
					}
				})
			}
			group.Wait()
			return failures.Load()
		}
		expect := func(what string, want int) {
			t.Helper()
			if got := len(site.Requests()); got != want {
				t.Errorf("%s: %d requests, want %d", what, got, want)
			}
			site.Forget()
		}
		sample := aicc.Query{ID: aicctest.SampleID}
		ask(41, sample)
		expect("at the same moment", 1)
		ask(5, sample)
		expect("later", 0)
		ask(5, aicc.Query{ID: aicctest.SampleID, TemplateFields: map[string]*string{"a": new("1")}})
		expect("with other fields", 1)
		if _, err := client.FreshCase(t.Context(), sample); err != nil {
			t.Error(err)
		}
		expect("anew", 1)
		unknown := aicc.Query{ID: aicctest.UnknownID}
		if failed := ask(7, unknown); failed != 7 {
			t.Errorf("%d of 7 readers failed", failed)
		}
		expect("a failure at the same moment", 1)
		ask(1, unknown)
		expect("a failure is not remembered", 1)
	})
}

// TestOthersGoOn has the reader leave whose request the others wait for.
func TestOthersGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.SetLatency(10 * time.Second)
		short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			if _, failure := read(short, client, aicctest.SampleID); failure.Kind != aicc.TimedOut {
				t.Errorf("the first: %v", failure)
			}
		})
		synctest.Wait()
		group.Go(func() {
			if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
				t.Errorf("the second: %v", failure)
			}
		})
		group.Go(func() {
			hurry, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			start := time.Now()
			_, failure := read(hurry, client, aicctest.SampleID)
			if failure.Kind != aicc.TimedOut || failure.Detail != "another read of the same case" || time.Since(start) != time.Second {
				t.Errorf("the third: %v after %v", failure, time.Since(start))
			}
		})
		group.Wait()
	})
}

func TestToken(t *testing.T) {
	t.Parallel()
	count := func(site *aicctest.AICC, path string) (n int) {
		for _, request := range site.Requests() {
			if strings.HasPrefix(request.Path, path) {
				n++
			}
		}
		return n
	}
	t.Run("fetched once for all, when first needed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials)
			site.SetLatency(time.Second)
			if len(site.Requests()) > 0 {
				t.Error("something was asked before the first read")
			}
			ids := site.AddCases(40)
			if outcome := client.Cases(t.Context(), ids, nil); len(outcome.Found) != 40 {
				t.Errorf("%+v", outcome.Failed)
			}
			if n := count(site, aicctest.TokenPath); n != 1 {
				t.Errorf("%d tokens were fetched", n)
			}
			asked := site.Requests()[0]
			if asked.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || asked.Header.Get("Authorization") != "" ||
				asked.Body != "client_id=standin-client&client_secret=standin-client-secret-0001&grant_type=client_credentials" {
				t.Errorf("the request was %+v", asked)
			}
		})
	})
	t.Run("renewed before it expires", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials)
			site.SetTokenLifetime(10 * time.Minute)
			ids := site.AddCases(3)
			for i, wait := range []time.Duration{9 * time.Minute, 55 * time.Second, 0} {
				if _, failure := read(t.Context(), client, ids[i]); failure != nil {
					t.Fatal(failure)
				}
				time.Sleep(wait)
			}
			if n := count(site, aicctest.TokenPath); n != 2 {
				t.Errorf("%d tokens were fetched, want 2", n)
			}
		})
	})
	t.Run("renewed once after many readers met a 401", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials)
			ids := site.AddCases(33)
			if _, failure := read(t.Context(), client, ids[0]); failure != nil {
				t.Fatal(failure)
			}
			site.RevokeTokens()
			site.SetLatency(time.Second)
			site.Forget()
			if outcome := client.Cases(t.Context(), ids[1:], nil); len(outcome.Found) != 32 {
				t.Errorf("%d found, %v", len(outcome.Found), outcome.Failed)
			}
			if n := count(site, aicctest.TokenPath); n != 1 {
				t.Errorf("%d tokens were fetched, want 1", n)
			}
		})
	})
	faults := map[string]struct {
		answer  http.HandlerFunc
		kind    aicc.Kind
		words   string
		message string
		tries   int
	}{
		"refused":           {nil, aicc.TokenRefused, "", "unauthorized_client: The client is unknown or its secret is wrong.", 1},
		"refused with 401":  {aicctest.Reply(401, `{"error":"invalid_client"}`), aicc.TokenRefused, "", "invalid_client", 1},
		"error under 200":   {aicctest.Reply(200, `{"error":"unauthorized_client"}`), aicc.TokenRefused, "", "unauthorized_client", 1},
		"AICC's own words":  {aicctest.Reply(200, `{"resCode":"5","resMsg":"m"}`), aicc.Unreadable, "JSON without an access_token", "m", 1},
		"HTML":              {aicctest.Reply(200, `<html>`), aicc.Unreadable, "an HTML or XML page", "", 1},
		"empty":             {aicctest.Reply(200, ``), aicc.Unreadable, "an empty body", "", 1},
		"no token":          {aicctest.Reply(200, `{"resCode":"0","expires_in":7200}`), aicc.Unreadable, "JSON without an access_token", "", 1},
		"no header's token": {aicctest.Reply(200, `{"access_token":"a\nb"}`), aicc.Unreadable, "a token that no header can carry", "", 1},
		"404":               {aicctest.Reply(404, `<html>`), aicc.TokenRefused, "the body is an HTML or XML page, not AICC's JSON", "", 1},
		"503 forever":       {serverError(503), aicc.ServerFailed, "", "系统繁忙", 5},
		"429 forever":       {aicctest.RetryAfter(429, "1"), aicc.Throttled, "", "请求过于频繁", 5},
		"reset forever":     {aicctest.Reset, aicc.Interrupted, "EOF", "", 5},
		"stalled":           {aicctest.Stall, aicc.TimedOut, "an access token", "", -1},
		"too large":         {aicctest.GzipBomb(64 << 20), aicc.TooLarge, "", "", 1},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t, withCredentials)
				if fault.answer != nil {
					site.ForPath(aicctest.TokenPath, fault.answer)
				} else {
					site, client = piped(t, withCredentials, func(c *aicc.Config) { c.ClientSecret = "no-such-secret" })
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, failure := read(ctx, client, aicctest.SampleID)
				if failure == nil || failure.Kind != fault.kind || failure.Detail != fault.words || failure.Message != fault.message {
					t.Fatalf("got %+v", failure)
				}
				if fault.tries >= 0 && (failure.Attempts != fault.tries || !failure.ForToken) {
					t.Errorf("got %d attempts, for a token: %v", failure.Attempts, failure.ForToken)
				}
				if n := count(site, aicctest.CasePath); n > 0 {
					t.Errorf("the case was asked for %d times", n)
				}
			})
		})
	}
	t.Run("a second 401 is the error, after one new token", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials)
			site.ForCase(aicctest.SampleID, aicctest.Reply(401, `{"resCode":"9","resMsg":"expired"}`))
			_, failure := read(t.Context(), client, aicctest.SampleID)
			if failure.Kind != aicc.Unauthorized || failure.ForToken || failure.Attempts != 2 || failure.Message != "expired" || failure.ResCode != "9" {
				t.Errorf("got %+v", failure)
			}
			var tokens []string
			for _, request := range site.Requests() {
				if strings.HasPrefix(request.Path, aicctest.CasePath) {
					tokens = append(tokens, request.Header.Get("access-token"))
				}
			}
			if n := count(site, aicctest.TokenPath); n != 2 || len(tokens) != 2 || tokens[0] == tokens[1] {
				t.Errorf("%d tokens were fetched, the case was asked for with %v", n, tokens)
			}
		})
	})
	t.Run("the new token is refused", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials)
			site.ForCase(aicctest.SampleID, func(w http.ResponseWriter, r *http.Request) {
				site.ForPath(aicctest.TokenPath, aicctest.Reply(400, `{"error":"unauthorized_client","error_description":"disabled"}`))
				aicctest.Reply(401, "")(w, r)
			})
			_, failure := read(t.Context(), client, aicctest.SampleID)
			if failure.Kind != aicc.TokenRefused || !failure.ForToken || failure.Status != 400 || failure.Message != "unauthorized_client: disabled" {
				t.Errorf("got %+v", failure)
			}
		})
	})
	t.Run("a fixed token is not fetched anew", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t)
			site.RevokeTokens()
			_, failure := read(t.Context(), client, aicctest.SampleID)
			if failure.Kind != aicc.Unauthorized || failure.Attempts != 1 || len(site.Requests()) != 1 {
				t.Errorf("%d requests, %+v", len(site.Requests()), failure)
			}
		})
	})
	t.Run("those who wait for it leave, and stay, each by its own", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials)
			ids := site.AddCases(3)
			site.SetLatency(10 * time.Second)
			var group sync.WaitGroup
			ask := func(id string, patience, want time.Duration, kind aicc.Kind) {
				group.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					start := time.Now()
					_, failure := read(ctx, client, id)
					if took := time.Since(start); took != want {
						t.Errorf("%s took %v, want %v", id, took, want)
					}
					if (failure == nil) != (kind == success) || failure != nil && (failure.Kind != kind || failure.Detail != "an access token") {
						t.Errorf("%s: %v", id, failure)
					}
				})
				synctest.Wait()
			}
			// The first asks for the token and gives up after 4 s; the second gives up
			// while it waits for the first; the third begins anew and needs 10 s for the
			// token and 10 s for its case.
			ask(ids[0], 4*time.Second, 4*time.Second, aicc.TimedOut)
			ask(ids[1], time.Second, time.Second, aicc.TimedOut)
			ask(ids[2], time.Minute, 24*time.Second, success)
			group.Wait()
			if n := count(site, aicctest.TokenPath); n != 2 {
				t.Errorf("%d tokens were asked for, want 2", n)
			}
		})
	})
	t.Run("fetched after a fault", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials)
			site.Next(serverError(503), aicctest.Reply(400, `{"error":"e"}`))
			if _, failure := read(t.Context(), client, aicctest.SampleID); failure == nil {
				t.Error("no failure")
			}
			if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
				t.Error(failure)
			}
		})
	})
}

func TestCases(t *testing.T) {
	t.Parallel()
	t.Run("found, missing and failed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t)
			many := site.AddCases(20)
			missing := map[string]http.HandlerFunc{
				many[0]: aicctest.Reply(400, `{"resCode":"40","resMsg":"bad"}`), many[1]: aicctest.Reply(404, ``), many[2]: aicctest.Reply(410, ``),
				many[3]: aicctest.Reply(422, ``), many[4]: aicctest.Reply(200, `{"resCode":"7","resMsg":"gone"}`),
				many[5]: aicctest.Reply(200, `{"resCode":"0","result":[]}`), many[6]: aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":null,"tasks":[]}]}`),
			}
			reasons := map[string]string{
				many[0]: "HTTP 400, resCode 40: bad", many[1]: "HTTP 404", many[2]: "HTTP 410", many[3]: "HTTP 422",
				many[4]: "resCode 7: gone", many[5]: "an empty result", many[6]: "a result without caseInfo",
			}
			failed := map[string]http.HandlerFunc{
				many[7]: aicctest.Reply(403, ``), many[8]: aicctest.Reply(429, ``), many[9]: serverError(503), many[10]: aicctest.Reset,
				many[11]: aicctest.Reply(200, `<html>`), many[12]: aicctest.Reply(200, string(aicctest.Sample)),
			}
			kinds := []aicc.Kind{aicc.Forbidden, aicc.Throttled, aicc.ServerFailed, aicc.Interrupted, aicc.Unreadable, aicc.Foreign}
			for id, answer := range missing {
				site.ForCase(id, answer)
			}
			for id, answer := range failed {
				site.ForCase(id, answer)
			}
			outcome := client.Cases(t.Context(), append([]string{many[13], many[13]}, many...), nil)
			if len(outcome.Found) != 7 || outcome.Skipped != 0 || len(outcome.Missing) != len(reasons) || len(outcome.Failed) != len(kinds) {
				t.Fatalf("%d found, %d missing, %d failed, %d skipped", len(outcome.Found), len(outcome.Missing), len(outcome.Failed), outcome.Skipped)
			}
			for id, reason := range reasons {
				if got := outcome.Missing[id].Reason(); !strings.HasPrefix(got, reason) {
					t.Errorf("%s is missing because of %q, want %q", id, got, reason)
				}
			}
			for i, failure := range outcome.Failed {
				if failure.Kind != kinds[i] || failure.Index != i+9 {
					t.Errorf("failure %d is %v at %d", i, failure.Kind, failure.Index)
				}
			}
			for id, found := range outcome.Found {
				if *found.ID != id {
					t.Errorf("%s stands under %s", *found.ID, id)
				}
			}
		})
	})
	for name, test := range map[string]struct {
		arrange func(*aicctest.AICC)
		kind    aicc.Kind
	}{
		"401":        {func(s *aicctest.AICC) { s.RevokeTokens() }, aicc.Unauthorized},
		"a redirect": {forever(aicctest.Redirect("/login")), aicc.Redirected},
	} {
		t.Run("stops after "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t)
				ids := site.AddCases(1000)
				site.SetLatency(time.Second)
				test.arrange(site)
				outcome := client.Cases(t.Context(), ids, nil)
				if asked := len(site.Requests()); asked != aicc.DefaultMaxConcurrency || len(outcome.Failed) != asked || outcome.Skipped != 1000-asked {
					t.Errorf("%d asked, %d failed, %d skipped", asked, len(outcome.Failed), outcome.Skipped)
				}
				if outcome.Failed[0].Kind != test.kind {
					t.Errorf("got %v", outcome.Failed[0].Kind)
				}
			})
		})
	}
	t.Run("the deadline is for all of them", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t)
			ids := site.AddCases(100)
			site.SetLatency(time.Second)
			ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
			defer cancel()
			start := time.Now()
			outcome := client.Cases(ctx, ids, nil)
			if took := time.Since(start); took != 3500*time.Millisecond || len(outcome.Found) != 48 || len(outcome.Failed) == 0 || outcome.Failed[0].Kind != aicc.TimedOut {
				t.Errorf("took %v, %d found, %v", took, len(outcome.Found), outcome.Failed)
			}
		})
	})
	t.Run("never more side by side than allowed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, func(c *aicc.Config) { c.MaxConcurrency = 5 })
			ids := site.AddCases(50)
			var now, most atomic.Int64
			site.Always(func(w http.ResponseWriter, r *http.Request) {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(time.Second)
				now.Add(-1)
				aicctest.Reply(404, "")(w, r)
			})
			start := time.Now()
			var group sync.WaitGroup
			group.Go(func() { client.Cases(t.Context(), ids[:25], nil) })
			group.Go(func() { client.Cases(t.Context(), ids[25:], nil) })
			group.Wait()
			if took := time.Since(start); most.Load() != 5 || took != 10*time.Second {
				t.Errorf("%d at a time, %v", most.Load(), took)
			}
		})
	})
	t.Run("requests_per_second holds for all of them", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, func(c *aicc.Config) { c.RequestsPerSecond = 2 })
			ids := site.AddCases(21)
			start := time.Now()
			client.Cases(t.Context(), ids, nil)
			if took := time.Since(start); took != 10*time.Second {
				t.Errorf("21 requests took %v, want 10s", took)
			}
		})
	})
}

// TestDuplicates reads an id that stands in the list several times once, and
// reports its failure once, where it stands first.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		ids := site.AddCases(3)
		site.ForCase(ids[1], aicctest.Reply(403, ""))
		outcome := client.Cases(t.Context(), []string{ids[0], ids[1], ids[0], ids[2], ids[1], aicctest.UnknownID, aicctest.UnknownID}, nil)
		if len(outcome.Found) != 2 || len(outcome.Missing) != 1 || len(outcome.Failed) != 1 || outcome.Failed[0].Index != 1 || outcome.Skipped != 0 {
			t.Errorf("got %+v", outcome)
		}
		if n := len(site.Requests()); n != 4 {
			t.Errorf("%d requests, want 4", n)
		}
		if none := client.Cases(t.Context(), nil, nil); none.Found == nil || none.Missing == nil || len(none.Failed) != 0 {
			t.Errorf("no ids: %+v", none)
		}
	})
}

// TestCasesShareFields sends the template fields with each case.
func TestCasesShareFields(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		ids := site.AddCases(2)
		client.Cases(t.Context(), ids, map[string]*string{"field": new("value")})
		bodies := map[string]bool{}
		for _, request := range site.Requests() {
			bodies[request.Body] = true
		}
		for _, id := range ids {
			if want := `{"field":"value","id":"` + id + `"}`; !bodies[want] {
				t.Errorf("%s was not sent, but %v", want, bodies)
			}
		}
	})
}

// TestKinds names every kind and knows which of them would meet every case.
func TestKinds(t *testing.T) {
	t.Parallel()
	all := map[aicc.Kind]bool{
		aicc.Canceled: true, aicc.TimedOut: true, aicc.Invalid: false, aicc.NotReturned: false, aicc.Foreign: false,
		aicc.Unauthorized: true, aicc.Forbidden: false, aicc.Throttled: false, aicc.ServerFailed: false, aicc.UnexpectedStatus: false,
		aicc.Redirected: true, aicc.Unreadable: false, aicc.TooLarge: false, aicc.Unreachable: true, aicc.Untrusted: true,
		aicc.Interrupted: false, aicc.TokenRefused: true,
	}
	names := map[string]bool{}
	for kind, concerns := range all {
		names[kind.String()] = true
		if kind.ConcernsAll() != concerns {
			t.Errorf("%v concerns all: %v", kind, !concerns)
		}
	}
	if len(names) != len(all) || names[""] {
		t.Errorf("%d kinds have the names %v", len(all), names)
	}
}

// TestConnections covers what needs a real socket.
func TestConnections(t *testing.T) {
	t.Parallel()
	t.Run("refused", func(t *testing.T) {
		t.Parallel()
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = listener.Close()
		_, failure := read(t.Context(), aicc.New(config(t, "http://"+listener.Addr().String(), retries(1))), aicctest.SampleID)
		if failure.Kind != aicc.Unreachable || failure.Attempts != 2 || !strings.Contains(failure.Detail, "connection refused") {
			t.Errorf("got %+v", failure)
		}
	})
	t.Run("unknown host", func(t *testing.T) {
		t.Parallel()
		dial := func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "aicc.example.com", IsNotFound: true}
		}
		client := aicc.New(config(t, "https://aicc.example.com", noRetries, func(c *aicc.Config) { c.DialContext = dial }))
		if _, failure := read(t.Context(), client, aicctest.SampleID); failure.Kind != aicc.Unreachable || failure.Detail != "looking up aicc.example.com: no such host" {
			t.Errorf("got %+v", failure)
		}
	})
	secure := func(t *testing.T, change func(*tls.Config)) (url, certificate string) {
		server := httptest.NewUnstartedServer(aicctest.New())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = new(tls.Config)
		change(server.TLS)
		server.StartTLS()
		t.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
		})
		return server.URL, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	}
	t.Run("untrusted certificate", func(t *testing.T) {
		t.Parallel()
		url, _ := secure(t, func(*tls.Config) {})
		_, failure := read(t.Context(), aicc.New(config(t, url)), aicctest.SampleID)
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
		client := aicc.New(config(t, "https://aicc.example.org", func(c *aicc.Config) { c.RootCAs, c.DialContext = pool, dial }))
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
			_, failure := read(t.Context(), aicc.New(config(t, address, noRetries)), aicctest.SampleID)
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
		if _, failure := read(t.Context(), aicc.New(config(t, url, func(c *aicc.Config) { c.RootCAs = pool })), aicctest.SampleID); failure != nil {
			t.Error(failure)
		}
	})
	t.Run("TLS 1.1", func(t *testing.T) {
		t.Parallel()
		url, certificate := secure(t, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 })
		pool, err := aicc.ParseCertificates(certificate)
		if err != nil {
			t.Fatal(err)
		}
		_, failure := read(t.Context(), aicc.New(config(t, url, noRetries, func(c *aicc.Config) { c.RootCAs = pool })), aicctest.SampleID)
		if failure == nil || !strings.Contains(failure.Detail, "protocol version") {
			t.Errorf("got %+v", failure)
		}
	})
	t.Run("no TLS at all", func(t *testing.T) {
		t.Parallel()
		plain := aicctest.New().Start(t)
		_, failure := read(t.Context(), aicc.New(config(t, strings.Replace(plain, "http:", "https:", 1), noRetries)), aicctest.SampleID)
		if failure.Kind != aicc.Interrupted || !strings.Contains(failure.Detail, "HTTP response to HTTPS client") {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestProxy goes through the proxy of the environment, which Go reads once in a
// process: so the test runs itself again with the variable set.
func TestProxy(t *testing.T) {
	if variable := "AICC_TEST_BEHIND_PROXY"; os.Getenv(variable) == "" {
		proxied := make(chan string, 10)
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			proxied <- r.Method + " " + r.Host + " " + fmt.Sprint(r.Header.Get("Proxy-Authorization") != "")
			w.WriteHeader(http.StatusForbidden)
		}))
		defer proxy.Close()
		output := again(t, "TestProxy", variable+"=1", "HTTPS_PROXY="+strings.Replace(proxy.URL, "http://", "http://user:pass7bm63@", 1), "NO_PROXY=")
		close(proxied)
		if got := <-proxied; got != "CONNECT aicc.example.com:443 true" {
			t.Errorf("the proxy was asked for %q", got)
		}
		if strings.Contains(output, "7bm63") {
			t.Error("the password of the proxy is shown")
		}
		return
	}
	_, failure := read(t.Context(), aicc.New(config(t, "https://aicc.example.com", noRetries)), aicctest.SampleID)
	t.Logf("%v", failure)
	if failure == nil || failure.Detail == "" {
		t.Errorf("got %+v", failure)
	}
}

// BenchmarkCase reads a case anew each time, over a connection without a network:
// what the client itself costs.
func BenchmarkCase(b *testing.B) {
	site := aicctest.New()
	dial, stop := site.Pipe()
	defer stop()
	client := aicc.New(config(b, "http://localhost", func(c *aicc.Config) { c.DialContext = dial }))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.FreshCase(b.Context(), aicc.Query{ID: aicctest.SampleID}); err != nil {
			b.Fatal(err)
		}
		site.Forget()
	}
}
