// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package aicc reads cases from AICC, Huawei Cloud's contact centre. It knows
// what the API looks like on the wire and nothing of Terraform.
package aicc

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

const (
	// casePath is followed by the id of a case.
	casePath = "/service/AICC__Case/1.0.0/openapi/case/"
	// resCodeOK is the resCode of a success.
	resCodeOK = "0"

	// DefaultTimeZone is the zone of AICC's clock where none is configured: the
	// only documented site is the Chinese one, and no page names a zone.
	DefaultTimeZone = "Asia/Shanghai"
	// DefaultMaxRetries is how often a request is repeated where nothing else is
	// configured.
	DefaultMaxRetries = 4
	// DefaultMaxConcurrency is how many cases are read side by side where nothing
	// else is configured.
	DefaultMaxConcurrency = 16
)

// Config is what a Client needs to know. BaseURL, TimeZone, MaxConcurrency and
// either Token or ClientID with ClientSecret are required.
type Config struct {
	// BaseURL is the scheme and host of the site, from [ParseDomain].
	BaseURL *url.URL
	// Token is the access token, from [ParseToken].
	Token string
	// ClientID and ClientSecret fetch a token where Token is empty.
	ClientID, ClientSecret string
	// TimeZone is the zone of AICC's clock.
	TimeZone *time.Location
	// MaxRetries is how often a request is repeated after a broken connection or
	// HTTP 429, 500, 502, 503 or 504.
	MaxRetries int
	// RequestsPerSecond limits all requests together; 0 is no limit.
	RequestsPerSecond float64
	// MaxConcurrency is how many cases are read side by side.
	MaxConcurrency int
	// RootCAs are the certificate authorities to trust, from
	// [ParseCertificates]; nil means those of the system.
	RootCAs *x509.CertPool
	// UserAgent is sent with every request.
	UserAgent string
	// Logger receives one event a request; nil discards them.
	Logger *slog.Logger
	// DialContext replaces the network where it is set.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client reads cases. It is safe for concurrent use.
type Client struct {
	config   Config
	retrier  *retryablehttp.Client
	tokens   tokenSource
	redactor *redactor
	slots    *semaphore.Weighted
	flight   singleflight.Group

	mu     sync.Mutex
	memory map[string]*Case
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
		memory:   map[string]*Case{},
	}
	c.redactor.hide(config.Token)
	c.redactor.hide(config.ClientSecret)
	c.tokens = fixedToken(config.Token)
	if config.Token == "" {
		c.tokens = newCredentials(config, c.retrier, c.redactor)
	}
	return c
}

// Query names a case.
type Query struct {
	// ID is the id of the case.
	ID string
	// TemplateFields are appended to the body of the request: extension fields of
	// the case type's template. What they change in a reply is not documented.
	TemplateFields map[string]*string
}

// body is the JSON that goes with the request: a GET with a body, as the API page
// has it. Equal queries have equal bodies.
func (q Query) body() []byte {
	fields := map[string]*string{}
	for key, value := range q.TemplateFields {
		fields[key] = value
	}
	fields["id"] = &q.ID
	// A map of texts always marshals.
	body, _ := json.Marshal(fields)
	return body
}

// CheckTemplateField refuses a key of [Query.TemplateFields] that would take the
// place of the id, in whatever case it is written.
func CheckTemplateField(key string) error {
	if strings.EqualFold(key, "id") {
		return errors.New("it would take the place of the case's own id in the request")
	}
	return nil
}

