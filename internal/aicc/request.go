// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

const (
	// firstWait is the pause before the first retry; it doubles each time.
	firstWait = 500 * time.Millisecond
	// maxWait caps every pause, also one that Retry-After asks for.
	maxWait = 30 * time.Second
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

// send sends a request, again as long as that may help, and returns the last reply. One
// that is final is returned even where ctx has ended meanwhile, so that a token is not
// lost to those who wait for it.
func (s *sender) send(ctx context.Context, r request) (reply, error) {
	var before reply
	got, err := backoff.Retry(ctx, func() (reply, error) {
		got, err := s.attempt(ctx, r)
		if err == nil {
			if got.saysAgain(before) {
				return got, nil
			}
			before = got
			return got, s.repeats(got)
		}
		if kind, _ := networkError(err); !kind.MayPass() || errors.Is(err, errRateLimit) {
			err = backoff.Permanent(err)
		}
		return got, err
	}, backoff.WithBackOff(pauses()), backoff.WithMaxTries(uint(s.config.MaxRetries)+1), backoff.WithMaxElapsedTime(0))
	if errors.Is(err, errPasses) {
		return got, nil
	}
	return got, err
}

// pauses are between half and the whole of an exponentially growing time.
func pauses() backoff.BackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: firstWait * 3 / 4, MaxInterval: maxWait * 3 / 4, Multiplier: 2, RandomizationFactor: 1. / 3,
	}
}

// repeats returns an error if a request should be sent again after a reply. Final is
// also whatever says that the case does not exist.
func (s *sender) repeats(r reply) error {
	if !mayPass(r.status) || r.says(s.config.NotFoundCodes) {
		return nil
	}
	if wait, ok := retryAfter(r.header.Get("Retry-After")); ok {
		return errors.Join(errPasses, &backoff.RetryAfterError{Duration: min(wait, maxWait)})
	}
	return errPasses
}

// retryAfter reads a Retry-After header, in seconds or as a date.
func retryAfter(value string) (time.Duration, bool) {
	// Of what does not fit, it returns the largest that does.
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(math.MaxInt64/time.Second))) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}
