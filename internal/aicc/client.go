// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package aicc reads cases from AICC, Huawei Cloud's contact centre. It knows
// what the API looks like on the wire and nothing of Terraform.
package aicc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

// casePath is followed by the ID of a case.
const casePath = "/service/AICC__Case/1.0.0/openapi/case/"

// Client reads cases. It is safe for concurrent use.
type Client struct {
	config   Config
	retrier  *retryablehttp.Client
	tokens   tokenSource
	redactor *redactor
	slots    *semaphore.Weighted
	turns    *semaphore.Weighted
	// parsing bounds the bytes of the replies that are parsed at the same time: a
	// tree takes ten to thirty times its JSON.
	parsing *semaphore.Weighted
	readers singleflight.Group
	cache   cache
}

// New returns a client. It sends nothing: a token is fetched with the first case.
func New(config Config) *Client {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		config:   config,
		retrier:  newRetrier(config),
		redactor: new(redactor),
		slots:    semaphore.NewWeighted(int64(config.MaxConcurrency)),
		turns:    semaphore.NewWeighted(1),
		parsing:  semaphore.NewWeighted(maxBody),
	}
	c.redactor.add(config.Token)
	c.redactor.add(config.ClientSecret)
	for _, value := range config.Headers {
		c.redactor.add(value)
	}
	c.tokens = fixedToken(config.Token)
	if config.Token == "" {
		c.tokens = newCredentials(config, c.retrier, c.redactor, c.parsing)
	}
	return c
}

// Query names a case, by ID or by CaseNo.
type Query struct {
	// ID is the ID of the case.
	ID string
	// CaseNo is the number of the case, with or without its leading zeros.
	CaseNo string
	// TemplateFields are appended to the body of the request: extension fields of
	// the case type's template. What they change in a reply is not documented.
	TemplateFields map[string]*string
}

// body is the JSON that goes with the request: a GET with a body, as the API page
// has it. Equal queries have equal bodies.
func (q Query) body() []byte {
	fields := map[string]*string{}
	maps.Copy(fields, q.TemplateFields)
	fields["id"] = &q.ID
	// A map of strings always marshals.
	body, _ := json.Marshal(fields)
	return body
}

// key is the same for queries that ask for the same in the same way.
func (q Query) key() string { return q.CaseNo + string(q.body()) }

// check refuses a query that must not be sent.
func (q Query) check() error {
	if err := CheckCaseID(q.ID); err != nil {
		return &Error{Kind: Invalid, Detail: err.Error()}
	}
	for key := range q.TemplateFields {
		if err := CheckTemplateField(key); err != nil {
			return &Error{Kind: Invalid, Detail: fmt.Sprintf("template field %q: %v", key, err)}
		}
	}
	return nil
}

// Case returns the case that q names, from the cache if this client read it
// before. Callers who ask for the same case at the same moment share one request.
// The error is an [*Error].
func (c *Client) Case(ctx context.Context, q Query) (*Case, error) {
	key := q.key()
	if known := c.cache.get(key); known != nil {
		return known, nil
	}
	ctx, progress := withProgress(ctx, casePath+"{id}")
	progress.waitFor("another read of the same case")
	got, err := share(ctx, &c.readers, key, func() (*Case, error) {
		// Another reader may have finished since.
		if known := c.cache.get(key); known != nil {
			return known, nil
		}
		got, err := c.read(ctx, q, c.Case)
		if err != nil {
			return nil, err
		}
		c.cache.put(key, got)
		return got, nil
	})
	var finished *Error
	if err != nil && !errors.As(err, &finished) {
		return nil, c.failure(ctx, err, q)
	}
	return got, err
}

// FreshCase asks AICC for the case that q names, whether or not it was read
// before, and refuses what a cache in between answers. The error is an [*Error].
func (c *Client) FreshCase(ctx context.Context, q Query) (*Case, error) {
	ctx, progress := withProgress(ctx, casePath+"{id}")
	progress.fresh = true
	return c.read(ctx, q, c.FreshCase)
}