// Case returns the case that q names, from memory if this client read it before.
// Callers who ask for the same case at the same moment share one request. The
// error is an [*Error].
func (c *Client) Case(ctx context.Context, q Query) (*Case, error) {
	key := string(q.body())
	c.mu.Lock()
	known, ok := c.memory[key]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	ctx, progress := withProgress(ctx, casePath+"{id}")
	progress.waitFor("another read of the same case")
	got, err := share(ctx, &c.flight, key, func() (*Case, error) {
		got, err := c.read(ctx, q)
		if err != nil {
			return nil, c.explain(ctx, q, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.memory[key] = got
		return got, nil
	})
	var explained *Error
	if err != nil && !errors.As(err, &explained) {
		return nil, c.explain(ctx, q, err)
	}
	return got, err
}

// FreshCase asks AICC for the case that q names, whether or not it was read
// before. The error is an [*Error].
func (c *Client) FreshCase(ctx context.Context, q Query) (*Case, error) {
	ctx, _ = withProgress(ctx, casePath+"{id}")
	got, err := c.read(ctx, q)
	if err != nil {
		return nil, c.explain(ctx, q, err)
	}
	return got, nil
}

// Cases is the outcome of reading many cases.
type Cases struct {
	// Found holds the cases that AICC returned, by id.
	Found map[string]*Case
	// Missing holds, by id, why AICC answered without a case.
	Missing map[string]*Error
	// Failed holds the failures that leave open whether a case exists, in the
	// order of the ids.
	Failed []Failure
	// Skipped counts the ids that were not asked about, because a failure
	// concerned them all.
	Skipped int
}

// Failure is the failure to read the id at Index.
type Failure struct {
	Index int
	*Error
}

// Cases reads many cases side by side; an id that occurs twice is read once. It
// stops early after a failure that concerns all of them.
func (c *Client) Cases(ctx context.Context, ids []string, templateFields map[string]*string) Cases {
	type answer struct {
		index int
		found *Case
		err   error
	}
	answers := make([]*answer, 0, len(ids))
	seen := map[string]bool{}
	var stop atomic.Bool
	var group errgroup.Group
	group.SetLimit(c.config.MaxConcurrency)
	for index, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		a := &answer{index: index}
		answers = append(answers, a)
		group.Go(func() error {
			if stop.Load() {
				return nil
			}
			a.found, a.err = c.Case(ctx, Query{ID: id, TemplateFields: templateFields})
			if failure := new(Error); errors.As(a.err, &failure) && failure.Kind.ConcernsAll() {
				stop.Store(true)
			}
			return nil
		})
	}
	_ = group.Wait()

	outcome := Cases{Found: map[string]*Case{}, Missing: map[string]*Error{}}
	for _, a := range answers {
		failure := new(Error)
		switch {
		case a.found != nil:
			outcome.Found[ids[a.index]] = a.found
		case !errors.As(a.err, &failure):
			outcome.Skipped++
		case failure.Kind == NotReturned:
			outcome.Missing[ids[a.index]] = failure
		default:
			outcome.Failed = append(outcome.Failed, Failure{a.index, failure})
		}
	}
	return outcome
}

// read sends the request for a case, and once more with a new token if AICC
// refused the old one.
func (c *Client) read(ctx context.Context, q Query) (*Case, error) {
	if err := CheckCaseID(q.ID); err != nil {
		return nil, &Error{Kind: Invalid, Detail: err.Error()}
	}
	for key := range q.TemplateFields {
		if err := CheckTemplateField(key); err != nil {
			return nil, &Error{Kind: Invalid, Detail: fmt.Sprintf("template field %q: %v", key, err)}
		}
	}
	progress := progressOf(ctx)
	progress.waitFor("a turn under max_concurrency")
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer c.slots.Release(1)

	progress.waitFor("an access token")
	token, err := c.tokens.token(ctx)
	if err != nil {
		return nil, err
	}
	reply, err := c.send(ctx, q, token)
	if err != nil {
		return nil, err
	}
	if reply.status == http.StatusUnauthorized {
		progress.waitFor("a new access token, after AICC refused the old one with HTTP 401")
		another, ok, err := c.tokens.renew(ctx, token)
		if err != nil {
			return nil, err
		}
		if ok {
			if reply, err = c.send(ctx, q, another); err != nil {
				return nil, err
			}
		}
	}
	return c.open(reply, q)
}

// reply is an answer of AICC, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// send requests a case, with retries.
func (c *Client) send(ctx context.Context, q Query, token string) (reply, error) {
	address := c.config.BaseURL.JoinPath(casePath, q.ID).String()
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, address, q.body())
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
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, body}, err
}

