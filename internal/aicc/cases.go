// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Cases is the outcome of reading many cases.
type Cases struct {
	// Found holds the cases that AICC returned, by ID.
	Found map[string]*Listed
	// Missing holds, by ID, why AICC answered without a case.
	Missing map[string]*Error
	// Failed holds the failures that leave open whether a case exists, in the
	// order of the IDs.
	Failed []Failure
	// Skipped counts the IDs that were not asked about, because a failure
	// concerned them all.
	Skipped int
}

// Failure is the failure to read the ID at Index.
type Failure struct {
	Index int
	*Error
}

// Cases reads many cases side by side; an ID that occurs twice is read once. It
// stops early after a failure that concerns all of them. Of several calls at once,
// each sends its requests when those of the one before it are sent: side by side
// they would end no sooner, and hold all that they read until then.
func (c *Client) Cases(ctx context.Context, ids []string, templateFields map[string]*string) Cases {
	type answer struct {
		index int
		found *Listed
		err   error
	}
	answers := make([]*answer, 0, len(ids))
	seen := map[string]bool{}
	var stop atomic.Bool
	var group errgroup.Group
	group.SetLimit(c.config.MaxConcurrency)
	// If it is not acquired, ctx has ended, and each case says so.
	acquired := c.batch.Acquire(ctx, 1) == nil
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
			found, err := c.Case(ctx, Query{ID: id, TemplateFields: templateFields})
			if err == nil {
				a.found = found.Listed()
				return nil
			}
			a.err = err
			if failure := new(Error); errors.As(err, &failure) && failure.Kind.ConcernsAll() {
				stop.Store(true)
			}
			return nil
		})
	}
	if acquired {
		c.batch.Release(1)
	}
	_ = group.Wait()

	outcome := Cases{Found: map[string]*Listed{}, Missing: map[string]*Error{}}
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
