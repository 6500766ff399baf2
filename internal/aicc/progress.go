// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
)

// How long the texts of an error may be, in characters.
const codeLimit, textLimit = 64, 500

// progress follows one read through its attempts and waits, so that its failure
// can say how far it came.
type progress struct {
	// path is the template of the path that is asked for, for the log.
	path string
	// fresh says that no reply of a cache will do.
	fresh bool

	mu      sync.Mutex
	waiting string
	sent    int
	// last is the reply to the latest attempt that got one; code and message are
	// AICC's words in it.
	last          reply
	code, message string
}

type progressKey struct{}

func withProgress(ctx context.Context, path string) (context.Context, *progress) {
	p := &progress{path: path}
	return context.WithValue(ctx, progressKey{}, p), p
}

func progressOf(ctx context.Context) *progress {
	p, _ := ctx.Value(progressKey{}).(*progress)
	return p
}

func (p *progress) waitFor(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = what
}

// begin counts an attempt and returns its number, from 1.
func (p *progress) begin() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	p.waiting = fmt.Sprintf("the reply to attempt %d", p.sent)
	return p.sent
}

func (p *progress) failed(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = fmt.Sprintf("the pause after attempt %d (%s)", p.sent, what)
}

func (p *progress) answered(r reply) {
	p.said(r.envelope)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = r
	p.waiting = fmt.Sprintf("the pause after attempt %d (HTTP %d)", p.sent, r.status)
}

// said notes AICC's words in the latest reply; nil means that it has none.
func (p *progress) said(words *envelope) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.code, p.message = "", ""
	if words != nil {
		p.code, p.message = words.code, words.message
	}
}

func (p *progress) lastReply() reply {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// failure is the one place that completes an error: it says how the request ended
// that p follows and ctx limits, how far it came, and what AICC said last, in
// texts that are safe to print. An error that is finished, because another request
// ended with it, only takes the ID of the case that it now concerns.
func (p *progress) failure(ctx context.Context, err error, caseID string, redactor *redactor) *Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var failure Error
	var known *Error
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		failure = Error{Kind: Canceled, cause: context.Canceled, Detail: p.waiting}
	case ctx.Err() != nil, errors.Is(err, errNoTurn):
		failure = Error{Kind: TimedOut, cause: context.DeadlineExceeded, Detail: p.waiting}
	case errors.As(err, &known):
		failure = *known
	default:
		failure.Kind, failure.Detail = networkError(err)
	}
	if caseID != "" {
		failure.CaseID = redactor.sanitize(caseID, codeLimit)
	}
	if failure.finished {
		return &failure
	}
	failure.finished = true
	failure.ForToken, failure.ForList = p.path == tokenPath, p.path == listPath
	failure.Attempts, failure.Status = p.sent, p.last.status
	failure.ResCode = redactor.sanitize(p.code, codeLimit)
	failure.Message = redactor.sanitize(cmp.Or(failure.Message, p.message), textLimit)
	failure.Detail = redactor.sanitize(failure.Detail, textLimit)
	return &failure
}
