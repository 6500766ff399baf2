// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

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

// read reads a case by its ID; one that is named by its number in two steps, and only
// if it has that number.
func (c *Client) read(ctx context.Context, q Query, fresh bool) (*Case, error) {
	if q.CaseNo == "" {
		return c.readByID(ctx, q, fresh)
	}
	got, err := c.readByNumber(ctx, q, fresh)
	if failure := asError(err); failure != nil {
		numbered := *failure
		numbered.CaseNo = c.sender.credentials.sanitize(q.CaseNo, codeLimit)
		return nil, &numbered
	}
	return got, nil
}

func (c *Client) readByNumber(ctx context.Context, q Query, fresh bool) (*Case, error) {
	r := request{operation: ListCases, progress: new(progress)}
	number, err := ParseCaseNo(q.CaseNo)
	if err != nil {
		return nil, c.sender.failure(ctx, r, &Error{Kind: Invalid, Detail: err.Error()})
	}
	r.progress.waitFor("AICC's list of cases")
	id, err := c.find(ctx, number, fresh)
	if err != nil {
		return nil, c.complete(ctx, r, err)
	}
	got, err := c.readByID(ctx, Query{ID: id, TemplateFields: q.TemplateFields}, fresh)
	if err != nil {
		return nil, err
	}
	foreign := ""
	switch {
	case got.CaseNo == nil:
		foreign = "case " + id + " without a number"
	case !sameCaseNo(*got.CaseNo, number):
		foreign = "case " + id + " with the number " + *got.CaseNo
	default:
		return got, nil
	}
	return nil, c.sender.failure(ctx, request{operation: ReadCase, progress: new(progress)}, &Error{Kind: Foreign, Detail: foreign})
}

// find returns the ID of the case that has a whole number.
func (c *Client) find(ctx context.Context, number string, fresh bool) (string, error) {
	list := func() (string, error) {
		var ids []string
		err := c.confirmed(func(confirms bool) (err error) {
			ids, err = c.list(ctx, Search{CaseNo: &number}, fresh, confirms)
			return err
		})
		if err != nil {
			return "", err
		}
		return ids[0], nil
	}
	if fresh {
		return list()
	}
	return c.ids.get(ctx, number, list)
}

// confirmed asks once, and once more if AICC has no such case: a wrong "missing" deletes
// an exception that somebody needs. If AICC has it after all, the replies on the kept
// connections belong to other requests, and the connections are abandoned.
func (c *Client) confirmed(ask func(confirms bool) error) error {
	if err := ask(false); !isNotReturned(err) {
		return err
	}
	err := ask(true)
	if err == nil {
		c.config.Logger.Warn("AICC has a case that it seemed not to have: replies on kept connections are mixed up")
		c.sender.connections.abandon()
	}
	if isNotReturned(err) {
		return c.doubted(asError(err))
	}
	return err
}

func isNotReturned(err error) bool {
	failure := asError(err)
	return failure != nil && failure.Kind == NotReturned
}

// asError returns the failure that err is, or nil.
func asError(err error) *Error {
	var failure *Error
	_ = errors.As(err, &failure)
	return failure
}

// doubted returns the failure of a case that AICC does not have, or another in its place
// where what came later in this run says that the reply cannot be believed.
func (c *Client) doubted(failure *Error) *Error {
	doubt := *failure
	switch {
	case c.sender.mixed.Load():
		doubt.Kind, doubt.Detail = Foreign, "none, but another reply in this run was that of another case"
	case isGone(failure.Status) && c.sender.denies(failure.ResCode) && !slices.Contains(c.config.NotFoundCodes, failure.ResCode):
		doubt.Kind, doubt.Detail = Refused, "AICC also refuses access with this resCode"
	default:
		return failure
	}
	return &doubt
}

// readByID reads the case of an ID, and finishes the error.
func (c *Client) readByID(ctx context.Context, q Query, fresh bool) (*Case, error) {
	r := request{operation: ReadCase, id: q.ID, body: q.body(), fresh: fresh, progress: new(progress)}
	if err := q.check(); err != nil {
		return nil, c.sender.failure(ctx, r, err)
	}
	ask := func() (*Case, error) {
		var got *Case
		err := c.confirmed(func(confirms bool) error {
			r := r
			if r.confirms = confirms; confirms {
				r.progress = new(progress)
			}
			return c.exchange(ctx, r, func(answer reply) (err error) {
				got, err = c.decodeCase(answer, q.ID)
				return err
			})
		})
		// A complete answer loses to a context that has ended.
		return got, cmp.Or(err, ctx.Err())
	}
	if fresh {
		got, err := ask()
		return got, c.complete(ctx, r, err)
	}
	r.progress.waitFor("another read of the same case")
	got, err := c.cases.get(ctx, string(r.body), ask)
	return got, c.complete(ctx, r, err)
}

// complete finishes the error of a call that ended with ctx, from what r knows of the
// way. Any other is finished.
func (c *Client) complete(ctx context.Context, r request, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	return c.sender.failure(ctx, r, err)
}

func (c *Client) decodeCase(answer reply, id string) (*Case, error) {
	result, err := answer.result(c.config.BaseURL, c.sender.redactor, c.config.NotFoundCodes)
	if err != nil {
		return nil, err
	}
	got, err := decoder{zone: c.config.TimeZone}.result(result, id)
	switch {
	case err != nil:
	case got.ID == nil:
		err = &Error{Kind: Foreign, Detail: "a case without an ID"}
	case *got.ID != id:
		err = &Error{Kind: Foreign, Detail: "case " + *got.ID}
	}
	if failure := asError(err); failure != nil {
		if failure.Kind == Foreign {
			c.sender.mixed.Store(true)
		}
		return nil, failure
	}
	return got, nil
}
