// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

var (
	// errRateLimit means that the rate limit allows no request before the deadline.
	errRateLimit = errors.New("the rate limit allows no request before the deadline")
	// errPasses marks a reply that stands for a fault that may pass.
	errPasses = errors.New("the reply stands for a fault that may pass")
)

// routes says how AICC is asked for each [Operation]. In the path, {id} is the ID of
// a case; the log has the path as it stands here.
var routes = map[Operation]struct{ method, path, contentType string }{
	ReadCase:   {http.MethodGet, casePath + "{id}", "application/json"},
	ListCases:  {http.MethodPost, casePath + "list", "application/json"},
	FetchToken: {http.MethodPost, "/baas/auth/v1.0/oauth2/token", "application/x-www-form-urlencoded"},
}

// casePath is followed by the ID of a case.
const casePath = "/service/AICC__Case/1.0.0/openapi/case/"

// request is one call of the API, with everything that concerns only this call.
type request struct {
	operation Operation
	// id is the ID of the case, for [ReadCase].
	id   string
	body []byte
	// token goes into the access-token header, unless it is empty.
	token string
	// fresh refuses what a cache in between answers.
	fresh bool
	// confirms asks once more for what AICC seems not to have, over a connection of its
	// own: a reply that nobody asked for, left on a kept connection, would be taken for
	// the answer of the next request.
	confirms bool
	// progress is for the texts of errors: how far the call came.
	progress *progress
}

// sender sends requests and returns the replies to them.
type sender struct {
	config      Config
	connections interface {
		http.RoundTripper
		roundTripAlone(req *http.Request) (*http.Response, error)
		abandon()
	}
	// weakKey says what is weak about the key of a certificate of the site.
	weakKey  notice
	limiter  *rate.Limiter
	redactor *redactor
	// credentials hides only what lets somebody in, and not the values of headers: for
	// what is asked for and for codes, which are facts.
	credentials *redactor
	// parsing bounds the bytes of the replies that are parsed at the same time: a
	// tree takes ten to thirty times its JSON.
	parsing *semaphore.Weighted
	// denied holds the codes that AICC sent with HTTP 401 or 403.
	denied sync.Map
	// mixed says that a reply was another case's.
	mixed atomic.Bool
}

func newSender(config Config) *sender {
	limit := rate.Inf
	if config.RequestsPerSecond > 0 {
		limit = rate.Limit(config.RequestsPerSecond)
	}
	s := &sender{
		config:   config,
		limiter:  rate.NewLimiter(limit, 1),
		redactor: new(redactor), credentials: new(redactor),
		parsing: semaphore.NewWeighted(maxBody),
	}
	s.connections = newConnections(config, &s.weakKey)
	for _, secret := range []string{config.Token, config.ClientSecret} {
		s.redactor.add(secret)
		s.credentials.add(secret)
	}
	for _, value := range config.Headers {
		s.redactor.add(value)
	}
	return s
}

// attempt sends a request once, as soon as the rate limit allows it, and reads
// the reply whole, so that a body that breaks off is repeated like any broken
// connection.
func (s *sender) attempt(ctx context.Context, r request) (reply, error) {
	r.progress.waitFor(WaitForRate)
	if err := s.limiter.Wait(ctx); err != nil {
		return reply{}, cmp.Or(ctx.Err(), errRateLimit)
	}
	number := r.progress.begin()
	start := time.Now()
	got, err := s.roundTrip(ctx, r, number)
	s.logAttempt(ctx, r, number, start, got, err)
	if err != nil {
		if ctx.Err() == nil {
			kind, _ := networkError(err)
			r.progress.failed(kind)
		}
		if !errors.Is(ctx.Err(), context.Canceled) {
			// What broke this connection, or kept it silent, may do so to those beside it.
			s.connections.abandon()
		}
		return reply{}, err
	}
	if !succeeded(got.status) {
		got.open()
	}
	if got.status == http.StatusMisdirectedRequest {
		// The connection is not for this host (RFC 9110, section 15.5.20).
		s.connections.abandon()
	}
	if got.envelope != nil && (got.status == http.StatusUnauthorized || got.status == http.StatusForbidden) {
		s.denied.Store(got.envelope.code, true)
	}
	r.progress.answered(got)
	if cached := fromCache(got.header); cached != "" && r.fresh {
		return reply{}, &Error{Kind: Cached, Detail: cached}
	}
	return got, nil
}

