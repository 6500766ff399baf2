// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// firstWait is the pause before the first retry; it doubles each time.
	firstWait = 500 * time.Millisecond
	// maxWait caps every pause, also one that Retry-After asks for.
	maxWait = 30 * time.Second
)

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
