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
	var failure *Error
	if errors.As(err, &failure) {
		numbered := *failure
		numbered.CaseNo = c.sender.redactor.sanitize(q.CaseNo, codeLimit)
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
		ids, err := c.list(ctx, Search{CaseNo: &number}, fresh)
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

// readByID reads the case of an ID, and finishes the error.
func (c *Client) readByID(ctx context.Context, q Query, fresh bool) (*Case, error) {
	r := request{operation: ReadCase, id: q.ID, body: q.body(), fresh: fresh, progress: new(progress)}
	if err := q.check(); err != nil {
		return nil, c.sender.failure(ctx, r, err)
	}
	ask := func() (*Case, error) {
		var got *Case
		err := c.exchange(ctx, r, func(answer reply) (err error) {
			got, err = c.decodeCase(answer, q.ID)
			return err
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
		return nil, err
	case got.ID == nil:
		return nil, &Error{Kind: Foreign, Detail: "a case without an ID"}
	case *got.ID != id:
		return nil, &Error{Kind: Foreign, Detail: "case " + *got.ID}
	}
	return got, nil
}
