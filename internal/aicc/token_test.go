// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// count returns how many requests a path got, or all paths that begin with it.
func count(site *aicctest.AICC, path string) (n int) {
	for _, request := range site.Requests() {
		if strings.HasPrefix(request.Path, path) {
			n++
		}
	}
	return n
}

func TestTokenIsFetchedOnce(t *testing.T) {
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
}

func TestTokenIsRenewedBeforeItExpires(t *testing.T) {
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
}

func TestTokenIsRenewedOnce(t *testing.T) {
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
}

func TestTokenFailures(t *testing.T) {
	t.Parallel()
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
		"text":              {aicctest.Reply(200, `ok`), aicc.Unreadable, "not JSON", "", 1},
		"cut JSON":          {aicctest.Reply(200, `{"access_token":"a`), aicc.Unreadable, "JSON that is cut off after 18 bytes", "", 1},
		"a list":            {aicctest.Reply(200, `[]`), aicc.Unreadable, "JSON with an unexpected structure: there is no object around it", "", 1},
		"403 of a firewall": {aicctest.Reply(403, `<html><title>Blocked</title>`), aicc.Blocked, `the body is a page titled "Blocked", not AICC's JSON`, "", 1},
		"503 forever":       {serverError(503), aicc.ServerFailed, "", "系统繁忙", 5},
		"429 forever":       {aicctest.RetryAfter(429, "1"), aicc.Throttled, "", "请求过于频繁", 5},
		"reset forever":     {aicctest.Reset, aicc.Interrupted, "EOF", "", 5},
		"stalled":           {aicctest.Stall, aicc.TimedOut, "an access token", "", -1},
		"too large":         {aicctest.GzipBomb(64), aicc.TooLarge, "more than 8 MiB after decompression", "", 1},
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
				if fault.tries >= 0 && (failure.Attempts != fault.tries || failure.Operation != aicc.FetchToken) {
					t.Errorf("got %d attempts, for a token: %v", failure.Attempts, failure.Operation == aicc.FetchToken)
				}
				if n := count(site, aicctest.CasePath); n > 0 {
					t.Errorf("the case was asked for %d times", n)
				}
			})
		})
	}
}

func TestSecond401(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, withCredentials)
		site.ForCase(aicctest.SampleID, aicctest.Reply(401, `{"resCode":"9","resMsg":"expired"}`))
		_, failure := read(t.Context(), client, aicctest.SampleID)
		if failure.Kind != aicc.Unauthorized || failure.Operation == aicc.FetchToken || failure.Attempts != 2 || failure.Message != "expired" || failure.ResCode != "9" {
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
}

// TestNewTokensRefused reads many cases from a site that refuses each new token: the
// second is not replaced within a minute, however short it lives.
func TestNewTokensRefused(t *testing.T) {
	t.Parallel()
	for name, lifetime := range map[string]string{"an hour": "3600", "a second": "1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t, withCredentials)
				var fetched atomic.Int64
				site.ForPath(aicctest.TokenPath, func(w http.ResponseWriter, r *http.Request) {
					aicctest.Reply(200, fmt.Sprintf(`{"access_token":"planted-7bm63-%d","expires_in":%s}`, fetched.Add(1), lifetime))(w, r)
				})
				site.Always(aicctest.Reply(401, `{"resCode":"9","resMsg":"refused"}`))
				var group sync.WaitGroup
				for _, id := range site.AddCases(100) {
					group.Go(func() {
						if _, failure := read(t.Context(), client, id); failure == nil || failure.Kind != aicc.Unauthorized || !failure.Renewed || failure.Message != "refused" {
							t.Errorf("got %+v", failure)
						}
					})
				}
				group.Wait()
				if n := fetched.Load(); n != 2 {
					t.Errorf("%d tokens", n)
				}
				time.Sleep(61 * time.Second)
				if _, failure := read(t.Context(), client, aicctest.SampleID); failure == nil || failure.Kind != aicc.Unauthorized {
					t.Errorf("got %+v", failure)
				}
				if n := fetched.Load(); n < 3 || n > 4 {
					t.Errorf("%d tokens a minute later", n)
				}
			})
		})
	}
}

func TestNewTokenRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, withCredentials)
		site.ForCase(aicctest.SampleID, func(w http.ResponseWriter, r *http.Request) {
			site.ForPath(aicctest.TokenPath, aicctest.Reply(400, `{"error":"unauthorized_client","error_description":"disabled"}`))
			aicctest.Reply(401, "")(w, r)
		})
		_, failure := read(t.Context(), client, aicctest.SampleID)
		if failure.Kind != aicc.TokenRefused || failure.Operation != aicc.FetchToken || failure.Status != 400 || failure.Message != "unauthorized_client: disabled" {
			t.Errorf("got %+v", failure)
		}
	})
}

func TestFixedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.RevokeTokens()
		_, failure := read(t.Context(), client, aicctest.SampleID)
		if failure.Kind != aicc.Unauthorized || failure.Attempts != 1 || len(site.Requests()) != 1 {
			t.Errorf("%d requests, %+v", len(site.Requests()), failure)
		}
	})
}

func TestWaitingForToken(t *testing.T) {
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
}

// TestTokenLifetime reads expires_in in every form that is plausible, and refuses
// others in words about the token.
func TestTokenLifetime(t *testing.T) {
	t.Parallel()
	const never = 1000 * time.Hour
	for form, lifetime := range map[string]time.Duration{
		`7200`: 2 * time.Hour, `7200.0`: 2 * time.Hour, `7.2e3`: 2 * time.Hour, `"7200"`: 2 * time.Hour, `"7200s"`: 2 * time.Hour, `" 2h "`: 2 * time.Hour, `7199.5`: 2 * time.Hour,
		`""`: never, `null`: never, `0`: never, `-1`: never, `1e30`: never, `1e999`: never, `"1e30"`: never, `99999999999999999999`: never,
		`"soon"`: 0, `true`: 0, `[]`: 0, `{}`: 0, `"NaN"`: 0, `"2h later"`: 0,
	} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t, withCredentials)
				site.TakeToken("lasting")
				site.ForPath(aicctest.TokenPath, aicctest.Reply(200, `{"access_token":"lasting","expires_in":`+form+`}`))
				ids := site.AddCases(3)
				_, failure := read(t.Context(), client, ids[0])
				if lifetime == 0 {
					if failure == nil || failure.Kind != aicc.Unreadable || failure.Detail != "JSON whose expires_in is not a number of seconds" || failure.Operation != aicc.FetchToken || failure.Attempts != 1 {
						t.Errorf("got %+v", failure)
					}
					return
				}
				if failure != nil {
					t.Fatal(failure)
				}
				// A token is renewed ten seconds before it expires.
				time.Sleep(lifetime - 11*time.Second)
				if _, failure := read(t.Context(), client, ids[1]); failure != nil || count(site, aicctest.TokenPath) != 1 {
					t.Errorf("%d tokens, %v", count(site, aicctest.TokenPath), failure)
				}
				time.Sleep(2 * time.Second)
				want := 2
				if lifetime == never {
					want = 1
				}
				if _, failure := read(t.Context(), client, ids[2]); failure != nil || count(site, aicctest.TokenPath) != want {
					t.Errorf("%d tokens, want %d, %v", count(site, aicctest.TokenPath), want, failure)
				}
			})
		})
	}
}

// TestShortLifetime has tokens that live for less than a second: they are used for half
// of that, not for ever.
func TestShortLifetime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, withCredentials)
		site.TakeToken("brief")
		site.ForPath(aicctest.TokenPath, aicctest.Reply(200, `{"access_token":"brief","expires_in":0.5}`))
		for i, id := range site.AddCases(3) {
			if _, failure := read(t.Context(), client, id); failure != nil || count(site, aicctest.TokenPath) != i+1 {
				t.Errorf("%d tokens after %d reads, %v", count(site, aicctest.TokenPath), i+1, failure)
			}
			time.Sleep(260 * time.Millisecond)
		}
	})
}

