// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

const second = time.Second

// forever makes every request for a case misbehave in the same way.
func forever(fault http.HandlerFunc) func(*aicctest.AICC) {
	return func(site *aicctest.AICC) { site.Always(fault) }
}

// times makes the first requests misbehave.
func times(n int, fault http.HandlerFunc) func(*aicctest.AICC) {
	return func(site *aicctest.AICC) { site.Next(slices.Repeat([]http.HandlerFunc{fault}, n)...) }
}

// success stands for the kind of a read that ends well.
const success aicc.Kind = -1

// faults is the matrix of what can go wrong with one read. Each row runs in a
// bubble with a clock of its own, with four retries and a deadline of two minutes,
// and says what comes out, after how many requests and within which time.
var faults = map[string]struct {
	arrange  func(*aicctest.AICC)
	change   []func(*aicc.Config)
	kind     aicc.Kind
	words    string
	attempts int
	least    time.Duration
	most     time.Duration
}{
	"nothing wrong":            {func(*aicctest.AICC) {}, nil, success, "", 1, 0, 0},
	"reset before the reply":   {forever(aicctest.Reset), nil, aicc.Interrupted, "EOF", 5, 3750 * time.Millisecond, 8 * second},
	"reset before, once":       {times(1, aicctest.Reset), nil, success, "", 2, 250 * time.Millisecond, second},
	"reset in the body":        {forever(aicctest.ResetBody), nil, aicc.Interrupted, "unexpected EOF", 5, 3750 * time.Millisecond, 8 * second},
	"reset in the body, twice": {times(2, aicctest.ResetBody), nil, success, "", 3, 750 * time.Millisecond, 2 * second},
	"stalled header":           {forever(aicctest.Stall), nil, aicc.TimedOut, "the reply to attempt 1", 1, 120 * second, 120 * second},
	"stalled body":             {forever(aicctest.StallBody), nil, aicc.TimedOut, "the rest of the reply to attempt 1 (HTTP 200)", 1, 120 * second, 120 * second},
	"wrong Content-Length":     {forever(aicctest.ShortLength), nil, aicc.Unreadable, "JSON that is cut off after 100 bytes", 1, 0, 0},
	"cut JSON":                 {forever(aicctest.Reply(200, string(aicctest.Sample[:500]))), nil, aicc.Unreadable, "JSON that is cut off after", 1, 0, 0},
	"JSON of another shape":    {forever(aicctest.Reply(200, `[]`)), nil, aicc.Unreadable, "JSON of another shape", 1, 0, 0},
	"HTML":                     {forever(aicctest.Reply(200, `<html>`)), nil, aicc.Unreadable, "an HTML or XML page", 1, 0, 0},
	"empty":                    {forever(aicctest.Reply(200, ``)), nil, aicc.Unreadable, "an empty body", 1, 0, 0},
	"no content":               {forever(aicctest.Reply(204, ``)), nil, aicc.Unreadable, "an empty body", 1, 0, 0},
	"gzip bomb":                {forever(aicctest.GzipBomb(64 << 20)), nil, aicc.TooLarge, "", 1, 0, 0},
	"8 MiB are taken":          {forever(padded(8 << 20)), nil, success, "", 1, 0, 0},
	"one byte more is not":     {forever(padded(8<<20 + 1)), nil, aicc.TooLarge, "", 1, 0, 0},

	"429, wait in seconds":    {times(1, aicctest.RetryAfter(429, "7")), nil, success, "", 2, 7 * second, 7 * second},
	"429, wait as date":       {times(1, aicctest.RetryAfter(429, "Sat, 01 Jan 2000 00:00:10 GMT")), nil, success, "", 2, 10 * second, 10 * second},
	"429, date in the past":   {times(1, aicctest.RetryAfter(429, "Sat, 01 Jan 1999 00:00:10 GMT")), nil, success, "", 2, 0, 0},
	"429, wait is garbage":    {times(1, aicctest.RetryAfter(429, "soon")), nil, success, "", 2, 250 * time.Millisecond, second},
	"429, wait is negative":   {times(1, aicctest.RetryAfter(429, "-5")), nil, success, "", 2, 250 * time.Millisecond, second},
	"429, wait of a year":     {times(1, aicctest.RetryAfter(429, "31536000")), nil, success, "", 2, 30 * second, 30 * second},
	"429, wait overflows":     {times(1, aicctest.RetryAfter(429, "9999999999999")), nil, success, "", 2, 30 * second, 30 * second},
	"503, wait in seconds":    {times(1, aicctest.RetryAfter(503, "3")), nil, success, "", 2, 3 * second, 3 * second},
	"429, date in a year":     {times(1, aicctest.RetryAfter(429, "Mon, 01 Jan 2001 00:00:00 GMT")), nil, success, "", 2, 30 * second, 30 * second},
	"429, wait of 585 years":  {times(1, aicctest.RetryAfter(429, "18446744074")), nil, success, "", 2, 30 * second, 30 * second},
	"500, wait in seconds":    {times(1, aicctest.RetryAfter(500, "7")), nil, success, "", 2, 7 * second, 7 * second},
	"502, wait as date":       {times(1, aicctest.RetryAfter(502, "Sat, 01 Jan 2000 00:00:10 GMT")), nil, success, "", 2, 10 * second, 10 * second},
	"504, wait of a year":     {times(1, aicctest.RetryAfter(504, "31536000")), nil, success, "", 2, 30 * second, 30 * second},
	"404, wait in seconds":    {forever(aicctest.RetryAfter(404, "7")), nil, aicc.NotReturned, "请求过于频繁", 1, 0, 0},
	"stalled body of a 503":   {forever(aicctest.StallError(503)), nil, aicc.TimedOut, "the rest of the reply to attempt 1 (HTTP 503)", 1, 120 * second, 120 * second},
	"502, HTML behind a mark": {forever(aicctest.Reply(502, "\ufeff<h1>Bad Gateway</h1>")), nil, aicc.ServerFailed, "the body is an HTML or XML page, not AICC's JSON", 5, 3750 * time.Millisecond, 8 * second},
	"429 forever":             {forever(aicctest.RetryAfter(429, "1")), nil, aicc.Throttled, "请求过于频繁", 5, 4 * second, 4 * second},
	"429 beyond the deadline": {forever(aicctest.RetryAfter(429, "29")), []func(*aicc.Config){retries(20)}, aicc.TimedOut, "the pause after attempt 5 (HTTP 429)", 5, 120 * second, 120 * second},
	"500 once":                {times(1, serverError(500)), nil, success, "", 2, 250 * time.Millisecond, second},
	"502 twice":               {times(2, serverError(502)), nil, success, "", 3, 750 * time.Millisecond, 2 * second},
	"503 three times":         {times(3, serverError(503)), nil, success, "", 4, 1750 * time.Millisecond, 4 * second},
	"504 four times":          {times(4, serverError(504)), nil, success, "", 5, 3750 * time.Millisecond, 8 * second},
	"500 forever":             {forever(serverError(500)), nil, aicc.ServerFailed, "系统繁忙", 5, 3750 * time.Millisecond, 8 * second},
	"502 forever, HTML":       {forever(aicctest.Reply(502, "<h1>Bad Gateway</h1>")), nil, aicc.ServerFailed, "the body is an HTML or XML page, not AICC's JSON", 5, 3750 * time.Millisecond, 8 * second},
	"503 forever":             {forever(serverError(503)), nil, aicc.ServerFailed, "系统繁忙", 5, 3750 * time.Millisecond, 8 * second},
	"504 forever":             {forever(serverError(504)), nil, aicc.ServerFailed, "系统繁忙", 5, 3750 * time.Millisecond, 8 * second},
	"503 without retries":     {forever(serverError(503)), []func(*aicc.Config){noRetries}, aicc.ServerFailed, "系统繁忙", 1, 0, 0},
	"501 is final":            {forever(serverError(501)), nil, aicc.ServerFailed, "系统繁忙", 1, 0, 0},
	"fault, then no case":     {func(s *aicctest.AICC) { s.Next(serverError(503)); s.Always(aicctest.Reply(404, "")) }, nil, aicc.NotReturned, "", 2, 250 * time.Millisecond, second},

	"400":          {forever(aicctest.Reply(400, `{"resCode":"1","resMsg":"m"}`)), nil, aicc.NotReturned, "m", 1, 0, 0},
	"403":          {forever(aicctest.Reply(403, `{"resCode":"1","resMsg":"m"}`)), nil, aicc.Forbidden, "m", 1, 0, 0},
	"404":          {forever(aicctest.Reply(404, ``)), nil, aicc.NotReturned, "", 1, 0, 0},
	"404, HTML":    {forever(aicctest.Reply(404, `<html>`)), nil, aicc.NotReturned, "the body is an HTML or XML page, not AICC's JSON", 1, 0, 0},
	"405":          {forever(aicctest.Reply(405, ``)), nil, aicc.UnexpectedStatus, "", 1, 0, 0},
	"407":          {forever(aicctest.Reply(407, ``)), nil, aicc.UnexpectedStatus, "", 1, 0, 0},
	"410":          {forever(aicctest.Reply(410, ``)), nil, aicc.NotReturned, "", 1, 0, 0},
	"422":          {forever(aicctest.Reply(422, ``)), nil, aicc.NotReturned, "", 1, 0, 0},
	"200, refused": {forever(aicctest.Reply(200, `{"resCode":"7","resMsg":"m"}`)), nil, aicc.NotReturned, "m", 1, 0, 0},
	"another case": {forever(aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"another0000000000001"}}]}`)), nil, aicc.Foreign, "case another0000000000001", 1, 0, 0},

	"redirect to the same host":  {forever(aicctest.Redirect("/login")), nil, aicc.Redirected, "localhost", 1, 0, 0},
	"redirect to another host":   {forever(aicctest.Redirect("https://evil.example.com/x")), nil, aicc.Redirected, "evil.example.com", 1, 0, 0},
	"redirect to what is no URL": {forever(aicctest.Redirect("https://evil.example.com:port/")), nil, aicc.Redirected, "", 1, 0, 0},
	"redirect to nowhere":        {forever(aicctest.Reply(304, "")), nil, aicc.Redirected, "", 1, 0, 0},

	"expired token":       {func(s *aicctest.AICC) { s.RevokeTokens() }, nil, aicc.Unauthorized, "token无效", 1, 0, 0},
	"expired token, once": {func(s *aicctest.AICC) { s.ForCase(aicctest.SampleID, once(aicctest.Reply(401, ""), s)) }, []func(*aicc.Config){withCredentials}, success, "", 2, 0, 0},
	"expired token, forever": {func(s *aicctest.AICC) {
		s.ForCase(aicctest.SampleID, aicctest.Reply(401, `{"resCode":"9","resMsg":"expired"}`))
	}, []func(*aicc.Config){withCredentials}, aicc.Unauthorized, "expired", 2, 0, 0},
	"turn beyond the deadline": {forever(serverError(503)), []func(*aicc.Config){func(c *aicc.Config) { c.RequestsPerSecond = 0.01 }}, aicc.TimedOut, "a turn under requests_per_second", 2, 100 * second, 102 * second},
}

func retries(n int) func(*aicc.Config) { return func(c *aicc.Config) { c.MaxRetries = n } }

func serverError(status int) http.HandlerFunc {
	return aicctest.Reply(status, fmt.Sprintf(`{"resCode":"%d000001","resMsg":"系统繁忙"}`, status))
}

// padded answers with the sample, filled up to a size.
func padded(size int) http.HandlerFunc {
	return aicctest.Reply(http.StatusOK, string(aicctest.Sample)+strings.Repeat(" ", size-len(aicctest.Sample)))
}

// once makes a case misbehave a single time.
func once(fault http.HandlerFunc, site *aicctest.AICC) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fault(w, r)
		site.ForPath(r.URL.Path, nil)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, row := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t, row.change...)
				row.arrange(site)
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				start := time.Now()
				_, failure := read(ctx, client, aicctest.SampleID)
				took := time.Since(start)

				if took < row.least || took > row.most {
					t.Errorf("took %v, want %v to %v", took, row.least, row.most)
				}
				asked := 0
				for _, request := range site.Requests() {
					if strings.HasPrefix(request.Path, aicctest.CasePath) {
						asked++
					}
				}
				if asked != row.attempts {
					t.Errorf("AICC was asked %d times, want %d", asked, row.attempts)
				}
				if row.kind == success {
					if failure != nil {
						t.Errorf("failed: %v: %v", failure.Kind, failure)
					}
					return
				}
				if failure == nil {
					t.Fatalf("no failure, want %v", row.kind)
				}
				if failure.Kind != row.kind || failure.Attempts != row.attempts {
					t.Errorf("got %v after %d attempts, want %v after %d", failure.Kind, failure.Attempts, row.kind, row.attempts)
				}
				if words := failure.Detail + "|" + failure.Message; !strings.Contains(words, row.words) {
					t.Errorf("got %q, want %q in it", words, row.words)
				}
				if failure.CaseID != aicctest.SampleID || failure.ForToken {
					t.Errorf("case %q, for a token: %v", failure.CaseID, failure.ForToken)
				}
				for _, is := range []struct {
					kind  aicc.Kind
					cause error
				}{{aicc.TimedOut, context.DeadlineExceeded}, {aicc.Canceled, context.Canceled}} {
					if got := errors.Is(failure, is.cause); got != (failure.Kind == is.kind) {
						t.Errorf("%v is %v: %v", failure.Kind, is.cause, got)
					}
				}
			})
		})
	}
}

// TestLastReplySurvives keeps the status and words of the last reply when the
// deadline passes during the pause after it.
func TestLastReplySurvives(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.Always(aicctest.RetryAfter(429, "30"))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, failure := read(ctx, client, aicctest.SampleID)
		if failure.Kind != aicc.TimedOut || failure.Status != 429 || failure.ResCode != "429000001" || failure.Message != "请求过于频繁" || failure.Attempts != 1 {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestCancel ends a read at once, wherever it waits.
func TestCancel(t *testing.T) {
	t.Parallel()
	waits := map[string]struct {
		arrange func(*aicctest.AICC)
		change  []func(*aicc.Config)
		waiting string
	}{
		"for a reply":      {forever(aicctest.Stall), nil, "the reply to attempt 1"},
		"for a body":       {forever(aicctest.StallBody), nil, "the rest of the reply to attempt 1 (HTTP 200)"},
		"between attempts": {forever(aicctest.RetryAfter(503, "30")), nil, "the pause after attempt 2 (HTTP 503)"},
		"after a reset":    {forever(aicctest.Reset), []func(*aicc.Config){retries(20)}, "the pause after attempt"},
		"for a turn":       {forever(serverError(503)), []func(*aicc.Config){func(c *aicc.Config) { c.RequestsPerSecond = 0.01 }}, "a turn under requests_per_second"},
		"for a new token": {func(s *aicctest.AICC) {
			s.ForCase(aicctest.SampleID, aicctest.Reply(401, ""))
			s.Next(aicctest.Reply(200, `{"access_token":"first"}`))
			s.ForPath(aicctest.TokenPath, aicctest.Stall)
		}, []func(*aicc.Config){withCredentials}, "a new access token, after AICC refused the old one with HTTP 401"},
		"for a token's retry": {func(s *aicctest.AICC) {
			s.ForPath(aicctest.TokenPath, aicctest.RetryAfter(503, "30"))
		}, []func(*aicc.Config){withCredentials}, "an access token"},
		"for the body of a token": {func(s *aicctest.AICC) { s.ForPath(aicctest.TokenPath, aicctest.StallBody) }, []func(*aicc.Config){withCredentials}, "an access token"},
		"for the body of a 503":   {forever(aicctest.StallError(503)), nil, "the rest of the reply to attempt 1 (HTTP 503)"},
		"for a token":             {func(s *aicctest.AICC) { s.ForPath(aicctest.TokenPath, aicctest.Stall) }, []func(*aicc.Config){withCredentials}, "an access token"},
	}
	for name, wait := range waits {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t, wait.change...)
				wait.arrange(site)
				ctx, cancel := context.WithCancel(t.Context())
				start := time.Now()
				const after = 45 * time.Second
				time.AfterFunc(after, cancel)
				_, failure := read(ctx, client, aicctest.SampleID)
				if took := time.Since(start); failure.Kind != aicc.Canceled || took > after+second || took < after {
					t.Errorf("got %v after %v", failure.Kind, took)
				}
				if !strings.HasPrefix(failure.Detail, wait.waiting) {
					t.Errorf("was waiting for %q, want %q", failure.Detail, wait.waiting)
				}
			})
		})
	}
}

// TestFlood reads from a real socket a reply of 512 MB. It does not run in
// parallel, so that what is allocated meanwhile is its own.
func TestFlood(t *testing.T) {
	site := aicctest.New()
	var taken atomic.Int64
	site.Always(aicctest.Flood(http.StatusOK, 512<<20, &taken))
	client := aicc.New(config(t, site.Start(t)))
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

// TestNoRedirect sees that the host a redirect names is never asked.
func TestNoRedirect(t *testing.T) {
	t.Parallel()
	elsewhere := aicctest.New()
	other := elsewhere.Start(t)
	for _, path := range []string{aicctest.CasePath + aicctest.SampleID, aicctest.TokenPath} {
		site := aicctest.New()
		site.ForPath(path, aicctest.Redirect(other+path))
		_, failure := read(t.Context(), aicc.New(config(t, site.Start(t), withCredentials)), aicctest.SampleID)
		if failure == nil || failure.Kind != aicc.Redirected || failure.Detail != strings.TrimPrefix(other, "http://") {
			t.Errorf("%s: got %+v", path, failure)
		}
		if failure.ForToken != (path == aicctest.TokenPath) {
			t.Errorf("%s: for a token: %v", path, failure.ForToken)
		}
	}
	if asked := elsewhere.Requests(); len(asked) > 0 {
		t.Errorf("the other host was asked %d times", len(asked))
	}
}

// TestRedaction has AICC echo every secret in every way, for each fault, and
// finds none of them in any text or log line.
func TestRedaction(t *testing.T) {
	t.Parallel()
	const (
		token  = "planted-token/+=7bm63"
		secret = "planted secret/+=7bm63"
		issued = "planted-issued/+=7bm63"
	)
	plants := []string{"7bm63", "pass@", "\x00", "\x1b", "\u202e", "\u2028", "\ufffd"}
	var echoes strings.Builder
	for _, plant := range []string{token, secret, issued} {
		fmt.Fprintf(&echoes, `%s %s %s %s\u0000%s https://user:%s@host/ `, plant, url.QueryEscape(plant), url.PathEscape(plant), plant[:8], plant[8:], "pass")
	}
	echo := echoes.String() + `\u202e\u2028\ud800\n\u001b[31m` + strings.Repeat("长", 600) + token
	body := `{"resCode":"` + echo + `","resMsg":"` + echo + `","error":"` + echo + `","error_description":"` + echo + `"}`
	answers := map[string]http.HandlerFunc{
		"redirect": aicctest.Redirect("https://" + url.PathEscape(token) + url.PathEscape(issued) + url.PathEscape(secret) + "/"),
		"foreign":  aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"`+echo+`"}}]}`),
	}
	for _, status := range []int{200, 400, 401, 403, 404, 405, 429, 500, 503} {
		answers[fmt.Sprint(status)] = aicctest.Reply(status, body)
	}
	for name, answer := range answers {
		for _, path := range []string{aicctest.CasePath + aicctest.SampleID, aicctest.TokenPath} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				site := aicctest.New()
				var log bytes.Buffer
				client := aicc.New(config(t, site.Start(t), noRetries, func(c *aicc.Config) {
					c.Token, c.ClientID, c.ClientSecret = "", "client", secret
					c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				}))
				// The client learns the token of the echo, which expires at once.
				site.Next(aicctest.Reply(200, `{"access_token":"`+issued+`","expires_in":1}`), aicctest.Reply(404, ""))
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure.Kind != aicc.NotReturned {
					t.Fatal(failure)
				}
				site.Next(aicctest.Reply(200, `{"access_token":"`+token+`","expires_in":1}`), aicctest.Reply(404, ""))
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure.Kind != aicc.NotReturned {
					t.Fatal(failure)
				}
				site.ForPath(aicctest.TokenPath, aicctest.Reply(200, `{"access_token":"`+token+`"}`))
				site.ForPath(path, answer)
				_, failure := read(t.Context(), client, aicctest.SampleID)
				if failure == nil {
					t.Fatal("no failure")
				}
				for _, text := range []string{failure.CaseID, failure.ResCode, failure.Message, failure.Detail, failure.Error(), failure.Reason(), log.String()} {
					for _, plant := range plants {
						if strings.Contains(text, plant) {
							t.Errorf("%q stands in %.200q", plant, text)
						}
					}
				}
				if n := len([]rune(failure.Message)); n > 501 {
					t.Errorf("the message has %d characters", n)
				}
			})
		}
	}
}

// TestLog finds in the log what is allowed there and nothing else.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	site := aicctest.New()
	url := site.Start(t)
	site.Next(aicctest.Reset, serverError(503))
	client := aicc.New(config(t, url, withCredentials, func(c *aicc.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}))
	if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
		t.Fatal(failure)
	}
	allowed := []string{"time", "level", "msg", "method", "path", "attempt", "duration_ms", "status", "bytes", "failure"}
	lines := 0
	for line := range strings.Lines(log.String()) {
		lines++
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		for key := range event {
			if !slices.Contains(allowed, key) {
				t.Errorf("%s is logged", key)
			}
		}
		if path := event["path"]; path != "/service/AICC__Case/1.0.0/openapi/case/{id}" && path != aicctest.TokenPath {
			t.Errorf("the path is %v", path)
		}
	}
	if lines != 4 {
		t.Errorf("%d events, want 4:\n%s", lines, log.String())
	}
	for _, plant := range []string{aicctest.SampleID, aicctest.ClientID, aicctest.ClientSecret, "standin-issued", strings.TrimPrefix(url, "http://"), "555555", "yh5@"} {
		if strings.Contains(log.String(), plant) {
			t.Errorf("%q is logged", plant)
		}
	}
}

// TestStalledError has the body of a failure stall: what was being waited for is
// that body, not a pause that never began.
func TestStalledError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.Always(aicctest.StallError(503))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		_, err := client.FreshCase(ctx, aicc.Query{ID: aicctest.SampleID})
		if failure := asError(err); failure.Kind != aicc.TimedOut || failure.Detail != "the rest of the reply to attempt 1 (HTTP 503)" || failure.Attempts != 1 {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestKeptConnections breaks connections that served before. Each request over
// them is an attempt that counts, and the retry takes a fresh connection.
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

// TestSlot has one read wait for the turn of another. It leaves with its own
// context, and the turn is free once the other has left.
func TestSlot(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit func(context.Context) (context.Context, context.CancelFunc)
		kind  aicc.Kind
	}{
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 5*second)
		}, aicc.TimedOut},
		"cancel": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(5*second, cancel)
			return ctx, cancel
		}, aicc.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t, func(c *aicc.Config) { c.MaxConcurrency = 1 })
				site.ForCase(aicctest.SampleID, aicctest.Stall)
				var group sync.WaitGroup
				group.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					_, _ = read(ctx, client, aicctest.SampleID)
				})
				synctest.Wait()
				ctx, cancel := test.limit(t.Context())
				defer cancel()
				start := time.Now()
				_, failure := read(ctx, client, aicctest.OpenID)
				if took := time.Since(start); took != 5*second {
					t.Errorf("took %v", took)
				}
				if failure.Kind != test.kind || failure.Detail != "a turn under max_concurrency" || failure.Attempts != 0 || failure.Status != 0 {
					t.Errorf("got %+v", failure)
				}
				if n := len(site.Requests()); n != 1 {
					t.Errorf("%d requests", n)
				}
				group.Wait()
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure != nil {
					t.Errorf("the turn is not free: %v", failure)
				}
			})
		})
	}
}

// TestOversized counts what the client takes of replies without an end, over a
// connection that buffers next to nothing.
func TestOversized(t *testing.T) {
	t.Parallel()
	const most = 8<<20 + 64<<10
	var taken atomic.Int64
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   aicc.Kind
		most   int64
	}{
		"512 MB":                 {aicctest.Flood(http.StatusOK, 512<<20, &taken), aicc.TooLarge, most},
		"without an end":         {aicctest.Flood(http.StatusOK, -1, &taken), aicc.TooLarge, most},
		"a failure without end":  {aicctest.Flood(http.StatusForbidden, -1, &taken), aicc.Forbidden, 128 << 10},
		"a redirect without end": {aicctest.Flood(http.StatusFound, -1, &taken), aicc.Redirected, 128 << 10},
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
				if got := taken.Load(); got > test.most || got < test.most/2 {
					t.Errorf("the client took %d bytes, want at most %d", got, test.most)
				}
			})
		})
	}
}

// TestQuotedSecret has the network's own error quote what the server sends. The
// token in there is found although the quotes change it.
func TestQuotedSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const token = `planted"token\7bm63`
		site, client := piped(t, noRetries, func(c *aicc.Config) { c.Token = token })
		site.Always(aicctest.Garbage(token))
		_, failure := read(t.Context(), client, aicctest.SampleID)
		if failure.Kind != aicc.Interrupted || !strings.Contains(failure.Detail, "malformed HTTP") || strings.Contains(failure.Error(), "7bm63") {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestSecretAsInput hands a secret in where an id or the name of a field belongs.
func TestSecretAsInput(t *testing.T) {
	t.Parallel()
	const token = "planted7bm63planted1"
	for name, query := range map[string]aicc.Query{
		"as an id":         {ID: token},
		"within a bad id":  {ID: "https://host/" + token},
		"as a field's key": {ID: aicctest.SampleID, TemplateFields: map[string]*string{"id": new(token)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				_, client := piped(t, func(c *aicc.Config) {
					c.Token = token
					c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				})
				_, err := client.Case(t.Context(), query)
				if err == nil || strings.Contains(fmt.Sprintf("%v %+v %s", err, *asError(err), log.String()), "7bm63") {
					t.Errorf("got %+v", asError(err))
				}
			})
		})
	}
}
