// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"context"
	"errors"
)

// failure is the one place that completes an error: it says how the request ended
// that ctx limits, how far it came, and what AICC said last, in texts that are safe to
// print. An error that another request ended with, the one for a token, is complete and
// only takes the ID of the case that it now concerns.
func (s *sender) failure(ctx context.Context, r request, err error) *Error {
	facts := r.progress.facts()
	var failure Error
	var known *Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		failure = Error{Kind: Canceled, cause: context.Canceled, Detail: facts.waiting}
	case ctx.Err() != nil, errors.Is(err, errRateLimit):
		failure = Error{Kind: TimedOut, cause: context.DeadlineExceeded, Detail: facts.waiting}
	case errors.As(err, &known):
		failure = *known
	default:
		failure.Kind, failure.Detail = networkError(err)
	}
	failure.CaseID = s.credentials.sanitize(r.id, codeLimit)
	if failure.Operation != 0 {
		return &failure
	}
	failure.Operation = r.operation
	failure.Attempts, failure.Status = facts.attempts, facts.status
	failure.ResCode = s.credentials.sanitize(facts.code, codeLimit)
	failure.Message = s.redactor.sanitize(cmp.Or(failure.Message, facts.message), textLimit)
	if failure.Message == "" {
		failure.Gateway = s.redactor.sanitize(facts.gateway, textLimit)
	}
	failure.Detail = s.redactor.sanitize(failure.Detail, textLimit)
	return &failure
}
