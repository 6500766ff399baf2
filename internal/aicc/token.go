// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"net/http"
	"net/url"
	"sync"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
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
	config   clientcredentials.Config
	http     *http.Client
	redactor *redactor
	flight   singleflight.Group

	mu      sync.Mutex
	current *oauth2.Token
}

func newCredentials(config Config, retrier *retryablehttp.Client, redactor *redactor) *credentials {
	return &credentials{
		config: clientcredentials.Config{
			ClientID:     config.ClientID,
			ClientSecret: config.ClientSecret,
			TokenURL:     config.BaseURL.JoinPath(tokenPath).String(),
			AuthStyle:    oauth2.AuthStyleInParams,
		},
		http: &http.Client{
			Transport:     tokenReply{&retryablehttp.RoundTripper{Client: retrier}},
			CheckRedirect: noRedirect,
		},
		redactor: redactor,
	}
}

// tokenReply tells oauth2 that the reply is JSON: it chooses how to parse by the
// Content-Type, and the one that AICC sends is broken.
type tokenReply struct{ next http.RoundTripper }

func (t tokenReply) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		resp.Header.Set("Content-Type", "application/json")
	}
	return resp, err
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

func (c *credentials) fetch(ctx context.Context) (string, error) {
	return share(ctx, &c.flight, tokenPath, func() (string, error) {
		ctx, progress := withProgress(ctx, tokenPath)
		got, err := c.config.Token(context.WithValue(ctx, oauth2.HTTPClient, c.http))
		if err != nil {
			return "", &tokenError{err, progress.snapshot()}
		}
		access, err := ParseToken(got.AccessToken)
		if err != nil {
			return "", &tokenError{unreadableError("a token that no header can carry"), progress.snapshot()}
		}
		got.AccessToken = access
		c.redactor.hide(access)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.current = got
		return access, nil
	})
}

// tokenError is the failure of a request for a token, and how far it came.
type tokenError struct {
	error
	progress snapshot
}

func (e *tokenError) Unwrap() error { return e.error }

// share runs do once for all callers with the same key who ask at the same
// moment. Each caller leaves when its own context ends; when the context of the
// one whose do runs ends, the others start anew.
func share[T any](ctx context.Context, flight *singleflight.Group, key string, do func() (T, error)) (T, error) {
	var none T
	for {
		mine := false
		flown := flight.DoChan(key, func() (any, error) {
			mine = true
			return do()
		})
		select {
		case <-ctx.Done():
			return none, ctx.Err()
		case landed := <-flown:
			if landed.Err == nil {
				return landed.Val.(T), nil
			}
			if mine || ctx.Err() != nil || !isContextError(landed.Err) {
				return none, landed.Err
			}
		}
	}
}

// redirectHost returns the host that a Location points to, or "" if it points
// nowhere.
func redirectHost(from *url.URL, location string) string {
	to, err := from.Parse(location)
	if err != nil || location == "" {
		return ""
	}
	return to.Host
}