// open takes the case out of a reply, or says why it cannot.
func (c *Client) open(r reply, q Query) (*Case, error) {
	if failure := c.statusError(r); failure != nil {
		return nil, failure
	}
	envelope, err := openEnvelope(r.body)
	if err != nil {
		return nil, &Error{Kind: Unreadable, Detail: err.Error()}
	}
	if *envelope.ResCode != resCodeOK {
		return nil, &Error{Kind: NotReturned}
	}
	got, err := decoder{c.config.TimeZone}.result(envelope.result, q.ID)
	var unreadable unreadableError
	switch {
	case errors.As(err, &unreadable):
		return nil, &Error{Kind: Unreadable, Detail: err.Error()}
	case err != nil:
		return nil, &Error{Kind: NotReturned, Detail: err.Error()}
	case got.ID == nil:
		return nil, &Error{Kind: Foreign, Detail: "a case without an id"}
	case *got.ID != q.ID:
		return nil, &Error{Kind: Foreign, Detail: "case " + *got.ID}
	}
	return got, nil
}

// statusError sorts a status that is no success. It returns nil for a success.
func (c *Client) statusError(r reply) *Error {
	const locationLimit = 2000
	var kind Kind
	var detail string
	switch status := r.status; {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		// A secret is hidden before the URL is parsed, since a / in it would tear it
		// apart.
		location := c.redactor.clean(r.header.Get("Location"), locationLimit)
		kind, detail = Redirected, redirectHost(c.config.BaseURL, location)
	case status == http.StatusUnauthorized:
		kind = Unauthorized
	case status == http.StatusForbidden:
		kind = Forbidden
	case status == http.StatusBadRequest, status == http.StatusNotFound, status == http.StatusGone,
		status == http.StatusUnprocessableEntity:
		kind = NotReturned
	case status == http.StatusTooManyRequests:
		kind = Throttled
	case status >= 500:
		kind = ServerFailed
	default:
		kind = UnexpectedStatus
	}
	if isPage(r.body) && kind != Redirected {
		detail = "the body is an HTML or XML page, not AICC's JSON"
	}
	return &Error{Kind: kind, Detail: detail}
}

// explain completes the failure of a read with what the progress in ctx knows,
// and cleans each of its texts.
func (c *Client) explain(ctx context.Context, q Query, err error) error {
	if err == nil {
		return nil
	}
	at := progressOf(ctx).snapshot()
	var (
		failure  *Error
		forToken *tokenError
		refused  *oauth2.RetrieveError
		shape    unreadableError
	)
	isToken := errors.As(err, &forToken)
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled):
		failure = &Error{Kind: Canceled, cause: context.Canceled, Detail: at.waiting}
	case ctx.Err() != nil, errors.Is(err, errNoTurn):
		failure = &Error{Kind: TimedOut, cause: context.DeadlineExceeded, Detail: at.waiting}
	case isToken && errors.As(err, &refused):
		failure = c.statusError(reply{refused.Response.StatusCode, refused.Response.Header, refused.Body})
		if failure == nil {
			failure = new(Error)
		}
		switch failure.Kind {
		case Redirected, Throttled, ServerFailed:
		default:
			failure.Kind = TokenRefused
		}
		failure.Message = strings.Trim(refused.ErrorCode+": "+refused.ErrorDescription, ": ")
	case errors.Is(err, errTooLarge):
		failure = &Error{Kind: TooLarge}
	case errors.As(err, &shape):
		failure = &Error{Kind: Unreadable, Detail: shape.Error()}
	case errors.As(err, &failure):
		shared := *failure
		failure = &shared
	case isToken && forToken.progress.status != 0:
		failure = &Error{Kind: Unreadable, Detail: "JSON without an access_token"}
		if _, err := openEnvelope(forToken.progress.body); err != nil {
			failure.Detail = err.Error()
		}
	default:
		failure = new(Error)
		failure.Kind, failure.Detail = networkError(err)
	}
	if isToken {
		at = forToken.progress
	}
	failure.CaseID = q.ID
	failure.ForToken = isToken
	failure.Attempts = at.sent
	failure.Status = at.status
	if envelope, err := openEnvelope(at.body); err == nil {
		failure.ResCode = *envelope.ResCode
		if envelope.ResMsg != nil && failure.Message == "" {
			failure.Message = *envelope.ResMsg
		}
	}
	const codeLimit, textLimit = 64, 500
	failure.CaseID = c.redactor.clean(failure.CaseID, codeLimit)
	failure.ResCode = c.redactor.clean(failure.ResCode, codeLimit)
	failure.Message = c.redactor.clean(failure.Message, textLimit)
	failure.Detail = c.redactor.clean(failure.Detail, textLimit)
	return failure
}
