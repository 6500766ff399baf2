// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
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
	site     *url.URL
	config   clientcredentials.Config
	http     *http.Client
	redactor *redactor
	callers  singleflight.Group

	mu      sync.Mutex
	current *oauth2.Token
}

func newCredentials(config Config, retrier *retryablehttp.Client, redactor *redactor) *credentials {
	return &credentials{
		site: config.BaseURL,
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
type tokenReply struct{ base http.RoundTripper }

func (t tokenReply) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(req)
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

// fetch asks for a token. A token that arrives in the moment in which the caller's
// context ends is kept for the others. Its error is an [*Error], or that of ctx.
func (c *credentials) fetch(ctx context.Context) (string, error) {
	return share(ctx, &c.callers, tokenPath, func() (string, error) {
		ctx, progress := withProgress(ctx, tokenPath)
		got, err := c.config.Token(context.WithValue(ctx, oauth2.HTTPClient, c.http))
		if err == nil {
			got.AccessToken, err = usable(got.AccessToken)
		} else {
			err = c.refusal(err, progress.lastBody())
		}
		if err != nil {
			return "", progress.failure(ctx, err, "", c.redactor)
		}
		c.redactor.add(got.AccessToken)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.current = got
		return got.AccessToken, nil
	})
}

func usable(token string) (string, error) {
	parsed, err := ParseToken(token)
	if err != nil {
		return "", unreadable("a token that no header can carry")
	}
	return parsed, nil
}

// refusal says what an error of oauth2 means; body is that of the last reply. An
// error of the network stays as it is.
func (c *credentials) refusal(err error, body []byte) error {
	var network *url.Error
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &network):
		return err
	case !errors.As(err, &refused):
		if _, err := openEnvelope(body); err != nil {
			return err
		}
		return unreadable("JSON without an access_token")
	}
	failure := reply{status: refused.Response.StatusCode, header: refused.Response.Header, body: refused.Body}.failure(c.site, c.redactor)
	if failure == nil {
		failure = new(Error)
	}
	switch failure.Kind {
	case Redirected, Throttled, ServerFailed:
	default:
		failure.Kind = TokenRefused
	}
	failure.Message = strings.Trim(refused.ErrorCode+": "+refused.ErrorDescription, ": ")
	return failure
}