// denies reports whether AICC sent a code with HTTP 401 or 403. With HTTP 404, it then
// does not say that there is no such case.
func (s *sender) denies(code string) bool {
	_, denied := s.denied.Load(code)
	return denied
}

// roundTrip sends a request and reads the reply to it.
func (s *sender) roundTrip(original context.Context, r request, attempt int) (reply, error) {
	ctx, cancel := context.WithCancel(original)
	defer cancel()
	req, err := s.httpRequest(ctx, r)
	if err != nil {
		return reply{}, err
	}
	exchange := s.connections.RoundTrip
	if r.confirms {
		exchange = s.connections.roundTripAlone
	}
	resp, err := exchange(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	r.progress.waitFor(fmt.Sprintf("the rest of the reply to attempt %d (HTTP %d)", attempt, resp.StatusCode))
	if !succeeded(resp.StatusCode) {
		defer time.AfterFunc(errorBodyTime, cancel).Stop()
	}
	body, err := readBody(original, resp)
	if err != nil {
		return reply{}, err
	}
	return reply{status: resp.StatusCode, header: resp.Header, body: body}, nil
}

func (s *sender) httpRequest(ctx context.Context, r request) (*http.Request, error) {
	route := routes[r.operation]
	target := s.config.BaseURL.JoinPath(strings.Replace(route.path, "{id}", r.id, 1))
	req, err := http.NewRequestWithContext(ctx, route.method, target.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	// With GetBody, net/http would repeat the request by itself, uncounted, as
	// long as it meets kept connections that break.
	req.GetBody = nil
	// Some gateways take a header in one spelling alone, and Set would change it.
	for name, value := range s.config.Headers {
		req.Header[name] = []string{value}
	}
	req.Header.Set("Content-Type", route.contentType)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", s.config.UserAgent)
	// A cache in between would hand out one tenant's cases for any token.
	req.Header.Set("Cache-Control", "no-cache, no-store")
	req.Header.Set("Pragma", "no-cache")
	if r.token != "" {
		req.Header["access-token"] = []string{r.token}
	}
	return req, nil
}

// open parses a reply, as soon as other replies leave room for it. Release it once it
// is decoded. Only a reply of success is closed until then, since others are small.
func (s *sender) open(ctx context.Context, r request, got *reply) (release func(), err error) {
	if !succeeded(got.status) {
		return func() {}, nil
	}
	size := int64(len(got.body))
	if !s.parsing.TryAcquire(size) {
		r.progress.waitFor("other large replies to be parsed")
		if err := s.parsing.Acquire(ctx, size); err != nil {
			return nil, err
		}
	}
	got.open()
	r.progress.answered(*got)
	return func() { s.parsing.Release(size) }, nil
}

// logAttempt writes what became of an attempt, and nothing that names a case or a
// person.
func (s *sender) logAttempt(ctx context.Context, r request, number int, start time.Time, got reply, err error) {
	message, level := "AICC request", slog.LevelDebug
	event := []slog.Attr{
		slog.String("method", routes[r.operation].method),
		slog.String("path", routes[r.operation].path),
		slog.Int("attempt", number),
		slog.Int64("duration_ms", time.Since(start).Milliseconds()),
	}
	if r.confirms {
		event = append(event, slog.Bool("confirms", true))
	}
	if err != nil {
		kind, _ := networkError(err)
		message, level, event = "AICC request failed", slog.LevelWarn, append(event, slog.String("failure", kind.String()))
	} else {
		event = append(event, slog.Int("status", got.status), slog.Int("bytes", len(got.body)))
		if fromCache(got.header) != "" {
			level, event = slog.LevelWarn, append(event, slog.Bool("cached", true))
		}
	}
	s.config.Logger.LogAttrs(ctx, level, message, event...)
}
