// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// tokenSource says where the access-token header comes from.
type tokenSource interface {
	// token returns the token to use now.
	token(ctx context.Context) (string, error)
	// renew returns another token than the stale one that AICC refused, or
	// false if there is no other.
	renew(ctx context.Context, stale string) (string, bool, error)
}

// fixedToken is a token that the user configured.
type fixedToken string

func (f fixedToken) token(context.Context) (string, error) { return string(f), nil }

func (f fixedToken) renew(context.Context, string) (string, bool, error) { return "", false, nil }

const (
	// refusalTime is how long a refused client is not tried again, and a refused new token
	// not replaced, so that all who read at the same time hear of it at once.
	refusalTime = time.Minute
	// expiryMargin is how long before its end a token is not used any more, or half its
	// life if that is less.
	expiryMargin = 10 * time.Second
)

// credentials fetch a token when it is first needed and again before it expires,
// once for all who wait for it.
type credentials struct {
	sender  *sender
	form    url.Values
	callers singleflight.Group

	mu      sync.Mutex
	current accessToken
	// refused is how AICC refused the client, and when.
	refused   *Error
	refusedAt time.Time
	// renewedAt is when a token was last replaced that AICC had refused.
	renewedAt time.Time
}

// accessToken is a token and until when it is used; the zero time is for ever.
type accessToken struct {
	value string
	until time.Time
}

func (t accessToken) isValid() bool {
	return t.value != "" && (t.until.IsZero() || time.Now().Before(t.until))
}

func newCredentials(sender *sender) *credentials {
	return &credentials{sender: sender, form: url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {sender.config.ClientID},
		"client_secret": {sender.config.ClientSecret},
	}}
}

func (c *credentials) token(ctx context.Context) (string, error) { return c.fetch(ctx, "") }

// renew replaces a refused token once a minute at most: where AICC refuses each new
// one, every case of a run would ask for another.
func (c *credentials) renew(ctx context.Context, stale string) (string, bool, error) {
	if c.mayNotReplace(stale) {
		return "", false, nil
	}
	token, err := c.fetch(ctx, stale)
	return token, true, err
}

func (c *credentials) mayNotReplace(stale string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current.value == stale && time.Since(c.renewedAt) <= refusalTime
}

// known returns the token that was fetched last, unless its time is over or it is the
// stale one.
func (c *credentials) known(stale string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current.value, c.current.isValid() && c.current.value != stale
}

// fetch returns the token that is known or, if that is the stale one or its time is
// over, asks for another, unless AICC refused the client a moment ago. A token that
// arrives in the moment in which the caller's context ends is kept for the others.
// Its error is an [*Error], or that of ctx.
func (c *credentials) fetch(ctx context.Context, stale string) (string, error) {
	if known, ok := c.known(stale); ok {
		return known, nil
	}
	return share(ctx, &c.callers, stale, func() (string, error) {
		// Another caller may have finished since.
		if known, ok := c.known(stale); ok {
			return known, nil
		}
		if refused := c.refusal(); refused != nil {
			return "", refused
		}
		r := request{operation: FetchToken, body: []byte(c.form.Encode()), progress: new(progress)}
		answer, err := c.sender.send(ctx, r)
		var got accessToken
		if err == nil {
			got, err = c.read(ctx, r, &answer)
		}
		if err != nil {
			failure := c.sender.failure(ctx, r, err)
			c.remember(failure)
			return "", failure
		}
		c.sender.redactor.addToken(got.value)
		c.sender.credentials.addToken(got.value)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.current, c.refused = got, nil
		if stale != "" {
			c.renewedAt = time.Now()
		}
		return got.value, nil
	})
}

// read takes a token out of a reply, each value in any JSON type: the one that AICC
// sends is broken in its Content-Type at the least. Its error is an [*Error].
func (c *credentials) read(ctx context.Context, r request, answer *reply) (accessToken, error) {
	// A token that is here is kept for others, even where its reader leaves now.
	release, err := c.sender.open(context.WithoutCancel(ctx), r, answer)
	if err != nil {
		return accessToken{}, err
	}
	defer release()
	text := func(key string) string {
		if value := textOf(answer.object[key]); value != nil {
			return *value
		}
		return ""
	}
	if refusal := text("error"); !succeeded(answer.status) || refusal != "" {
		return accessToken{}, c.refusalIn(*answer, strings.Trim(refusal+": "+text("error_description"), ": "))
	}
	lifetime, ok := lifetimeOf(answer.object["expires_in"])
	value, unusable := headerToken(text("access_token"))
	switch {
	case answer.broken != nil:
		return accessToken{}, answer.broken
	case text("access_token") == "":
		return accessToken{}, unreadable("JSON without an access_token")
	case !ok:
		return accessToken{}, unreadable("JSON whose expires_in is not a number of seconds")
	case unusable != nil:
		return accessToken{}, unreadable("a token that no header can carry")
	case lifetime == 0:
		return accessToken{value: value}, nil
	}
	return accessToken{value, time.Now().Add(lifetime - min(expiryMargin, lifetime/2))}, nil
}

// refusalIn says what a reply means that holds no token, in AICC's words.
func (c *credentials) refusalIn(answer reply, words string) *Error {
	failure := answer.failure(c.sender.config.BaseURL, c.sender.redactor)
	switch {
	case failure == nil:
		failure = &Error{Kind: TokenRefused}
	case !slices.Contains([]Kind{
		Redirected, Throttled, ServerFailed, ProxyRefused, CertificateRequired, CertificateRefused, Blocked,
	}, failure.Kind):
		failure.Kind = TokenRefused
	}
	failure.Message = words
	return failure
}

// lifetimeOf reads the lifetime of a token: seconds as a number, also as a string, or
// a duration such as "2h". It returns 0 if AICC names none: then the token is used
// until AICC refuses it.
func lifetimeOf(raw any) (lifetime time.Duration, ok bool) {
	const longest = 10 * 365 * 24 * 60 * 60
	text := textOf(raw)
	if text == nil || strings.TrimSpace(*text) == "" {
		return 0, true
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(*text), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		duration, err := time.ParseDuration(strings.TrimSpace(*text))
		if err != nil {
			return 0, false
		}
		seconds = duration.Seconds()
	}
	switch {
	case math.IsNaN(seconds):
		return 0, false
	case seconds <= 0:
		return 0, true
	default:
		return time.Duration(min(seconds, longest) * float64(time.Second)), true
	}
}

// refusal returns how AICC refused the client, if that was a moment ago.
func (c *credentials) refusal() *Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil || time.Since(c.refusedAt) > refusalTime {
		return nil
	}
	return c.refused
}

// remember keeps a failure that is a refusal. Any other may be over the next time.
func (c *credentials) remember(failure *Error) {
	if failure.Kind != TokenRefused {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused, c.refusedAt = failure, time.Now()
}
