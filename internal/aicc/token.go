// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

// tokenPath is where AICC gives out tokens, on the same site as the cases.
const tokenPath = "/baas/auth/v1.0/oauth2/token"

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

// credentials fetch a token when it is first needed and again before it expires,
// once for all who wait for it.
type credentials struct {
	site     *url.URL
	config   clientcredentials.Config
	http     *http.Client
	redactor *redactor
	callers  singleflight.Group

	mu      sync.Mutex
	current *oauth2.Token
	// refused is how AICC refused the client, and when.
	refused   *Error
	refusedAt time.Time
}

// refusalTime is how long a refused client is not tried again, so that all who read
// at the same time hear of it at once.
const refusalTime = time.Minute

func newCredentials(config Config, retrier *retryablehttp.Client, redactor *redactor, parsing *semaphore.Weighted) *credentials {
	return &credentials{
		site: config.BaseURL,
		config: clientcredentials.Config{
			ClientID:     config.ClientID,
			ClientSecret: config.ClientSecret,
			TokenURL:     config.BaseURL.JoinPath(tokenPath).String(),
			AuthStyle:    oauth2.AuthStyleInParams,
		},
		http: &http.Client{
			Transport:     tokenReply{&retryablehttp.RoundTripper{Client: retrier}, parsing},
			CheckRedirect: noRedirect,
		},
		redactor: redactor,
	}
}

// tokenReply hands oauth2 a reply in the one form that it reads: it goes by the
// Content-Type, and the one that AICC sends is broken; and it takes a lifetime in
// whole seconds only.
type tokenReply struct {
	base    http.RoundTripper
	parsing *semaphore.Weighted
}

func (t tokenReply) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Header.Set("Content-Type", "application/json")
	if !succeeded(resp.StatusCode) {
		return resp, nil
	}
	_ = resp.Body.Close()
	progress := progressOf(req.Context())
	body := progress.lastReply().body
	size := int64(len(body))
	// A token that is here is kept for others, even where its reader leaves now.
	_ = t.parsing.Acquire(context.WithoutCancel(req.Context()), size)
	defer t.parsing.Release(size)
	object, err := openObject(body)
	if err != nil {
		return nil, err
	}
	progress.said(envelopeIn(object))
	plain, err := plainToken(object)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(plain))
	return resp, nil
}

// plainToken takes a token out of a reply, with each value in any JSON type, and
// writes it as RFC 6749 has it. Its error is an [*Error].
func plainToken(object jsonObject) ([]byte, error) {
	plain := map[string]any{}
	for _, key := range []string{"access_token", "token_type", "error", "error_description"} {
		if text := textOf(object[key]); text != nil {
			plain[key] = *text
		}
	}
	if token, _ := plain["access_token"].(string); token == "" && plain["error"] == nil {
		return nil, unreadable("JSON without an access_token")
	}
	seconds, ok := lifetime(object["expires_in"])
	if !ok {
		return nil, unreadable("JSON whose expires_in is not a number of seconds")
	}
	plain["expires_in"] = seconds
	// A map of strings and numbers always marshals.
	body, _ := json.Marshal(plain)
	return body, nil
}

// lifetime reads the lifetime of a token in seconds: a number, also as a string, or
// a duration such as "2h". It returns 0 if AICC names none: then the token is used
// until AICC refuses it.
func lifetime(raw any) (seconds int64, ok bool) {
	const longest = 10 * 365 * 24 * 60 * 60
	text := textOf(raw)
	if text == nil || strings.TrimSpace(*text) == "" {
		return 0, true
	}
	number, err := strconv.ParseFloat(strings.TrimSpace(*text), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		duration, err := time.ParseDuration(strings.TrimSpace(*text))
		if err != nil {
			return 0, false
		}
		number = duration.Seconds()
	}
	switch {
	case math.IsNaN(number):
		return 0, false
	case number <= 0:
		return 0, true
	default:
		return int64(math.Ceil(min(number, longest))), true
	}
}

func (c *credentials) token(ctx context.Context) (string, error) {
	if current := c.cached(); current.Valid() {
		return current.AccessToken, nil
	}
	return c.fetch(ctx)
}

func (c *credentials) renew(ctx context.Context, stale string) (string, bool, error) {
	if current := c.cached(); current.Valid() && current.AccessToken != stale {
		return current.AccessToken, true, nil
	}
	token, err := c.fetch(ctx)
	return token, true, err
}

func (c *credentials) cached() *oauth2.Token {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

// fetch asks for a token, unless AICC refused the client a moment ago. A token that
// arrives in the moment in which the caller's context ends is kept for the others.
// Its error is an [*Error], or that of ctx.
func (c *credentials) fetch(ctx context.Context) (string, error) {
	return share(ctx, &c.callers, tokenPath, func() (string, error) {
		if refused := c.refusal(); refused != nil {
			return "", refused
		}
		ctx, progress := withProgress(ctx, tokenPath)
		got, err := c.config.Token(context.WithValue(ctx, oauth2.HTTPClient, c.http))
		if err == nil {
			got.AccessToken, err = usable(got.AccessToken)
		} else {
			err = c.explained(err)
		}
		if err != nil {
			failure := progress.failure(ctx, err, "", c.redactor)
			c.remember(failure)
			return "", failure
		}
		c.redactor.add(got.AccessToken)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.current, c.refused = got, nil
		return got.AccessToken, nil
	})
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

func usable(token string) (string, error) {
	parsed, err := ParseToken(token)
	if err != nil {
		return "", unreadable("a token that no header can carry")
	}
	return parsed, nil
}

// explained says what an error of oauth2 means. An error of the network stays as it
// is.
func (c *credentials) explained(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return err
	}
	failure := reply{status: refused.Response.StatusCode, header: refused.Response.Header, body: refused.Body}.failure(c.site, c.redactor)
	switch {
	case failure == nil:
		failure = &Error{Kind: TokenRefused}
	case !slices.Contains([]Kind{
		Redirected, Throttled, ServerFailed, ProxyRefused, CertificateRequired, CertificateRefused, Blocked,
	}, failure.Kind):
		failure.Kind = TokenRefused
	}
	failure.Message = strings.Trim(refused.ErrorCode+": "+refused.ErrorDescription, ": ")
	return failure
}
