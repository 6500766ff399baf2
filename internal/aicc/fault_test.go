// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
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

// faults is the matrix of what can go wrong with one read. Each row runs in a bubble
// with a clock of its own, with four retries and a deadline of two minutes, and says
// what comes out, after how many requests and within which time.
var faults = map[string]struct {
	arrange  func(*aicctest.AICC)
	change   []func(*aicc.Config)
	kind     aicc.Kind
	words    string
	attempts int
	least    time.Duration
	most     time.Duration
}{
	"nothing wrong":                     {func(*aicctest.AICC) {}, nil, success, "", 1, 0, 0},
	"reset before the reply":            {forever(aicctest.Reset), nil, aicc.Interrupted, "EOF", 5, 3750 * time.Millisecond, 8 * second},
	"reset before, once":                {times(1, aicctest.Reset), nil, success, "", 2, 250 * time.Millisecond, second},
	"reset in the body":                 {forever(aicctest.ResetBody), nil, aicc.Interrupted, "unexpected EOF", 5, 3750 * time.Millisecond, 8 * second},
	"reset in the body, twice":          {times(2, aicctest.ResetBody), nil, success, "", 3, 750 * time.Millisecond, 2 * second},
	"stalled header":                    {forever(aicctest.Stall), nil, aicc.TimedOut, "the reply to attempt 1", 1, 120 * second, 120 * second},
	"stalled body":                      {forever(aicctest.StallBody), nil, aicc.TimedOut, "the rest of the reply to attempt 1 (HTTP 200)", 1, 120 * second, 120 * second},
	"wrong Content-Length":              {forever(aicctest.ShortLength), nil, aicc.Unreadable, "JSON that is cut off after 100 bytes", 1, 0, 0},
	"cut JSON":                          {forever(aicctest.Reply(200, string(aicctest.Sample[:500]))), nil, aicc.Unreadable, "JSON that is cut off after", 1, 0, 0},
	"JSON with an unexpected structure": {forever(aicctest.Reply(200, `[]`)), nil, aicc.Unreadable, "JSON with an unexpected structure", 1, 0, 0},
	"HTML":                              {forever(aicctest.Reply(200, `<html>`)), nil, aicc.Unreadable, "an HTML or XML page", 1, 0, 0},
	"empty":                             {forever(aicctest.Reply(200, ``)), nil, aicc.Unreadable, "an empty body", 1, 0, 0},
	"no content":                        {forever(aicctest.Reply(204, ``)), nil, aicc.UnexpectedStatus, "", 1, 0, 0},
	"gzip bomb":                         {forever(aicctest.GzipBomb(64)), nil, aicc.TooLarge, "more than 8 MiB after decompression", 1, 0, 0},
	"not gzip":                          {forever(packed(aicctest.Sample)), nil, aicc.Unreadable, "a body that cannot be decompressed", 1, 0, 0},
	"corrupt gzip":                      {forever(packed(broken(20))), nil, aicc.Unreadable, "a body that cannot be decompressed", 1, 0, 0},
	"gzip, wrong checksum":              {forever(packed(broken(-8))), nil, aicc.Unreadable, "a body that cannot be decompressed", 1, 0, 0},
	"gzip that is cut off":              {forever(packed(broken(0)[:200])), nil, aicc.Interrupted, "unexpected EOF", 5, 3750 * time.Millisecond, 8 * second},
	"8 MiB are taken":                   {forever(padded(8 << 20)), nil, success, "", 1, 0, 0},
	"one byte more is not":              {forever(padded(8<<20 + 1)), nil, aicc.TooLarge, "more than 8 MiB after decompression", 1, 0, 0},

	"429, wait in seconds":   {times(1, aicctest.RetryAfter(429, "7")), nil, success, "", 2, 7 * second, 7 * second},
	"429, wait as date":      {times(1, aicctest.RetryAfter(429, "Sat, 01 Jan 2000 00:00:10 GMT")), nil, success, "", 2, 10 * second, 10 * second},
	"429, date in the past":  {times(1, aicctest.RetryAfter(429, "Sat, 01 Jan 1999 00:00:10 GMT")), nil, success, "", 2, 0, 0},
	"429, wait is garbage":   {times(1, aicctest.RetryAfter(429, "soon")), nil, success, "", 2, 250 * time.Millisecond, second},
	"429, wait is negative":  {times(1, aicctest.RetryAfter(429, "-5")), nil, success, "", 2, 250 * time.Millisecond, second},
	"429, wait of a year":    {times(1, aicctest.RetryAfter(429, "31536000")), nil, success, "", 2, 30 * second, 30 * second},
	"429, wait overflows":    {times(1, aicctest.RetryAfter(429, "9999999999999")), nil, success, "", 2, 30 * second, 30 * second},
	"429, wait without end":  {times(1, aicctest.RetryAfter(429, "99999999999999999999999")), nil, success, "", 2, 30 * second, 30 * second},
	"408 once":               {times(1, aicctest.Reply(408, ``)), nil, success, "", 2, 250 * time.Millisecond, second},
	"421 once":               {times(1, aicctest.Reply(421, ``)), nil, success, "", 2, 250 * time.Millisecond, second},
	"425 once":               {times(1, aicctest.Reply(425, ``)), nil, success, "", 2, 250 * time.Millisecond, second},
	"408 forever":            {forever(aicctest.Reply(408, ``)), nil, aicc.UnexpectedStatus, "", 5, 3750 * time.Millisecond, 8 * second},
	"511":                    {forever(aicctest.Reply(511, `<title>Sign in to the network</title>`)), nil, aicc.Blocked, `the body is a page titled "Sign in to the network", not AICC's JSON`, 1, 0, 0},
	"503, wait in seconds":   {times(1, aicctest.RetryAfter(503, "3")), nil, success, "", 2, 3 * second, 3 * second},
	"429, date in a year":    {times(1, aicctest.RetryAfter(429, "Mon, 01 Jan 2001 00:00:00 GMT")), nil, success, "", 2, 30 * second, 30 * second},
	"429, wait of 585 years": {times(1, aicctest.RetryAfter(429, "18446744074")), nil, success, "", 2, 30 * second, 30 * second},
	"500, wait in seconds":   {times(1, aicctest.RetryAfter(500, "7")), nil, success, "", 2, 7 * second, 7 * second},
	"502, wait as date":      {times(1, aicctest.RetryAfter(502, "Sat, 01 Jan 2000 00:00:10 GMT")), nil, success, "", 2, 10 * second, 10 * second},
	"504, wait of a year":    {times(1, aicctest.RetryAfter(504, "31536000")), nil, success, "", 2, 30 * second, 30 * second},
	"404, wait in seconds":   {forever(aicctest.RetryAfter(404, "7")), nil, aicc.NotReturned, "请求过于频繁", 1, 0, 0},
	"stalled body of a 503":  {forever(aicctest.StallError(503)), nil, aicc.ServerFailed, "", 5, 13750 * time.Millisecond, 18 * second},
	"stalled body, once":     {times(1, aicctest.StallError(503)), nil, success, "", 2, 2250 * time.Millisecond, 3 * second},
	"stalled body of a 401":  {forever(aicctest.StallError(401)), nil, aicc.Unauthorized, "", 1, 2 * second, 2 * second},
	"stalled 401, renewed": {func(s *aicctest.AICC) {
		s.ForCase(aicctest.SampleID, once(aicctest.StallError(401), s))
	}, []func(*aicc.Config){withCredentials}, success, "", 2, 2 * second, 2 * second},
	"stalled body of a 404":   {forever(aicctest.StallError(404)), nil, aicc.NotAICC, "", 1, 2 * second, 2 * second},
	"502, HTML behind a mark": {forever(aicctest.Reply(502, "\ufeff<h1>Bad Gateway</h1>")), nil, aicc.ServerFailed, "the body is an HTML or XML page, not AICC's JSON", 5, 3750 * time.Millisecond, 8 * second},
	"429 forever":             {forever(aicctest.RetryAfter(429, "1")), nil, aicc.Throttled, "请求过于频繁", 5, 4 * second, 4 * second},
	"429 beyond the deadline": {forever(aicctest.RetryAfter(429, "29")), []func(*aicc.Config){retries(20)}, aicc.TimedOut, "the pause after attempt 5 (HTTP 429)", 5, 120 * second, 120 * second},
	"500 once":                {times(1, serverError(500)), nil, success, "", 2, 250 * time.Millisecond, second},
	"502 twice":               {times(2, serverError(502)), nil, success, "", 3, 750 * time.Millisecond, 2 * second},
	"503 three times":         {times(3, serverError(503)), nil, success, "", 4, 1750 * time.Millisecond, 4 * second},
	"504 four times":          {times(4, serverError(504)), nil, success, "", 5, 3750 * time.Millisecond, 8 * second},
	"500 forever":             {forever(aicctest.Reply(500, ``)), nil, aicc.ServerFailed, "", 5, 3750 * time.Millisecond, 8 * second},
	"500 with a code":         {forever(serverError(500)), nil, aicc.Refused, "系统繁忙", 2, 250 * time.Millisecond, second},
	"500 with code 0":         {forever(aicctest.Reply(500, `{"resCode":"0","resMsg":"m"}`)), nil, aicc.ServerFailed, "m", 5, 3750 * time.Millisecond, 8 * second},
	"500 with a code, then another": {
		func(s *aicctest.AICC) { s.Next(aicctest.Reply(500, `{"resCode":"1"}`)); s.Always(serverError(500)) }, nil, aicc.Refused, "系统繁忙", 3, 750 * time.Millisecond, 2 * second,
	},
	"500 with a code, between two outages": {
		func(s *aicctest.AICC) { s.Next(serverError(500), serverError(503), serverError(500), serverError(503)) }, nil, success, "", 5, 3750 * time.Millisecond, 8 * second,
	},
	"500 with a code, no retries": {forever(serverError(500)), []func(*aicc.Config){noRetries}, aicc.Refused, "系统繁忙", 1, 0, 0},
	"500 with a code, then gone":  {func(s *aicctest.AICC) { s.Next(serverError(500)); s.Always(noSuchCase) }, nil, aicc.NotReturned, "工单不存在", 2, 250 * time.Millisecond, second},
	"418, page":                   {forever(aicctest.Reply(418, `<html><title>x</title>`)), nil, aicc.Blocked, `the body is a page titled "x", not AICC's JSON`, 1, 0, 0},
	"400, page":                   {forever(aicctest.Reply(400, `<html>`)), nil, aicc.Blocked, "the body is an HTML or XML page, not AICC's JSON", 1, 0, 0},
	"429, page":                   {forever(aicctest.Reply(429, `<html>`)), nil, aicc.Throttled, "the body is an HTML or XML page, not AICC's JSON", 5, 3750 * time.Millisecond, 8 * second},
	"502 forever, HTML":           {forever(aicctest.Reply(502, "<h1>Bad Gateway</h1>")), nil, aicc.ServerFailed, "the body is an HTML or XML page, not AICC's JSON", 5, 3750 * time.Millisecond, 8 * second},
	"503 forever":                 {forever(serverError(503)), nil, aicc.ServerFailed, "系统繁忙", 5, 3750 * time.Millisecond, 8 * second},
	"504 forever":                 {forever(serverError(504)), nil, aicc.ServerFailed, "系统繁忙", 5, 3750 * time.Millisecond, 8 * second},
	"503 without retries":         {forever(serverError(503)), []func(*aicc.Config){noRetries}, aicc.ServerFailed, "系统繁忙", 1, 0, 0},
	"501 is final":                {forever(serverError(501)), nil, aicc.ServerFailed, "系统繁忙", 1, 0, 0},
	"fault, then no case":         {func(s *aicctest.AICC) { s.Next(serverError(503)); s.Always(noSuchCase) }, nil, aicc.NotReturned, "", 2, 250 * time.Millisecond, second},

	"400":          {forever(aicctest.Reply(400, `{"resCode":"1","resMsg":"m"}`)), nil, aicc.Refused, "m", 1, 0, 0},
	"403":          {forever(aicctest.Reply(403, `{"resCode":"1","resMsg":"m"}`)), nil, aicc.Forbidden, "m", 1, 0, 0},
	"400, empty":   {forever(aicctest.Reply(400, ``)), nil, aicc.Refused, "", 1, 0, 0},
	"404":          {forever(noSuchCase), nil, aicc.NotReturned, "工单不存在", 1, 0, 0},
	"404, empty":   {forever(aicctest.Reply(404, ``)), nil, aicc.NotAICC, "", 1, 0, 0},
	"404, HTML":    {forever(aicctest.Reply(404, `<html>`)), nil, aicc.NotAICC, "the body is an HTML or XML page, not AICC's JSON", 1, 0, 0},
	"404, JSON":    {forever(aicctest.Reply(404, `{"message":"not found"}`)), nil, aicc.NotAICC, "", 1, 0, 0},
	"405":          {forever(aicctest.Reply(405, ``)), nil, aicc.UnexpectedStatus, "", 1, 0, 0},
	"407":          {forever(aicctest.Reply(407, ``)), nil, aicc.ProxyRefused, "the proxy answered with HTTP 407 Proxy Authentication Required", 1, 0, 0},
	"405, refused": {forever(aicctest.Reply(405, `{"resCode":"7","resMsg":"m"}`)), nil, aicc.Refused, "m", 1, 0, 0},
	"410":          {forever(aicctest.Reply(410, `{"resCode":"7","resMsg":"m"}`)), nil, aicc.NotReturned, "m", 1, 0, 0},
	"410, empty":   {forever(aicctest.Reply(410, ``)), nil, aicc.NotAICC, "", 1, 0, 0},
	"422":          {forever(aicctest.Reply(422, `{"resCode":"7","resMsg":"m"}`)), nil, aicc.Refused, "m", 1, 0, 0},
	"200, refused": {forever(aicctest.Reply(200, `{"resCode":"7","resMsg":"m"}`)), nil, aicc.Refused, "m", 1, 0, 0},
	"200, token":   {forever(aicctest.Reply(200, `{"resCode":"401000001","resMsg":"token无效"}`)), nil, aicc.Refused, "token无效", 1, 0, 0},

	"named code, 200": {forever(aicctest.Reply(200, `{"resCode":"7","resMsg":"m"}`)), named("6", "7"), aicc.NotReturned, "m", 1, 0, 0},
	"named code, 400": {forever(aicctest.Reply(400, `{"resCode":7,"resMsg":"m"}`)), named("7"), aicc.NotReturned, "m", 1, 0, 0},
	"named code, 401": {forever(aicctest.Reply(401, `{"resCode":"7","resMsg":"m"}`)), named("7"), aicc.NotReturned, "m", 1, 0, 0},
	"named code, 500": {forever(aicctest.Reply(500, `{"resCode":"7","resMsg":"m"}`)), named("7"), aicc.NotReturned, "m", 1, 0, 0},
	"another code":    {forever(aicctest.Reply(200, `{"resCode":"77","resMsg":"m"}`)), named("7"), aicc.Refused, "m", 1, 0, 0},
	"code in a page":  {forever(aicctest.Reply(500, `<html>{"resCode":"7"}`)), named("7"), aicc.ServerFailed, "", 5, 3750 * time.Millisecond, 8 * second},
	"another case":    {forever(aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"another0000000000001"}}]}`)), nil, aicc.Foreign, "case another0000000000001", 1, 0, 0},

	"redirect to the same host":  {forever(aicctest.Redirect("/login")), nil, aicc.Redirected, "localhost", 1, 0, 0},
	"redirect to another host":   {forever(aicctest.Redirect("https://evil.example.com/x")), nil, aicc.Redirected, "evil.example.com", 1, 0, 0},
	"redirect to what is no URL": {forever(aicctest.Redirect("https://evil.example.com:port/")), nil, aicc.Redirected, "", 1, 0, 0},
	"redirect to nowhere":        {forever(aicctest.Reply(302, "")), nil, aicc.Redirected, "", 1, 0, 0},
	"304 is no redirect":         {forever(aicctest.Reply(304, "")), nil, aicc.UnexpectedStatus, "", 1, 0, 0},

	"403, page":                   {forever(aicctest.Reply(403, "<html><head><title>Request\n blocked &amp; logged</title>")), nil, aicc.Blocked, `the body is a page titled "Request blocked & logged", not AICC's JSON`, 1, 0, 0},
	"401, page":                   {forever(aicctest.Reply(401, "<html><TITLE lang=en>Sign in</TITLE>")), nil, aicc.Blocked, `the body is a page titled "Sign in", not AICC's JSON`, 1, 0, 0},
	"403, page without a title":   {forever(aicctest.Reply(403, "<html>")), nil, aicc.Blocked, "the body is an HTML or XML page, not AICC's JSON", 1, 0, 0},
	"403, page with a long title": {forever(aicctest.Reply(403, "<title>"+strings.Repeat("x", 101)+"</title>")), nil, aicc.Blocked, strings.Repeat("x", 100) + "…", 1, 0, 0},

	"expired token":       {func(s *aicctest.AICC) { s.RevokeTokens() }, nil, aicc.Unauthorized, "token无效", 1, 0, 0},
	"expired token, once": {func(s *aicctest.AICC) { s.ForCase(aicctest.SampleID, once(aicctest.Reply(401, ""), s)) }, []func(*aicc.Config){withCredentials}, success, "", 2, 0, 0},
	"expired token, forever": {func(s *aicctest.AICC) {
		s.ForCase(aicctest.SampleID, aicctest.Reply(401, `{"resCode":"9","resMsg":"expired"}`))
	}, []func(*aicc.Config){withCredentials}, aicc.Unauthorized, "expired", 2, 0, 0},
	"turn beyond the deadline": {forever(serverError(503)), []func(*aicc.Config){func(c *aicc.Config) { c.RequestsPerSecond = 0.01 }}, aicc.TimedOut, "the rate limit", 2, 100 * second, 102 * second},
}

