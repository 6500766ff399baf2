// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package aicc reads cases from AICC, Huawei Cloud's contact centre. It knows
// what the API looks like on the wire and nothing of Terraform.
package aicc

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// Client reads cases. It is safe for concurrent use.
type Client struct {
	config Config
	sender *sender
	tokens tokenSource
	// slots bound the calls that run side by side, and batch has one read of many cases
	// send its requests before the next.
	slots, batch *semaphore.Weighted
	// cases are kept by query, and the IDs of cases by their whole number.
	cases cache[*Case]
	ids   cache[string]
}

// New returns a client. It sends nothing: a token is fetched with the first case. The
// error is a phrase that says what is wrong with the configuration, without its values.
func New(config Config) (*Client, error) {
	config, err := config.checked()
	if err != nil {
		return nil, err
	}
	c := &Client{
		config: config,
		sender: newSender(config),
		tokens: fixedToken(config.Token),
		slots:  semaphore.NewWeighted(int64(config.MaxConcurrency)),
		batch:  semaphore.NewWeighted(1),
	}
	if config.Token == "" {
		c.tokens = newCredentials(c.sender)
	}
	return c, nil
}

// Case returns the case that q names, from memory if this client read it
// before. Callers who ask for the same case at the same moment share one request.
// The error is an [*Error].
func (c *Client) Case(ctx context.Context, q Query) (*Case, error) { return c.read(ctx, q, false) }

// FreshCase asks AICC for the case that q names, whether or not it was read
// before, and refuses what a cache in between answers. The error is an [*Error].
func (c *Client) FreshCase(ctx context.Context, q Query) (*Case, error) { return c.read(ctx, q, true) }

// WeakKey returns, once, what is weak about the key of a certificate with which the site
// has answered: a phrase, or "".
func (c *Client) WeakKey() string { return c.sender.weakKey.take() }

// Search returns the IDs of the cases that s selects, in AICC's order; where AICC
// has to be asked for one period after another, those created earlier come first.
// It returns all of them or an error, which is an [*Error].
func (c *Client) Search(ctx context.Context, s Search) ([]string, error) {
	return c.list(ctx, s, false, false)
}
