// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

const (
	// maxBody is how much of a reply is read, counted unpacked.
	maxBody = 8 << 20
	// maxErrorBody is how much is read of a reply whose status says that it
	// holds no case.
	maxErrorBody = 64 << 10
	// firstWait is the pause before the first retry; it doubles each time.
	firstWait = 500 * time.Millisecond
	// maxWait caps every pause, also one that Retry-After asks for.
	maxWait = 30 * time.Second
)

var (
	errTooLarge = errors.New("the reply is larger than 8 MiB")
	// errNoTurn means that requests_per_second leaves no turn before the deadline.
	errNoTurn = errors.New("no turn before the deadline")
)

// newRetrier builds the stack that every request goes through: retries around
// single attempts.
func newRetrier(config Config) *retryablehttp.Client {
	dialing := http.DefaultTransport.(*http.Transport).Clone()
	dialing.Proxy = http.ProxyFromEnvironment
	dialing.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: config.RootCAs}
	dialing.MaxIdleConns, dialing.MaxIdleConnsPerHost = config.MaxConcurrency, config.MaxConcurrency
	if config.DialContext != nil {
		dialing.DialContext = config.DialContext
	}
	limit := rate.Inf
	if config.RequestsPerSecond > 0 {
		limit = rate.Limit(config.RequestsPerSecond)
	}
	return &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: &transport{
				base:      dialing,
				limiter:   rate.NewLimiter(limit, 1),
				userAgent: config.UserAgent,
				log:       config.Logger,
			},
			CheckRedirect: noRedirect,
		},
		RetryMax:     config.MaxRetries,
		RetryWaitMin: firstWait,
		RetryWaitMax: maxWait,
		CheckRetry:   retryPolicy(config.NotFoundCodes),
		Backoff:      backoff,
		// The default throws the last reply away.
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// noRedirect hands a 3xx reply to the caller: net/http would forward the
// access-token header to whatever host it names.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// retryPolicy repeats what may pass. A reply that is final is handed on even where
// ctx has ended meanwhile, so that a token is not lost to those who wait for it.
// Final is also whatever says that the case does not exist.
func retryPolicy(notFound []string) retryablehttp.CheckRetry {
	return func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		switch {
		case err == nil && (!passes(resp.StatusCode) || len(notFound) > 0 && saysNotFound(progressOf(ctx).lastBody(), notFound)):
			return false, nil
		case ctx.Err() != nil:
			return false, ctx.Err()
		case errors.Is(err, errTooLarge), errors.Is(err, errNoTurn):
			return false, err
		case err != nil:
			return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
		default:
			return true, nil
		}
	}
}

// passes reports whether a status stands for a fault that may pass.
func passes(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// backoff waits as long as Retry-After asks, but never longer than most, and
// otherwise between half and the whole of an exponentially growing pause.
func backoff(least, most time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, ok := retryAfter(resp.Header.Get("Retry-After")); ok {
			return min(wait, most)
		}
	}
	wait := retryablehttp.DefaultBackoff(least, most, attempt, nil)
	return wait/2 + rand.N(wait/2+1) //nolint:gosec // Jitter needs no secrecy.
}

// retryAfter reads a Retry-After header, in seconds or as a date. DefaultBackoff
// heeds it for two statuses only, and multiplies without a look at overflow.
func retryAfter(value string) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		return time.Duration(min(seconds, uint64(math.MaxInt64/time.Second))) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}

// transport sends a single request: it waits for a turn, reads the reply whole,
// so that a body that breaks off is retried like any broken connection, and logs
// what happened.
type transport struct {
	base interface {
		http.RoundTripper
		CloseIdleConnections()
	}
	limiter   *rate.Limiter
	userAgent string
	log       *slog.Logger
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	progress := progressOf(ctx)
	progress.waitFor("the rate limit (requests_per_second)")
	if err := t.limiter.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errNoTurn
	}

	req = req.Clone(ctx)
	req.Header.Set("User-Agent", t.userAgent)
	// With GetBody, net/http would repeat the request by itself, uncounted, as
	// long as it meets kept connections that break.
	req.GetBody = nil
	number := progress.begin()
	start := time.Now()
	resp, err := t.base.RoundTrip(req)
	var body []byte
	if err == nil {
		if _, err := resp.Location(); err != nil {
			// net/http would refuse the reply, in words that quote the header.
			resp.Header.Del("Location")
		}
		progress.waitFor(fmt.Sprintf("the rest of the reply to attempt %d (HTTP %d)", number, resp.StatusCode))
		body, err = readBody(ctx, resp)
	}
	event := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("path", progress.path),
		slog.Int("attempt", number),
		slog.Int64("duration_ms", time.Since(start).Milliseconds()),
	}
	if err != nil {
		kind, _ := networkError(err)
		t.log.LogAttrs(ctx, slog.LevelWarn, "AICC request failed", append(event, slog.String("failure", kind.String()))...)
		if ctx.Err() == nil {
			progress.failed(kind.String())
			// What broke this connection may have broken those kept beside it.
			t.base.CloseIdleConnections()
		}
		return nil, err
	}
	t.log.LogAttrs(ctx, slog.LevelDebug, "AICC request", append(event,
		slog.Int("status", resp.StatusCode), slog.Int("bytes", len(body)))...)
	progress.answered(resp.StatusCode, body)
	// net/http fails on a Location that is no URL, and quotes it, before it asks
	// noRedirect.
	if _, err := req.URL.Parse(resp.Header.Get("Location")); err != nil {
		resp.Header.Del("Location")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// readBody reads a reply to its end and closes it. Of a reply whose status is no
// success it takes what it can get until ctx ends, since the status alone says
// enough.
func readBody(ctx context.Context, resp *http.Response) ([]byte, error) {
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= 300 {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
		return body, ctx.Err()
	}
	var body bytes.Buffer
	// With room for MinRead more, the end is found without growing.
	body.Grow(int(min(resp.ContentLength, maxBody)) + bytes.MinRead)
	_, err := body.ReadFrom(io.LimitReader(resp.Body, maxBody+1))
	if err == nil && body.Len() > maxBody {
		err = errTooLarge
	}
	return body.Bytes(), err
}