// noSuchCase answers as an AICC does by its platform's rule for errors.
var noSuchCase = aicctest.Reply(http.StatusNotFound, `{"resCode":"405230004","resMsg":"工单不存在"}`)

func named(codes ...string) []func(*aicc.Config) {
	return []func(*aicc.Config){func(c *aicc.Config) { c.NotFoundCodes = codes }}
}

func retries(n int) func(*aicc.Config) { return func(c *aicc.Config) { c.MaxRetries = n } }

func serverError(status int) http.HandlerFunc {
	return aicctest.Reply(status, fmt.Sprintf(`{"resCode":"%d000001","resMsg":"系统繁忙"}`, status))
}

// padded answers with the sample, filled up to a size.
func padded(size int) http.HandlerFunc {
	return aicctest.Reply(http.StatusOK, string(aicctest.Sample)+strings.Repeat(" ", size-len(aicctest.Sample)))
}

// packed answers with a body that it calls gzip.
func packed(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(body)
	}
}

// broken returns the sample as gzip, with another byte at a place that is counted from
// the end where it is negative; 0 leaves it whole.
func broken(at int) []byte {
	var body bytes.Buffer
	writer := gzip.NewWriter(&body)
	_, _ = writer.Write(aicctest.Sample)
	_ = writer.Close()
	whole := body.Bytes()
	if at != 0 {
		whole[(at+len(whole))%len(whole)] ^= 0xff
	}
	return whole
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
				attempts, requests := row.attempts, row.attempts
				if row.kind == aicc.NotReturned {
					// It is confirmed, and the failure is that of the confirmation.
					attempts, requests = 1, row.attempts+1
				}
				if asked != requests {
					t.Errorf("AICC was asked %d times, want %d", asked, requests)
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
				if failure.Kind != row.kind || failure.Attempts != attempts {
					t.Errorf("got %v after %d attempts, want %v after %d", failure.Kind, failure.Attempts, row.kind, attempts)
				}
				if words := failure.Detail + "|" + failure.Message; !strings.Contains(words, row.words) {
					t.Errorf("got %q, want %q in it", words, row.words)
				}
				if failure.CaseID != aicctest.SampleID || failure.Operation == aicc.FetchToken {
					t.Errorf("case %q, for a token: %v", failure.CaseID, failure.Operation == aicc.FetchToken)
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
		"for a turn":       {forever(serverError(503)), []func(*aicc.Config){func(c *aicc.Config) { c.RequestsPerSecond = 0.01 }}, "the rate limit"},
		"for a new token": {func(s *aicctest.AICC) {
			s.ForCase(aicctest.SampleID, aicctest.Reply(401, ""))
			s.Next(aicctest.Reply(200, `{"access_token":"first"}`))
			s.ForPath(aicctest.TokenPath, aicctest.Stall)
		}, []func(*aicc.Config){withCredentials}, "a new access token, after AICC refused the old one with HTTP 401"},
		"for a token's retry": {func(s *aicctest.AICC) {
			s.ForPath(aicctest.TokenPath, aicctest.RetryAfter(503, "30"))
		}, []func(*aicc.Config){withCredentials}, "an access token"},
		"for the body of a token": {func(s *aicctest.AICC) { s.ForPath(aicctest.TokenPath, aicctest.StallBody) }, []func(*aicc.Config){withCredentials}, "an access token"},
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

// TestStalledError has the body of a failure stall: what was being waited for is that
// body, not a pause that never began.
func TestStalledError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.Always(aicctest.StallError(503))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.FreshCase(ctx, aicc.Query{ID: aicctest.SampleID})
		if failure := asError(err); failure.Kind != aicc.TimedOut || failure.Detail != "the rest of the reply to attempt 1 (HTTP 503)" || failure.Attempts != 1 {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestSlot has one read wait for the turn of another. It leaves with its own context,
// and the turn is free once the other has left.
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
				if failure.Kind != test.kind || failure.Detail != "a free slot" || failure.Attempts != 0 || failure.Status != 0 {
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
