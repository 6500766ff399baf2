// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

const (
	// maxBody is how much of a reply is read, counted after decompression.
	maxBody = 8 << 20
	// maxErrorBody is how much is read of a reply whose status says that it
	// holds no case.
	maxErrorBody = 64 << 10
	// errorBodyTime is how long the body of such a reply is waited for. The status
	// counts without it.
	errorBodyTime = 2 * time.Second
	// firstWait is the pause before the first retry; it doubles each time.
	firstWait = 500 * time.Millisecond
	// maxWait caps every pause, also one that Retry-After asks for.
	maxWait = 30 * time.Second
)

var (
	errTooLarge = errors.New("more than 8 MiB after decompression")
	// errNoTurn means that requests_per_second leaves no turn before the deadline.
	errNoTurn = errors.New("no turn before the deadline")
)

// newRetrier builds the stack that every request goes through: retries around
// single attempts.
func newRetrier(config Config) *retryablehttp.Client {
	limit := rate.Inf
	if config.RequestsPerSecond > 0 {
		limit = rate.Limit(config.RequestsPerSecond)
	}
	single := &transport{
		limiter:   rate.NewLimiter(limit, 1),
		headers:   config.Headers,
		userAgent: config.UserAgent,
		certified: config.Certificate != nil,
		log:       config.Logger,
	}
	single.base = newConnections(config, &single.demanded)
	return &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: single, CheckRedirect: noRedirect},
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
		case err == nil && (!passes(resp.StatusCode) || progressOf(ctx).lastReply().says(notFound)):
			return false, nil
		case ctx.Err() != nil:
			return false, ctx.Err()
		case errors.Is(err, errNoTurn):
			return false, err
		case err != nil:
			if kind, _ := networkError(err); kind != Interrupted && kind != Unreachable {
				return false, err
			}
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
		abandon()
	}
	limiter   *rate.Limiter
	headers   map[string]string
	userAgent string
	// certified says that there is a client certificate, and demanded that the
	// server asked for one.
	certified bool
	demanded  atomic.Bool
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
	number := progress.begin()
	start := time.Now()
	resp, body, err := t.exchange(req, func(status int) {
		progress.waitFor(fmt.Sprintf("the rest of the reply to attempt %d (HTTP %d)", number, status))
	})
	event := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("path", progress.path),
		slog.Int("attempt", number),
		slog.Int64("duration_ms", time.Since(start).Milliseconds()),
	}
	if err != nil {
		err = t.explained(err)
		kind, _ := networkError(err)
		t.log.LogAttrs(ctx, slog.LevelWarn, "AICC request failed", append(event, slog.String("failure", kind.String()))...)
		if ctx.Err() == nil {
			progress.failed(kind.String())
		}
		if !errors.Is(ctx.Err(), context.Canceled) {
			// What broke this connection, or kept it silent, may do so to those beside it.
			t.base.abandon()
		}
		return nil, err
	}
	event = append(event, slog.Int("status", resp.StatusCode), slog.Int("bytes", len(body)))
	level := slog.LevelDebug
	cached := fromCache(resp.Header)
	if cached != "" {
		level, event = slog.LevelWarn, append(event, slog.Bool("cached", true))
	}
	t.log.LogAttrs(ctx, level, "AICC request", event...)
	answer := reply{status: resp.StatusCode, header: resp.Header, body: body}
	if !succeeded(answer.status) {
		answer.open()
	}
	progress.answered(answer)
	if cached != "" && progress.fresh {
		return nil, &Error{Kind: Cached, Detail: cached}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// exchange sends a request and reads the reply to it. Arrived is called in between
// with the status.
func (t *transport) exchange(original *http.Request, arrived func(status int)) (*http.Response, []byte, error) {
	ctx, cancel := context.WithCancel(original.Context())
	defer cancel()
	req := original.Clone(ctx)
	for name, value := range t.headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("User-Agent", t.userAgent)
	// A cache in between would hand out one tenant's cases for any token.
	req.Header.Set("Cache-Control", "no-cache, no-store")
	req.Header.Set("Pragma", "no-cache")
	// With GetBody, net/http would repeat the request by itself, uncounted, as
	// long as it meets kept connections that break.
	req.GetBody = nil
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	if _, err := resp.Location(); err != nil {
		// Before it asks noRedirect, net/http would refuse a Location that is not a URL,
		// in words that quote it.
		resp.Header.Del("Location")
	}
	arrived(resp.StatusCode)
	if !succeeded(resp.StatusCode) {
		defer time.AfterFunc(errorBodyTime, cancel).Stop()
	}
	body, err := readBody(original.Context(), resp)
	return resp, body, err
}

// readBody reads a reply to its end and closes it. Of a reply whose status is no
// success it takes what it can get, since the status alone says enough.
func readBody(ctx context.Context, resp *http.Response) ([]byte, error) {
	defer func() { _ = resp.Body.Close() }()
	if !succeeded(resp.StatusCode) {
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

// explained says of a failed handshake what only this side knows: whether the
// server asked for a certificate that is not there.
func (t *transport) explained(err error) error {
	kind, detail := networkError(err)
	if t.demanded.Load() && !t.certified && (kind == CertificateRefused || alertIn(err, alertHandshakeFailure) != nil) {
		return &Error{Kind: CertificateRequired, Detail: detail}
	}
	return err
}

// fromCache returns what in the header of a reply says that a cache in between
// gave it, or "".
func fromCache(header http.Header) string {
	if age, err := strconv.ParseUint(strings.TrimSpace(header.Get("Age")), 10, 64); err == nil && age > 0 {
		return fmt.Sprintf("Age: %d", age)
	}
	for _, name := range []string{"X-Cache", "X-Cache-Status"} {
		for _, value := range header.Values(name) {
			if strings.Contains(strings.ToUpper(value), "HIT") {
				return name + ": HIT"
			}
		}
	}
	return ""
}
