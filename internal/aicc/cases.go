// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Outcome is what became of reading many cases. Each that was asked for is in one of
// Found, Missing and Failed, unless a failure that concerns them all ended the read.
type Outcome struct {
	// Found holds the cases that AICC returned, by ID.
	Found map[string]*Listed
	// Missing holds why AICC answered without a case, by ID, or by the number as it
	// was written where AICC knows no ID for it.
	Missing map[string]*Error
	// Failed holds the failures that leave open whether a case exists, in the order in
	// which the cases were asked for.
	Failed []Failure
	// IDs holds the IDs that AICC has for case numbers, by the number as it was written.
	IDs map[string]string
}

// Failure is the failure to read a case.
type Failure struct {
	// Index is where the case was asked for first.
	Index int
	// Key is what [Outcome.Missing] would have it under.
	Key string
	*Error
}

// Cases reads many cases side by side; an ID that occurs twice is read once. It
// stops early after a failure that concerns all of them. Of several calls at once,
// each sends its requests when those of the one before it are sent: side by side
// they would end no sooner, and hold all that they read until then.
func (c *Client) Cases(ctx context.Context, ids []string, templateFields map[string]*string) Outcome {
	reads := distinct(ids, func(id string) string { return id })
	c.readAll(ctx, reads, func(index int) Query { return Query{ID: ids[index], TemplateFields: templateFields} })
	outcome := newOutcome()
	for _, read := range reads {
		outcome.add(read, ids[read.indexes[0]], read.indexes[0])
	}
	return outcome
}

// CasesByNumber does the same for case numbers; a number that occurs twice is looked
// for once, however its zeros are written.
func (c *Client) CasesByNumber(ctx context.Context, numbers []string, templateFields map[string]*string) Outcome {
	reads := distinct(numbers, func(number string) string {
		whole, _ := ParseCaseNo(number)
		return cmp.Or(whole, number)
	})
	c.readAll(ctx, reads, func(index int) Query { return Query{CaseNo: numbers[index], TemplateFields: templateFields} })
	outcome := newOutcome()
	for _, read := range reads {
		for _, index := range read.indexes {
			id := read.id()
			if id != "" {
				outcome.IDs[numbers[index]] = id
			}
			outcome.add(read, cmp.Or(id, numbers[index]), index)
		}
	}
	slices.SortFunc(outcome.Failed, func(a, b Failure) int { return cmp.Compare(a.Index, b.Index) })
	return outcome
}

// caseRead is the read of one of many cases.
type caseRead struct {
	// indexes say where the case was asked for first, in each way in which it is
	// written.
	indexes []int
	// found or failure is what came of it. Both are nil where the case was not asked
	// for any more.
	found   *Listed
	failure *Error
}

// distinct returns the reads that names stand for. Names with the same key stand for
// the same case.
func distinct(names []string, key func(name string) string) []*caseRead {
	var reads []*caseRead
	known := make(map[string]*caseRead, len(names))
	for index, name := range names {
		read := known[key(name)]
		if read == nil {
			read = new(caseRead)
			known[key(name)] = read
			reads = append(reads, read)
		}
		if !slices.ContainsFunc(read.indexes, func(other int) bool { return names[other] == name }) {
			read.indexes = append(read.indexes, index)
		}
	}
	return reads
}

// readAll fills in what comes of each read.
func (c *Client) readAll(ctx context.Context, reads []*caseRead, query func(index int) Query) {
	var stop atomic.Bool
	var group errgroup.Group
	group.SetLimit(c.config.MaxConcurrency)
	// If it is not acquired, ctx has ended, and each case says so.
	acquired := c.batch.Acquire(ctx, 1) == nil
	for _, read := range reads {
		group.Go(func() error {
			if stop.Load() {
				return nil
			}
			found, err := c.Case(ctx, query(read.indexes[0]))
			if err == nil {
				read.found = found.Listed()
				return nil
			}
			if errors.As(err, &read.failure) && read.failure.Kind.ConcernsAll() {
				stop.Store(true)
			}
			return nil
		})
	}
	if acquired {
		c.batch.Release(1)
	}
	_ = group.Wait()
	for _, read := range reads {
		if read.failure != nil && read.failure.Kind == NotReturned {
			read.failure = c.doubted(read.failure)
		}
	}
}

// id is the ID that AICC has for the case, empty if that did not come out.
func (r *caseRead) id() string {
	switch {
	case r.found != nil:
		return *r.found.ID
	case r.failure != nil:
		return r.failure.CaseID
	default:
		return ""
	}
}

func newOutcome() Outcome {
	return Outcome{Found: map[string]*Listed{}, Missing: map[string]*Error{}, IDs: map[string]string{}}
}

// add says what came of the read of a case that was asked for at an index.
func (o *Outcome) add(read *caseRead, key string, index int) {
	switch {
	case read.found != nil:
		o.Found[key] = read.found
	case read.failure == nil:
	case read.failure.Kind == NotReturned:
		o.Missing[key] = read.failure
	default:
		o.Failed = append(o.Failed, Failure{Index: index, Key: key, Error: read.failure})
	}
}