// TestRefusedClient has many read with a client that AICC refuses: they hear of it
// at once, and AICC is asked again after a minute.
func TestRefusedClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, withCredentials, func(c *aicc.Config) { c.ClientSecret = "no-such-secret" })
		site.SetLatency(time.Second)
		ids := site.AddCases(66)
		var group sync.WaitGroup
		for _, id := range ids[:64] {
			group.Go(func() {
				start := time.Now()
				_, failure := read(t.Context(), client, id)
				if failure == nil || failure.Kind != aicc.TokenRefused || failure.CaseID != id || failure.Attempts != 1 || failure.Status != 400 ||
					failure.Message != "unauthorized_client: The client is unknown or its secret is wrong." || time.Since(start) != time.Second {
					t.Errorf("%s: %+v after %v", id, failure, time.Since(start))
				}
			})
		}
		group.Wait()
		for i, wait := range []time.Duration{59 * time.Second, 2 * time.Second} {
			time.Sleep(wait)
			if _, failure := read(t.Context(), client, ids[64+i]); failure == nil || failure.Kind != aicc.TokenRefused {
				t.Errorf("got %+v", failure)
			}
			if n := count(site, aicctest.TokenPath); n != 1+i {
				t.Errorf("%d tokens were asked for, want %d", n, 1+i)
			}
		}
	})
}

func TestTokenAfterFault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, withCredentials)
		site.Next(serverError(503), aicctest.Reply(400, `{"error":"e"}`))
		if _, failure := read(t.Context(), client, aicctest.SampleID); failure == nil {
			t.Error("no failure")
		}
		time.Sleep(61 * time.Second)
		if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
			t.Error(failure)
		}
	})
}

// TestTokenInTheLastMoment has the context of the reader end in the instant in which
// its reply is complete. A token is kept for the next reader; a case is too late.
func TestTokenInTheLastMoment(t *testing.T) {
	t.Parallel()
	for path, tokens := range map[string]int{aicctest.TokenPath: 1, casePathTemplate: 1} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				site, client := piped(t, withCredentials, func(c *aicc.Config) {
					c.Logger = slog.New(onRequest{path, cancel})
				})
				_, err := client.FreshCase(ctx, aicc.Query{ID: aicctest.SampleID})
				if failure := asError(err); failure == nil || failure.Kind != aicc.Canceled || failure.Operation == aicc.FetchToken {
					t.Errorf("got %+v", failure)
				}
				if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
					t.Error(failure)
				}
				if n := count(site, aicctest.TokenPath); n != tokens {
					t.Errorf("%d tokens were fetched, want %d", n, tokens)
				}
			})
		})
	}
}

const casePathTemplate = aicctest.CasePath + "{id}"

// onRequest calls a function as soon as a reply for a path is complete.
type onRequest struct {
	path string
	do   func()
}

func (onRequest) Enabled(context.Context, slog.Level) bool { return true }

func (o onRequest) Handle(_ context.Context, event slog.Record) error {
	event.Attrs(func(a slog.Attr) bool {
		if a.Key == "path" && a.Value.String() == o.path {
			o.do()
		}
		return true
	})
	return nil
}

func (o onRequest) WithAttrs([]slog.Attr) slog.Handler { return o }

func (o onRequest) WithGroup(string) slog.Handler { return o }

// TestTimeOutAtToken has the deadline pass while a token is fetched: the attempts
// are those of the request for the case, of which there were none.
func TestTimeOutAtToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, withCredentials)
		site.ForPath(aicctest.TokenPath, aicctest.RetryAfter(503, "30"))
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
			_, failure := read(ctx, client, aicctest.SampleID)
			cancel()
			if failure.Kind != aicc.TimedOut || failure.Detail != "an access token" || failure.Attempts != 0 || failure.Status != 0 || failure.Operation == aicc.FetchToken {
				t.Errorf("got %+v", failure)
			}
		}
	})
}