// read asks AICC for a case and finishes the error. What it finds by number it
// reads with byID. A complete answer loses to a context that has ended.
func (c *Client) read(ctx context.Context, q Query, byID func(context.Context, Query) (*Case, error)) (*Case, error) {
	ask := c.ask
	if q.CaseNo != "" {
		ask = func(ctx context.Context, q Query) (*Case, error) { return c.askByNumber(ctx, q, byID) }
	}
	got, err := ask(ctx, q)
	if err != nil || ctx.Err() != nil {
		return nil, c.failure(ctx, err, q)
	}
	return got, nil
}

// failure finishes the error of a read.
func (c *Client) failure(ctx context.Context, err error, q Query) *Error {
	failure := progressOf(ctx).failure(ctx, err, q.ID, c.redactor)
	failure.CaseNo = c.redactor.sanitize(q.CaseNo, codeLimit)
	return failure
}

func (c *Client) ask(ctx context.Context, q Query) (*Case, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	answer, err := c.call(ctx, http.MethodGet, casePath+q.ID, q.body())
	if err != nil {
		return nil, err
	}
	got, err := parse(ctx, c, answer, c.config.NotFoundCodes, func(result any) (*Case, error) {
		return decoder{zone: c.config.TimeZone}.result(result, q.ID)
	})
	switch {
	case err != nil:
		return nil, err
	case got.ID == nil:
		return nil, &Error{Kind: Foreign, Detail: "a case without an ID"}
	case *got.ID != q.ID:
		return nil, &Error{Kind: Foreign, Detail: "case " + *got.ID}
	}
	return got, nil
}

// parse opens a reply and decodes its result, as soon as other replies leave room
// for it.
func parse[T any](ctx context.Context, c *Client, r reply, notFound []string, decode func(result any) (T, error)) (T, error) {
	var none T
	if succeeded(r.status) {
		progress := progressOf(ctx)
		size := int64(len(r.body))
		if !c.parsing.TryAcquire(size) {
			progress.waitFor("other large replies to be parsed")
			if err := c.parsing.Acquire(ctx, size); err != nil {
				return none, err
			}
		}
		defer c.parsing.Release(size)
		r.open()
		progress.said(r.envelope)
	}
	result, err := r.result(c.config.BaseURL, c.redactor, notFound)
	if err != nil {
		return none, err
	}
	return decode(result)
}

// call sends a request of the API as soon as a slot is free, and once more with a
// new token if AICC refused the old one.
func (c *Client) call(ctx context.Context, method, path string, body []byte) (reply, error) {
	progress := progressOf(ctx)
	progress.waitFor("a free slot (max_concurrency)")
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return reply{}, err
	}
	defer c.slots.Release(1)

	progress.waitFor("an access token")
	token, err := c.tokens.token(ctx)
	if err != nil {
		return reply{}, err
	}
	got, err := c.send(ctx, method, path, body, token)
	if err != nil || got.status != http.StatusUnauthorized {
		return got, err
	}
	progress.waitFor("a new access token, after AICC refused the old one with HTTP 401")
	another, ok, err := c.tokens.renew(ctx, token)
	if err != nil {
		return reply{}, err
	}
	if !ok {
		return got, nil
	}
	got, err = c.send(ctx, method, path, body, another)
	got.renewed = true
	return got, err
}

// send sends a request with a token, and again where that may help.
func (c *Client) send(ctx context.Context, method, path string, body []byte, token string) (reply, error) {
	req, err := retryablehttp.NewRequestWithContext(ctx, method, c.config.BaseURL.JoinPath(path).String(), body)
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("access-token", token)
	resp, err := c.retrier.Do(req)
	if err != nil {
		return reply{}, err
	}
	_ = resp.Body.Close()
	return progressOf(ctx).lastReply(), nil
}
